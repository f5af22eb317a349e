// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/link.hpp"

#include <boost/asio/write.hpp>

#include "access/net/connect.hpp"
#include "access/net/link_socket.hpp"
#include "access/net/origin_count.hpp"
#include "base/check.hpp"

namespace hanse::net {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kRecordBytes = 16u << 10;        // TLS's own bound
constexpr std::size_t kOutBytesMax = 256u << 10;       // ciphertext ahead of the socket
constexpr std::size_t kStrangerBodyBytesMax = 64u << 10;
constexpr std::chrono::milliseconds kLastWordsMax{500};
constexpr std::string_view kSessionKeyLabel = "EXPORTER-hanse-session";

Error lost(ErrorCode error) {
  return {Code::unreachable, error == asio::error::eof ? "the peer closed the connection" : error.message()};
}

}  // namespace

Link::Link(IoLoop& loop, std::unique_ptr<Socket> socket, TlsRole role, std::string remote, LinkConfig config)
    : loop_(loop), socket_(std::move(socket)), role_(role), config_(std::move(config)), engine_(config_.tls, role),
      remote_(std::move(remote)), reader_(kStrangerBodyBytesMax) {}

Link::~Link() = default;

void Link::open(IoLoop& loop, std::unique_ptr<Socket> socket, TlsRole role, std::string remote, LinkConfig config,
                LinkCallback callback) {
  const std::shared_ptr<Link> link(new Link(loop, std::move(socket), role, std::move(remote), std::move(config)));
  link->callback_ = std::move(callback);
  link->socket_->bucket = TokenBucket(link->config_.bytes_per_second_max, Clock::now());
  link->tick();
  link->continue_handshake();
}

void Link::dial(IoLoop& loop, const std::string& host, std::uint16_t port, LinkConfig config, LinkCallback callback) {
  struct Attempt {   // ends by whichever comes first: connected, failed, too late
    LinkConfig config;
    LinkCallback callback;
  };
  const auto attempt = std::make_shared<Attempt>(Attempt{std::move(config), std::move(callback)});
  const auto patience = std::chrono::milliseconds(attempt->config.handshake_ms_max);
  const std::string address = fmt::format("{}:{}", host, port);
  connect_to(loop, host, port, [&loop, attempt, address](Result<Tcp::socket> socket) {
    if (!attempt->callback) return;
    auto callback = std::exchange(attempt->callback, nullptr);
    if (!socket) return callback(pass(socket));
    open(loop, std::make_unique<Socket>(std::move(*socket)), TlsRole::dialed, address, attempt->config,
         std::move(callback));
  });
  loop.after(patience, [attempt, address, patience] {
    if (auto callback = std::exchange(attempt->callback, nullptr))
      callback(fail(Code::timeout, "{}: no connection within {} ms", address, patience.count()));
  });
}

void Link::continue_handshake() {
  auto established = engine_.handshake();
  if (!established) return close_now(established.error());
  established_ = *established;
  if (established_) {
    peer_ = engine_.peer();
    session_key_ = engine_.export_key(kSessionKeyLabel);
  }
  flush();
  if (!established_) return read();
  if (!closed_) std::exchange(callback_, nullptr)(shared_from_this());
}

void Link::start(LinkHandler handler) {
  handler_ = std::move(handler);
  if (closed_) {   // lost between TLS and now
    if (const auto on_closed = std::exchange(handler_, {}).on_closed) on_closed(closed_because_);
    return;
  }
  resume();
}

void Link::set_body_bytes_max(std::size_t bytes) { reader_.set_body_bytes_max(std::min(bytes, config_.body_bytes_max)); }
void Link::pause() { paused_ = true; }
void Link::resume() {
  if (closing_because_) return;
  paused_ = false;
  hand_over();
}

// Silence is judged here. If this process itself was stopped for a while, the peer is not to blame.
void Link::tick() {
  if (closed_) return;
  const auto now = Clock::now();
  Socket& socket = *socket_;
  const bool late_ourselves = now - std::exchange(socket.ticked, now) > 5 * kTick;
  if (late_ourselves || throttled_ || (established_ && paused_)) socket.heard = now;
  const auto ms = [](std::uint32_t count) { return std::chrono::milliseconds(count); };
  if (!established_ && now - socket.opened > ms(config_.handshake_ms_max))
    return close_now({Code::timeout, fmt::format("TLS did not complete within {} ms", config_.handshake_ms_max)});
  if (established_ && now - socket.heard > ms(config_.silence_ms_max))
    return close_now({Code::timeout, fmt::format("silent for {} ms", config_.silence_ms_max)});
  if (handler_.on_frame && now - socket.said > ms(config_.keepalive_ms)) {
    static const auto kNothing = std::make_shared<const FrameBody>(std::make_shared<const Bytes>());   // shared by all
    send({}, kNothing);
  }
  loop_.after(kTick, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->tick();
  });
}

