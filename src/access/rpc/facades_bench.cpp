// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the web3 façade itself costs: the node answers at once.
#include <benchmark/benchmark.h>

#include "access/rpc/facades.hpp"
#include "access/rpc/test_node.hpp"
#include "base/metrics.hpp"

namespace hanse::rpc {
namespace {

// The test node, but it takes any transaction without looking at it.
struct QuickNode : TestNode {
  using TestNode::handle;
  void handle(port::SubmitTransaction, port::ReplyTo<port::SubmitTransaction> reply) { reply(Hash{}); }
};

void ask(benchmark::State& state, const std::string& method, const std::string& params) {
  QuickNode node;
  Registry metrics;
  const JsonRpc facade = web3_facade({}, {"group0", Suite::standard, port::local<port::NodePort>(node)}, metrics);
  const std::string body = R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
  std::size_t bytes = 0;
  for (auto _ : state) facade.handle(body, [&](std::string answer) { bytes += answer.size(); });
  benchmark::DoNotOptimize(bytes);
}

void SendRawTransaction(benchmark::State& state) {
  ask(state, "eth_sendRawTransaction", "[\"" + to_hex0x(TestNode().transaction(0).encoded) + "\"]");
}
BENCHMARK(SendRawTransaction);

void GetTransactionReceipt(benchmark::State& state) {
  ask(state, "eth_getTransactionReceipt", "[\"" + to_hex0x(TestNode().transaction(0).hash) + "\"]");
}
BENCHMARK(GetTransactionReceipt);

void GetBlockByNumber(benchmark::State& state) { ask(state, "eth_getBlockByNumber", R"(["0x1",false])"); }
BENCHMARK(GetBlockByNumber);

}  // namespace
}  // namespace hanse::rpc
