// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A link: one mutual TLS connection between two processes that carries frames both ways. It lives on one loop. Sending
// is queued and bounded, and an idle link sends at once; frames that wait together are encrypted and written together.
// Both sides send an empty frame when they have been quiet, so that a peer that stopped or was cut off is noticed by its
// silence. A peer that sends faster than allowed is read more slowly: its own queue fills then.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "access/net/frame.hpp"
#include "access/net/io.hpp"
#include "access/net/tls.hpp"

namespace hanse::net {

// Summed over the links that share them.
struct LinkCounters {
  std::atomic<std::uint64_t> bytes_in = 0, bytes_out = 0;      // ciphertext
  std::atomic<std::uint64_t> frames_in = 0, frames_out = 0;    // with the empty ones
  std::atomic<std::uint64_t> queue_full_drops = 0;
};

struct LinkConfig {
  std::shared_ptr<const TlsContext> tls;                       // shared with every link
  std::shared_ptr<LinkCounters> counters = std::make_shared<LinkCounters>();   // likewise
  std::size_t body_bytes_max = 32u << 20;
  std::size_t queue_bytes_max = 64u << 20;
  std::uint64_t bytes_per_second_max = 0;                      // incoming; 0: no limit
  std::uint32_t handshake_ms_max = 5000;                       // connecting and TLS
  std::uint32_t keepalive_ms = 500;
  std::uint32_t silence_ms_max = 2500;
};

class Link;
using LinkCallback = std::move_only_function<void(Result<std::shared_ptr<Link>>)>;

struct LinkHandler {   // both are called on the link's loop
  std::function<void(Frame)> on_frame;
  std::function<void(const Error& why)> on_closed;   // once; nothing comes after it
};

class Link : public std::enable_shared_from_this<Link> {
 public:
  struct Socket;   // the parts that need Asio

  // Connects and completes TLS; calls back on `loop`. The link says and hears nothing before start().
  static void dial(IoLoop& loop, const std::string& host, std::uint16_t port, LinkConfig config, LinkCallback callback);
  ~Link();

  TlsRole role() const { return role_; }
  const TlsPeer& peer() const { return peer_; }
  const Hash& session_key() const { return session_key_; }   // exported from TLS; equal on both sides
  const std::string& remote() const { return remote_; }      // "127.0.0.1:4711", or as it was dialled
  IoLoop& loop() { return loop_; }

  // On the loop. Until set_body_bytes_max(), bodies of a few kilobytes at most are taken: a stranger costs little.
  void start(LinkHandler handler);
  void set_body_bytes_max(std::size_t bytes);
  void pause();    // no frame is handed over until resume()
  void resume();

  // Any thread. false: the queue is full or the link closed, and the frame is dropped.
  bool send(BytesView head, std::shared_ptr<const FrameBody> body);
  // Any thread. Tries once to send what is queued, then closes; the peer sees no more than a closed session. No frame is
  // handed over after on_closed, which comes within half a second.
  void close(Error why);

 private:
  friend class LinkListener;
  struct Outgoing {
    Bytes head;
    std::shared_ptr<const FrameBody> body;   // shared with the other links of a broadcast
  };

  Link(IoLoop& loop, std::unique_ptr<Socket> socket, TlsRole role, std::string remote, LinkConfig config);
  static void open(IoLoop& loop, std::unique_ptr<Socket> socket, TlsRole role, std::string remote, LinkConfig config,
                   LinkCallback callback);
  void continue_handshake();
  void tick();
  void read();
  void on_read(std::size_t count);
  void hand_over();
  void flush();
  void encrypt_queue();
  bool next_outgoing();
  void close_soon(const Error& why);
  void close_now(const Error& cause);

  IoLoop& loop_;
  std::unique_ptr<Socket> socket_;
  TlsRole role_;
  LinkConfig config_;
  TlsEngine engine_;
  TlsPeer peer_;
  Hash session_key_;
  std::string remote_;
  LinkCallback callback_;          // until the TLS handshake has ended
  LinkHandler handler_;            // from start() to the end
  FrameReader reader_;
  std::deque<Frame> arrived_;
  bool established_ = false, paused_ = true, throttled_ = false, reading_ = false, writing_ = false, closed_ = false;
  std::optional<Error> closing_because_;
  Error closed_because_;

  std::mutex queue_mutex_;         // of the next five
  std::vector<Outgoing> queue_;
  std::size_t queued_bytes_ = 0;   // of queue_ and sending_
  bool flush_due_ = false;
  bool refuses_ = false;           // closed, for senders

  std::vector<Outgoing> sending_;  // taken from the queue; [sending_index_] is partly encrypted
  std::size_t sending_index_ = 0, sending_offset_ = 0;
  bool sending_started_ = false;   // prefix and head are out
  Bytes stage_;                    // plaintext of the record that is being filled
};

// Accepts links. Handshakes run on the loops of the pool in turn; few may be under way at once, fewer from one address.
class LinkListener {
 public:
  // `on_link` is called on the link's loop for each link that completed TLS, and with an error that names the remote
  // address and the cause for each that did not. Errors: bad_config (host), io (the port is taken).
  static Result<std::unique_ptr<LinkListener>> start(IoPool& io, const std::string& host, std::uint16_t port,
                                                     LinkConfig config,
                                                     std::function<void(Result<std::shared_ptr<Link>>)> on_link);
  ~LinkListener();   // not from a thread of the pool; on_link may still be called for handshakes under way
  std::uint16_t port() const;

 private:
  struct Parts;
  explicit LinkListener(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<Parts> parts_;   // second owner: the accept that waits
};

}  // namespace hanse::net