void Link::read() {
  if (reading_ || closed_ || throttled_) return;
  reading_ = true;
  socket_->tcp.async_read_some(asio::buffer(socket_->ciphertext),
                               [self = shared_from_this()](ErrorCode error, std::size_t count) {
                                 self->reading_ = false;
                                 if (self->closed_) return;
                                 if (error) return self->close_now(lost(error));
                                 self->on_read(count);
                               });
}

void Link::on_read(std::size_t count) {
  const auto now = Clock::now();
  socket_->heard = now;
  config_.counters->bytes_in.fetch_add(count, std::memory_order_relaxed);
  engine_.feed(BytesView(socket_->ciphertext).first(count));
  if (const auto wait = socket_->bucket.take(count, now); wait.count() > 0) {
    throttled_ = true;
    loop_.after(wait, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->throttled_ = false;
        if (!self->established_) self->read();
        else if (!self->paused_) self->hand_over();
      }
    });
  }
  if (!established_) return continue_handshake();
  hand_over();
}

// Decrypts what has been read and hands it over frame by frame, until there is no more, or the handler paused or closed.
void Link::hand_over() {
  const auto self = shared_from_this();   // the handler may let go of the last other owner
  std::vector<Frame> frames;
  while (!closed_) {
    while (!arrived_.empty() && !paused_ && !closed_) {
      Frame frame = std::move(arrived_.front());
      arrived_.pop_front();
      config_.counters->frames_in.fetch_add(1, std::memory_order_relaxed);
      if (!frame.head.empty()) handler_.on_frame(std::move(frame));
    }
    if (paused_ || closed_) return;
    const std::span<std::uint8_t> gap = reader_.gap();
    const auto count = engine_.read(gap.empty() ? std::span<std::uint8_t>(socket_->plaintext) : gap);
    if (!count) return close_now(count.error());
    if (*count == 0) break;
    const auto taken = gap.empty() ? reader_.put(BytesView(socket_->plaintext).first(*count), frames)
                                   : reader_.fill(*count, frames);
    if (!taken) return close_now(taken.error());
    std::ranges::move(frames, std::back_inserter(arrived_));
    frames.clear();
  }
  if (!closed_) read();
}

