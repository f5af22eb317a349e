// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The HTTP server under small posts: CPU of the server's threads alone, per request.
#include <benchmark/benchmark.h>

#include <ctime>

#include "access/net/http_server.hpp"
#include "access/net/raw_client.hpp"

namespace hanse::net {
namespace {

double cpu_us(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}
double cpu_us_of_others() { return cpu_us(CLOCK_PROCESS_CPUTIME_ID) - cpu_us(CLOCK_THREAD_CPUTIME_ID); }

// Argument: requests that one client keeps under way on one connection.
void serve_posts(benchmark::State& state) {
  IoPool io(1);
  const auto server = HttpServer::start(io, {}, [](HttpRequest, HttpReply reply) {
    reply({.body = R"({"jsonrpc":"2.0","id":1,"result":"0x1"})"});
  });
  RawClient client((*server)->port());
  const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]})";
  const std::string request = fmt::format(
      "POST / HTTP/1.1\r\nHost: 127.0.0.1:8545\r\nUser-Agent: bench\r\nAccept: */*\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}", body.size(), body);
  const auto depth = static_cast<std::size_t>(state.range(0));
  std::string requests;
  for (std::size_t i = 0; i < depth; ++i) requests += request;
  const double before = cpu_us_of_others();
  for (auto _ : state) {
    client.say(requests);
    client.hear("0x1\"}", depth);
  }
  const double count = static_cast<double>(state.iterations()) * static_cast<double>(depth);
  state.counters["server_cpu_us"] = (cpu_us_of_others() - before) / count;
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
}
BENCHMARK(serve_posts)->Arg(1)->Arg(16)->UseRealTime();

}  // namespace
}  // namespace hanse::net
