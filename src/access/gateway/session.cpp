// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/session.hpp"

#include "access/gateway/roster.hpp"

namespace hanse::gateway {
namespace {

// The first byte of a frame's head (docs/WIRE.md, "Sessions between nodes").
enum Kind : std::uint8_t { kHello = 1, kWelcome = 2, kMessage = 3, kBye = 4 };

constexpr std::size_t kByeBytesMax = 500;
constexpr std::chrono::milliseconds kHandshakeMax{5000};

std::shared_ptr<const net::FrameBody> body_of(Bytes bytes) {
  return std::make_shared<const net::FrameBody>(std::make_shared<const Bytes>(std::move(bytes)));
}
Bytes head_of(Kind kind) { return {kind}; }

}  // namespace

Bytes message_head(std::string_view group_id) {
  Bytes head(1 + group_id.size(), kMessage);
  std::ranges::copy(group_id, head.begin() + 1);
  return head;
}

Session::Session(Local& local, Roster& roster, std::shared_ptr<net::Link> link, std::optional<std::size_t> target)
    : local_(local), roster_(roster), link_(std::move(link)), target_(target) {}

std::string Session::describe() const { return fmt::format("{} at {}", link_->peer().subject, link_->remote()); }

SessionView Session::view() const {
  return {link_->session_key(), link_->role(), local_.certificate, link_->peer().certificate_hash};
}

void Session::start() {
  if (!is_dialed()) say_hello();
  link_->loop().after(kHandshakeMax, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->state_ != State::open && self->state_ != State::closed)
      self->refuse({Refusal::timeout, "it did not complete the handshake in time"});
  });
  link_->start({[self = shared_from_this()](net::Frame frame) { self->on_frame(std::move(frame)); },
                [self = shared_from_this()](const Error& why) {
                  self->state_ = State::closed;
                  self->roster_.gone(self, why);
                }});
}

void Session::say_hello() { link_->send(head_of(kHello), body_of(encode(local_.admission.introduce(view(), local_.instance)))); }

void Session::on_frame(net::Frame frame) {
  const auto kind = frame.head[0];
  if (kind == kMessage && state_ == State::open)
    return on_message(as_text(BytesView(frame.head).subspan(1)), std::move(frame.body));
  if (kind == kHello && state_ == State::expects_hello) return on_hello(frame.body);
  if (kind == kWelcome && state_ == State::expects_welcome) {
    state_ = State::waits_for_roster;
    link_->pause();
    return roster_.admit(shared_from_this());
  }
  if (kind == kBye) {
    const BytesView text = BytesView(frame.body).first(std::min(frame.body.size(), kByeBytesMax));
    return link_->close({Code::refused, fmt::format("the peer says: {}", as_text(text))});
  }
  refuse({Refusal::broken, fmt::format("a frame of kind {} has no place here", kind)});
}

void Session::on_hello(BytesView body) {
  if (certificate() == local_.certificate) return refuse({Refusal::itself, "that address leads to this very process"});
  auto hello = decode_hello(body);
  if (!hello) return refuse({Refusal::broken, hello.error().text});
  auto admitted = local_.admission.admit(view(), *hello, *local_.access_lists());
  if (!admitted) return refuse(std::move(admitted.error()));
  instance_ = hello->instance;
  groups_ = std::move(*admitted);
  state_ = State::waits_for_roster;
  link_->pause();
  if (is_dialed())
    roster_.offer(shared_from_this());
  else
    roster_.admit(shared_from_this());
}

void Session::proceed() {
  link_->loop().post([self = shared_from_this()] {
    if (self->state_ != State::waits_for_roster) return;
    self->say_hello();
    self->state_ = State::expects_welcome;
    self->link_->resume();
  });
}

void Session::welcome() { link_->send(head_of(kWelcome), body_of({})); }

void Session::open() {
  link_->loop().post([self = shared_from_this()] {
    if (self->state_ != State::waits_for_roster) return;
    self->state_ = State::open;
    self->link_->set_body_bytes_max(self->local_.config.frame_bytes_max);
    self->link_->resume();
  });
}

void Session::refuse(Refused refused) {
  outcome = Outcome::refused_by_us;
  roster_.note_refusal({refused.reason, fmt::format("{}: {}", describe(), refused.text)});
  if (refused.text.size() > kByeBytesMax) refused.text.resize(kByeBytesMax);
  link_->send(head_of(kBye), body_of(to_bytes(refused.text)));
  link_->close({Code::refused, refused.text});
}

void Session::close(std::string why) { link_->close({Code::unreachable, std::move(why)}); }

bool Session::send(std::size_t group_index, std::shared_ptr<const net::FrameBody> body) {
  return link_->send(local_.message_heads[group_index], std::move(body));
}

// The group that the frame names says which proved identity speaks; a group that the peer did not prove has none.
void Session::on_message(std::string_view group_id, Bytes body) {
  for (const ProvedGroup& proved : groups_) {
    const GroupMembership& group = local_.groups[proved.group_index];
    if (group.group_id != group_id) continue;
    if (!group.is_member(proved.node_id)) break;
    return group.on_message(proved.node_id, std::move(body));
  }
  local_.not_member_drops.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace hanse::gateway
