// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// An HTTP/1.1 client of one server: a few connections that stay open, requests pipelined on each. It connects when there
// is something to send and again after a loss. Every call ends exactly once, with an answer or an error: timeout,
// unreachable, or rate_limited when queue_count_max calls already wait. Nothing is ever sent twice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/net/address.hpp"
#include "access/net/http_message.hpp"
#include "access/net/http_parse.hpp"
#include "access/net/io.hpp"
#include "base/result.hpp"

namespace hanse::net {

struct HttpClientConfig {
  std::string host;
  std::uint16_t port = 0;
  std::size_t connection_count = 2;
  std::size_t pipeline_count_max = 32;        // requests sent and not yet answered, a connection
  std::size_t queue_count_max = 100'000;      // calls not yet ended
  std::uint32_t timeout_ms = 10'000;          // from the call to the whole answer
  HttpLimits limits = {.body_bytes_max = 256u << 20};
};

class HttpClient {
 public:
  using Callback = std::move_only_function<void(Result<HttpResponse>)>;

  HttpClient(IoPool& io, HttpClientConfig config);   // `io` outlives the client
  ~HttpClient();   // ends what is pending with `unreachable`; not from a thread of the pool

  // Any thread; the callback comes on a thread of the pool and must not block. After a timeout the connection is closed
  // and the calls behind on it end as unreachable: whether the server acted on them is unknown.
  void post(std::string_view target, std::string_view body, Callback callback);
  void get(std::string_view target, Callback callback);
  // The same, waiting for the answer; not from a thread of the pool.
  Result<HttpResponse> post_and_wait(std::string_view target, std::string_view body);
  Result<HttpResponse> get_and_wait(std::string_view target);

 private:
  struct Shared;
  class Connection;
  void send(std::string request, Callback callback);
  std::shared_ptr<Shared> shared_;                          // second owner: each connection
  std::vector<std::shared_ptr<Connection>> connections_;    // second owner: each pending operation
};

}  // namespace hanse::net
