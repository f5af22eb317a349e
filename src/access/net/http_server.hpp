// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// An HTTP/1.1 server: keep-alive, pipelined requests answered in their order, every size and time bounded. A connection
// lives on one loop of the pool. The handler is called there and must not block; it may answer at once or later, from
// any thread. Routing, CORS and JSON are the handler's affair.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "access/net/http_message.hpp"
#include "access/net/http_parse.hpp"
#include "access/net/io.hpp"
#include "base/result.hpp"

namespace hanse::net {

struct HttpServerConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;                    // 0: any that is free; port() tells
  HttpLimits limits;                         // beyond: 413 or 431, then closed
  std::size_t connection_count_max = 1024;   // beyond: closed at once
  std::size_t connection_count_per_address_max = 512;   // likewise
  std::size_t pipeline_count_max = 64;       // requests of one connection not yet answered; beyond: it waits
  std::size_t answer_bytes_max = 4u << 20;   // of one connection, not yet written; beyond: it reads no further request
  std::size_t answer_bytes_all_max = 512u << 20;   // of all connections; beyond: 503 in place of an answer
  std::uint32_t request_ms_max = 30'000;     // from a request's first byte to its last
  std::uint32_t idle_ms_max = 75'000;        // without a request
  std::uint32_t write_ms_max = 15'000;       // a client that does not read its answers
  std::uint32_t drain_ms_max = 2'000;        // stop() waits so long for answers that are due
};

// Answers exactly once. Dropped without an answer, it answers 500.
using HttpReply = std::move_only_function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest, HttpReply)>;

class HttpServer {
 public:
  // `io` outlives the server. Errors: bad_config (host), io (the port is taken).
  static Result<std::unique_ptr<HttpServer>> start(IoPool& io, HttpServerConfig config, HttpHandler handler);
  ~HttpServer();

  // Accepts no more, answers what is due within drain_ms_max, closes; afterwards the handler is not called any more and
  // late answers go nowhere. Not from a thread of the pool.
  void stop();
  std::uint16_t port() const;
  std::size_t connection_count() const;
  std::size_t answer_bytes() const;   // not yet written

 private:
  struct Parts;
  explicit HttpServer(std::shared_ptr<Parts> parts);
  std::shared_ptr<Parts> parts_;   // second owner: the accept that waits
};

}  // namespace hanse::net
