// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/incoming.hpp"

namespace hanse::node {
namespace {

constexpr auto kTryAgain = std::chrono::milliseconds(1);

}  // namespace

Incoming::Incoming(pbft::GroupName group, IncomingRoutes routes, Runtime& runtime, Counter& dropped, Log log)
    : group_(std::move(group)), routes_(std::move(routes)), runtime_(runtime), dropped_(dropped), log_(std::move(log)),
      lane_(runtime.lane(LaneKind::incoming, [this] { return turn(); })) {}

Incoming::~Incoming() { lane_->stop(); }

void Incoming::push(const NodeId& from, Bytes message) {
  bool first = false;
  std::size_t dropped = 0;
  {
    const std::lock_guard lock(mutex_);
    first = inbox_.empty();
    dropped = inbox_.push(from, std::move(message));
  }
  if (first) lane_->wake();
  if (dropped > 0) dropped_.add(dropped);
}

std::chrono::milliseconds Incoming::turn() {
  if (routes_.core_is_behind()) return kTryAgain;
  messages_.clear();
  {
    const std::lock_guard lock(mutex_);
    inbox_.take(messages_);
  }
  if (messages_.empty()) return kUntilWoken;
  std::vector<Decoded> decoded;
  decoded.reserve(messages_.size());
  for (const PeerMessageBytes& message : messages_) decoded.push_back({message.from, fail(Code::internal, "not decoded")});
  runtime_.for_each(messages_.size(), [&](std::size_t i) { decode(messages_[i], decoded[i]); });
  for (Decoded& message : decoded) route(message);
  return kAtOnce;
}

void Incoming::decode(const PeerMessageBytes& message, Decoded& out) const {
  out.envelope = decode_envelope(message.bytes);
  if (!out.envelope) return;
  const auto* vote = std::get_if<SignedVote>(&*out.envelope);
  if (!vote) return;
  const auto good = verify(group_.suite, message.from, pbft::digest_of(group_, vote->message), vote->signature);
  if (!good) out.envelope = pass(good);
}

void Incoming::route(Decoded& message) {
  if (!message.envelope) {
    dropped_.add();
    log_.debug("a message from another node is dropped: {}", message.envelope.error().text);
    return;
  }
  Envelope& envelope = *message.envelope;
  if (auto* vote = std::get_if<SignedVote>(&envelope)) {
    routes_.to_core(group::VoteReceived{message.from, std::move(vote->message), std::move(vote->signature)});
  } else if (auto* signature = std::get_if<HeaderSignature>(&envelope)) {
    routes_.header_signature(message.from, std::move(*signature));
  } else {
    auto& peer = std::get<group::PeerMessage>(envelope);
    if (auto* bodies = std::get_if<group::Bodies>(&peer)) routes_.to_admission(AdmitFromPeer{message.from, std::move(*bodies)});
    else if (auto* blocks = std::get_if<group::BlockReply>(&peer)) routes_.to_admission(AdmitBlocks{message.from, std::move(*blocks)});
    else if (const auto* request = std::get_if<group::BodyRequest>(&peer)) routes_.body_request(message.from, *request);
    else routes_.to_core(group::PeerReceived{message.from, std::move(peer)});
  }
}

}  // namespace hanse::node