bool Link::send(BytesView head, std::shared_ptr<const FrameBody> body) {
  const std::size_t bytes = kFramePrefixBytes + head.size() + body->size();
  {
    std::lock_guard lock(queue_mutex_);
    if (refuses_) return false;
    if (queued_bytes_ + bytes > config_.queue_bytes_max) {
      config_.counters->queue_full_drops.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    queued_bytes_ += bytes;
    queue_.push_back({to_bytes(head), std::move(body)});
    if (std::exchange(flush_due_, true)) return true;
  }
  loop_.post([self = shared_from_this()] { self->flush(); });
  return true;
}

// Takes the queue over when what was taken before is encrypted. false: nothing waits, and the next send() posts again.
bool Link::next_outgoing() {
  if (sending_index_ < sending_.size()) return true;
  std::size_t done = 0;
  for (const Outgoing& sent : sending_) done += kFramePrefixBytes + sent.head.size() + sent.body->size();
  sending_.clear();
  sending_index_ = sending_offset_ = 0;
  std::lock_guard lock(queue_mutex_);
  queued_bytes_ -= done;
  sending_.swap(queue_);
  if (sending_.empty()) flush_due_ = false;
  return !sending_.empty();
}

void Link::encrypt_queue() {
  while (engine_.out().size() < kOutBytesMax && next_outgoing()) {
    const Outgoing& outgoing = sending_[sending_index_];
    const FrameBody::OnWire body = outgoing.body->on_wire();
    if (!std::exchange(sending_started_, true)) append_frame_start(stage_, outgoing.head, body);
    const BytesView rest = body.bytes.subspan(sending_offset_);
    const BytesView part = rest.first(std::min(rest.size(), kRecordBytes - std::min(kRecordBytes, stage_.size())));
    if (part.size() == kRecordBytes) {
      engine_.write(part);   // a whole record: no need to copy it
    } else {
      append(stage_, part);
      if (stage_.size() >= kRecordBytes) {
        engine_.write(stage_);
        stage_.clear();
      }
    }
    sending_offset_ += part.size();
    if (part.size() < rest.size()) continue;
    sending_offset_ = 0;
    sending_started_ = false;
    ++sending_index_;
    config_.counters->frames_out.fetch_add(1, std::memory_order_relaxed);
  }
  engine_.write(stage_);
  stage_.clear();
}

void Link::flush() {
  if (closed_ || writing_) return;
  if (established_) encrypt_queue();
  if (engine_.out().empty()) return;
  writing_ = true;
  socket_->outgoing.clear();
  socket_->outgoing.swap(engine_.out());
  socket_->said = Clock::now();
  config_.counters->bytes_out.fetch_add(socket_->outgoing.size(), std::memory_order_relaxed);
  asio::async_write(socket_->tcp, asio::buffer(socket_->outgoing),
                    [self = shared_from_this()](ErrorCode error, std::size_t) {
                      self->writing_ = false;
                      if (self->closed_) return;
                      if (self->closing_because_) return self->close_now(*self->closing_because_);
                      if (error) return self->close_now(lost(error));
                      self->flush();
                    });
}

void Link::close(Error why) {
  if (loop_.is_current()) close_soon(why);   // at once: whatever else has come changes the reason no more
  loop_.post([self = shared_from_this(), why = std::move(why)] {
    self->close_soon(why);
    if (!self->writing_) return self->close_now(why);
    self->loop_.after(kLastWordsMax, [self, why] { self->close_now(why); });   // what is being written goes first
  });
}

void Link::close_soon(const Error& why) {
  if (!closing_because_) closing_because_ = why;
  paused_ = true;
}

void Link::close_now(const Error& cause) {
  if (closed_) return;
  const auto self = shared_from_this();
  const Error why = closing_because_.value_or(cause);
  if (!writing_) {   // the last words: a frame that says why, or the alert that does
    if (established_ && !engine_.is_broken()) encrypt_queue();
    engine_.close();
    ErrorCode ignored;
    socket_->tcp.non_blocking(true, ignored);
    socket_->tcp.write_some(asio::buffer(engine_.out()), ignored);
  }
  closed_ = true;
  closed_because_ = why;
  {
    std::lock_guard lock(queue_mutex_);
    refuses_ = true;
    queue_.clear();
  }
  ErrorCode ignored;
  socket_->tcp.close(ignored);   // pending operations return with an error and let go of this
  if (auto callback = std::exchange(callback_, nullptr)) callback(fail(why.code, "{}: {}", remote_, why.text));
  if (const auto on_closed = std::exchange(handler_, {}).on_closed) on_closed(why);
}

struct LinkListener::Parts : std::enable_shared_from_this<Parts> {
  Parts(IoPool& pool, LinkConfig settings, std::function<void(Result<std::shared_ptr<Link>>)> callback, Tcp::acceptor listening)
      : io(pool), config(std::move(settings)), on_link(std::move(callback)), acceptor(std::move(listening)) {}

  void accept() {
    IoLoop& loop = io.next();
    acceptor.async_accept(loop.context().io, [self = shared_from_this(), &loop](ErrorCode error, Tcp::socket socket) {
      if (self->stopping) return;
      if (error) return self->io.at(0).after(kTick, [self] { if (!self->stopping) self->accept(); });
      if (self->handshakes < kHandshakesMax)
        if (auto ticket = self->origins.take(socket)) self->open(loop, std::move(socket), std::move(ticket));
      self->accept();
    });
  }
  void open(IoLoop& loop, Tcp::socket tcp, OriginCount::Ticket ticket) {
    ++handshakes;
    ErrorCode ignored;
    tcp.set_option(Tcp::no_delay(true), ignored);
    auto socket = std::make_unique<Link::Socket>(std::move(tcp));
    loop.post([self = shared_from_this(), &loop, socket = std::move(socket), ticket = std::move(ticket)]() mutable {
      std::string remote = socket->remote();
      Link::open(loop, std::move(socket), TlsRole::accepted, std::move(remote), self->config,
                 [self, ticket = std::move(ticket)](Result<std::shared_ptr<Link>> link) mutable {
                   --self->handshakes;
                   ticket.reset();
                   self->on_link(std::move(link));
                 });
    });
  }

  static constexpr std::size_t kHandshakesMax = 64, kHandshakesPerAddressMax = 16;
  IoPool& io;
  LinkConfig config;
  std::function<void(Result<std::shared_ptr<Link>>)> on_link;
  Tcp::acceptor acceptor;   // lives on loop 0
  std::uint16_t port = 0;
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> handshakes = 0;
  OriginCount origins{kHandshakesPerAddressMax};
};

Result<std::unique_ptr<LinkListener>> LinkListener::start(IoPool& io, const std::string& host, std::uint16_t port,
                                                          LinkConfig config,
                                                          std::function<void(Result<std::shared_ptr<Link>>)> on_link) {
  auto acceptor = listen_on(io.at(0), host, port);
  if (!acceptor) return pass(acceptor);
  auto parts = std::make_shared<Parts>(io, std::move(config), std::move(on_link), std::move(*acceptor));
  ErrorCode ignored;
  parts->port = parts->acceptor.local_endpoint(ignored).port();
  io.at(0).post([parts] { parts->accept(); });
  return std::unique_ptr<LinkListener>(new LinkListener(std::move(parts)));
}

LinkListener::~LinkListener() {
  parts_->stopping = true;
  parts_->io.at(0).post([parts = parts_] {
    ErrorCode ignored;
    parts->acceptor.close(ignored);
  });
}

std::uint16_t LinkListener::port() const { return parts_->port; }

}  // namespace hanse::net
