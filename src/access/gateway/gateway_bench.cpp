// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Two gateways on loopback: latency of a round trip, and CPU of both for each message of a stream.
#include <benchmark/benchmark.h>

#include <ctime>
#include <semaphore>

#include "access/gateway/test_nodes.hpp"

namespace hanse::gateway {
namespace {

double cpu_us(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// A sends, B answers each message (echo) or the last of a burst (an empty message).
class Pair {
 public:
  explicit Pair(bool echo) {
    for (const char* name : {"a", "b"}) files_.issue(name);
    KeyPair keys[2] = {KeyPair::generate(Suite::standard), KeyPair::generate(Suite::standard)};
    id_b_ = keys[1].public_key;
    a_ = start("a", keys[0], {}, [this](const NodeId&, Bytes) { answered_.release(); });
    b_ = start("b", keys[1], fmt::format("127.0.0.1:{}", a_->port()), [this, echo](const NodeId& from, Bytes message) {
      if (echo || message.empty()) b_->send("group0", from, std::make_shared<const Bytes>(std::move(message)));
    });
    while (a_->connected("group0").empty() || b_->connected("group0").empty()) {}
  }
  void send(std::shared_ptr<const Bytes> message) { a_->send("group0", id_b_, std::move(message)); }
  void wait() { answered_.acquire(); }

 private:
  std::unique_ptr<Gateway> start(const std::string& name, const KeyPair& key, const std::string& peer,
                                 std::function<void(const NodeId&, Bytes)> on_message) {
    GatewayConfig config{.ca_file = files_.path("ca.crt"), .cert_file = files_.path(name + ".crt"),
                         .key_file = files_.path(name + ".key"), .chain_id = "chain0"};
    if (!peer.empty()) config.peers = {peer};
    auto started = Gateway::start(config, {{"group0", key, [](const NodeId&) { return true; }, std::move(on_message),
                                            [](const NodeId&, bool) {}}}, metrics_);
    CHECK(started);
    return std::move(*started);
  }
  net::TestCertificates files_;
  Registry metrics_;
  NodeId id_b_;
  std::binary_semaphore answered_{0};
  std::unique_ptr<Gateway> a_, b_;
};

Bytes noise(std::size_t size) {
  Bytes out(size);
  std::uint32_t state = 1;
  for (auto& byte : out) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

// Argument: bytes of the message.
void round_trip(benchmark::State& state) {
  Pair pair(true);
  const auto message = std::make_shared<const Bytes>(noise(static_cast<std::size_t>(state.range(0))));
  const double before = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
  for (auto _ : state) {
    pair.send(message);
    pair.wait();
  }
  state.counters["cpu_us_both_sides"] = (cpu_us(CLOCK_PROCESS_CPUTIME_ID) - before) / static_cast<double>(state.iterations());
}
BENCHMARK(round_trip)->Arg(1024)->Arg(256 << 10)->UseRealTime();

void stream(benchmark::State& state) {
  constexpr int kBurst = 256;
  Pair pair(false);
  const auto message = std::make_shared<const Bytes>(noise(static_cast<std::size_t>(state.range(0))));
  const auto last = std::make_shared<const Bytes>();
  const double before = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
  for (auto _ : state) {
    for (int i = 0; i < kBurst; ++i) pair.send(message);
    pair.send(last);
    pair.wait();
  }
  const double count = static_cast<double>(state.iterations()) * kBurst;
  state.counters["cpu_us_both_sides"] = (cpu_us(CLOCK_PROCESS_CPUTIME_ID) - before) / count;
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
}
BENCHMARK(stream)->Arg(1024)->Arg(64 << 10)->UseRealTime();

}  // namespace
}  // namespace hanse::gateway
