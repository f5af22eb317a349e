// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// One client's connection to the HTTP server. Callbacks and not a coroutine: reading, the handler and writing go on at
// the same time. Everything happens on the connection's loop, except that a reply may be called from anywhere.
//
// A request takes a slot at the back of a queue; its answer fills the slot; answers leave from the front. So answers
// keep the order of requests whatever the order in which handlers finish, and all that are ready leave in one write.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <deque>
#include <unordered_set>

#include "access/net/http_server.hpp"
#include "access/net/io_context.hpp"
#include "access/net/origin_count.hpp"

namespace hanse::net {

class HttpConnection;

// The connections of one loop; touched on that loop only. The clock is read once a sweep, not once a request.
struct HttpLoopSide {
  IoLoop* loop = nullptr;
  std::unordered_set<std::shared_ptr<HttpConnection>> connections;   // the owner; pending operations hold it besides
  std::chrono::steady_clock::time_point now;
};

// What connections share; each of them owns it together with the server.
struct HttpShared {
  explicit HttpShared(HttpServerConfig settings)
      : config(std::move(settings)), origins(config.connection_count_per_address_max) {}

  const HttpServerConfig config;
  HttpHandler handler;
  std::atomic<std::size_t> connection_count = 0;
  std::atomic<std::size_t> answer_bytes = 0;   // not yet written
  std::atomic<bool> stopping = false;
  OriginCount origins;
};

// Counts a connection for as long as anything of it exists.
class HttpPresence {
 public:
  HttpPresence(std::shared_ptr<HttpShared> shared, OriginCount::Ticket ticket)
      : shared_(std::move(shared)), ticket_(std::move(ticket)) {
    ++shared_->connection_count;
  }
  HttpPresence(const HttpPresence&) = delete;
  ~HttpPresence() {
    ticket_.reset();
    --shared_->connection_count;
    shared_->connection_count.notify_all();
  }
  HttpShared& operator*() const { return *shared_; }

 private:
  std::shared_ptr<HttpShared> shared_;
  OriginCount::Ticket ticket_;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(std::shared_ptr<HttpShared> shared, OriginCount::Ticket ticket, HttpLoopSide& side, Tcp::socket socket);
  ~HttpConnection();

  void start();
  void answer(std::uint64_t slot_number, HttpResponse response);   // on the loop
  void check_deadlines();
  void drain();                                                   // no new requests; closes when all are answered
  void close();
  IoLoop& loop() { return *side_.loop; }

 private:
  struct Slot {
    bool ready = false;
    bool close_after = false;
    bool http_1_0 = false;
    bool without_body = false;   // the request was HEAD
    std::string head;            // with the body behind it when that is short
    std::string body;
    std::size_t bytes() const { return head.size() + body.size(); }
  };

  void read();
  void on_read(ErrorCode error, std::size_t count);
  void parse();
  void go_on();
  void dispatch();
  void refuse(HttpStatus status);
  void fill(Slot& slot, HttpResponse response);
  void write();
  void on_written(ErrorCode error);
  void linger();
  std::size_t unanswered() const { return slots_.size() + writing_.size(); }
  bool is_full() const {
    return unanswered() >= shared_.config.pipeline_count_max || answer_bytes_ > shared_.config.answer_bytes_max;
  }
  void count_answer_bytes(std::size_t added, std::size_t gone);

  HttpPresence presence_;   // first, so that it ends after the socket
  HttpShared& shared_;
  HttpLoopSide& side_;
  Tcp::socket socket_;
  std::string peer_;
  HttpRequestParser parser_;
  std::string buffer_;                 // bytes read and not yet parsed: [begin_, end_)
  std::size_t begin_ = 0, end_ = 0;
  std::deque<Slot> slots_;
  std::uint64_t first_slot_number_ = 0;
  std::size_t answer_bytes_ = 0;       // of the slots that are ready, and of what is being written
  std::vector<Slot> writing_;
  bool reading_ = false, parsing_ = false, closed_ = false;
  bool ending_ = false;                // no further request is taken from this connection
  bool lingering_ = false;             // all is said; waits for the client to close
  std::chrono::steady_clock::time_point request_since_, idle_since_, write_since_, linger_since_;
};

}  // namespace hanse::net
