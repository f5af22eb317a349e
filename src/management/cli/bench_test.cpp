// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The load generator against nodes that commit at once.
#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "access/net/http_server.hpp"
#include "base/check.hpp"
#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "management/cli/bench_erc20.hpp"
#include "management/cli/bench_load.hpp"

namespace hanse::cli {
namespace {

using Json = nlohmann::json;

// A node that puts what was sent into a block as soon as it is asked for the next one. A "transaction" is its own hash.
class InstantNode {
 public:
  InstantNode() {
    auto server = net::HttpServer::start(io_, {}, [this](net::HttpRequest request, net::HttpReply reply) {
      const Json call = Json::parse(request.body);
      const bool refused = refusing && call["method"] == "eth_sendRawTransaction";
      const Json outcome = refused ? Json{{"code", -32000}, {"message", "txpool is full"}} : answer(call["method"], call["params"]);
      reply({.body = Json{{"jsonrpc", "2.0"}, {"id", 1}, {refused ? "error" : "result", outcome}}.dump()});
    });
    CHECK(server);
    server_ = std::move(*server);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", server_->port()); }
  std::atomic<bool> refusing = false;

 private:
  Json answer(const std::string& method, const Json& params) {
    if (method == "eth_blockNumber") return fmt::format("{:#x}", number_);
    if (method == "eth_sendRawTransaction") {
      waiting_.push_back(params[0]);
      return params[0];
    }
    if (params[0] != fmt::format("{:#x}", number_ + 1) || waiting_.empty()) return nullptr;
    ++number_;
    return {{"transactions", std::exchange(waiting_, Json::array())}};
  }

  int number_ = 4;
  Json waiting_ = Json::array();
  net::IoPool io_{1};
  std::unique_ptr<net::HttpServer> server_;
};

SignedTransaction transaction(std::uint64_t number) {
  const Hash hash = U256(number + 1).to_be();
  return {R"({"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":[")" + to_hex0x(hash) + "\"]}", hash};
}

LoadPlan plan_for(std::vector<std::string> urls, std::size_t count) {
  LoadPlan plan{.urls = std::move(urls)};
  for (std::size_t i = 0; i < count; ++i) plan.transactions.push_back(transaction(i));
  return plan;
}

TEST(Bench, CountsEveryTransactionOnceAtItsEntryNode) {
  InstantNode first, second;
  LoadPlan plan = plan_for({first.url(), second.url()}, 501);
  plan.pids = {getpid()};
  const auto report = run_load(plan);
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_EQ(report->committed, 501u);
  EXPECT_GT(report->seconds, 0);
  EXPECT_GT(report->latency_ms_p50, 0);
  EXPECT_GE(report->latency_ms_p99, report->latency_ms_p50);
  EXPECT_TRUE(report->cpu_us_per_tx);
  EXPECT_NEAR(report->generator_cpu_us_per_tx, *report->cpu_us_per_tx, 2 * 10'000.0 / 501);   // the same process; the kernel counts 10 ms
}

TEST(Bench, KeepsToItsRate) {
  InstantNode node;
  LoadPlan plan = plan_for({node.url()}, 50);
  plan.rate = 500;
  const auto report = run_load(plan);
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_GE(report->seconds, 49.0 / 500);
  EXPECT_FALSE(report->cpu_us_per_tx);
}

TEST(Bench, PassesOnWhatANodeRefused) {
  InstantNode good, bad;
  LoadPlan plan = plan_for({good.url(), bad.url()}, 20);
  plan.rate = 1'000;
  bad.refusing = true;
  const auto report = run_load(plan);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().text, "txpool is full");
}

TEST(Bench, CountsWhatABusyNodeRefusesWhereItMay) {
  InstantNode good, busy;
  LoadPlan plan = plan_for({good.url(), busy.url()}, 20);
  plan.rate = 1'000;
  plan.may_refuse = true;
  busy.refusing = true;
  const auto report = run_load(plan);
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_EQ(report->committed, 10u);
  EXPECT_EQ(report->refused, 10u);
}

TEST(Bench, ReadsTheCpuTimeOfAProcess) {
  const auto before = process_cpu_us(getpid());
  ASSERT_TRUE(before);
  EXPECT_GE(*process_cpu_us(getpid()), *before);
  EXPECT_EQ(process_cpu_us(1 << 30).error().code, Code::not_found);
}

TEST(Bench, CarriesTheTokensCode) { EXPECT_TRUE(from_hex(kBenchTokenCode)); }

}  // namespace
}  // namespace hanse::cli
