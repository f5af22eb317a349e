// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// hanse bench: how much a running chain takes, and how fast.
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "management/cli/bench_setup.hpp"
#include "management/cli/command.hpp"

namespace hanse::cli {
namespace {

constexpr std::size_t kTransactionsMax = 1'000'000;   // they are signed into memory, about 600 bytes each
constexpr std::uint64_t kReceiversMax = 10'000'000;

struct Options {
  std::vector<std::string> urls{"http://127.0.0.1:8545"};
  std::size_t count = 10'000;
  double rate = 0;
  std::vector<int> pids;
  Receivers receivers;
};

std::string report_json(const LoadReport& report) {
  nlohmann::ordered_json json{{"committed", report.committed},
                              {"seconds", report.seconds},
                              {"tps", static_cast<double>(report.committed) / report.seconds},
                              {"latency_ms", {{"mean", report.latency_ms_mean}, {"p50", report.latency_ms_p50}, {"p99", report.latency_ms_p99}}}};
  if (report.refused > 0) json["refused"] = report.refused;
  json["cpu_us_per_tx"] = report.cpu_us_per_tx ? nlohmann::ordered_json(*report.cpu_us_per_tx) : nullptr;
  json["generator_cpu_us_per_tx"] = report.generator_cpu_us_per_tx;
  return json.dump();
}

std::string report_text(const LoadReport& report) {
  std::string text = fmt::format("committed   {} in {:.2f} s, {:.0f} tx/s\nlatency     p50 {:.1f} ms, p99 {:.1f} ms\n", report.committed,
                                 report.seconds, static_cast<double>(report.committed) / report.seconds, report.latency_ms_p50,
                                 report.latency_ms_p99);
  if (report.refused > 0) text += fmt::format("refused     {}\n", report.refused);
  if (report.cpu_us_per_tx) text += fmt::format("CPU         {:.0f} µs per transaction, all processes\n", *report.cpu_us_per_tx);
  return text;
}

Result<Answer> bench(Workload workload, const Options& options) {
  auto transactions = prepare_load(workload, options.receivers, options.urls, options.count);
  if (!transactions) return pass(transactions);
  const auto report = run_load({options.urls, std::move(*transactions), options.rate, options.pids, workload == Workload::flood});
  if (!report) return pass(report);
  return Answer{report_text(*report), report_json(*report)};
}

}  // namespace

void add_bench(Commands& commands) {
  CLI::App& noun = commands.noun("bench", "load a running chain and measure it");
  const auto add = [&](Workload workload, const char* verb, const char* description) {
    const auto options = std::make_shared<Options>();
    CLI::App& app = commands.add(noun, verb, description,
                                 fmt::format("hanse bench {} --rpc http://127.0.0.1:8545,http://127.0.0.1:8546 --txs 20000 -o json", verb),
                                 [workload, options](Format) { return bench(workload, *options); });
    app.add_option("--rpc", options->urls, "web3 ports of the entry nodes, which take transactions in turn")->delimiter(',')->capture_default_str();
    app.add_option("--txs", options->count, "how many transactions; they are signed before the clock starts")
        ->check(CLI::Range(std::size_t{1}, kTransactionsMax))->capture_default_str();
    app.add_option("--rate", options->rate, "transactions a second; without it as fast as they are committed")
        ->check(CLI::Range(0.1, 1e6));
    app.add_option("--receivers", options->receivers.count, "among how many accounts transfers go round")
        ->check(CLI::Range(std::uint64_t{1}, kReceiversMax))->capture_default_str();
    app.add_option("--first-receiver", options->receivers.first, "number of the first of them: others were given something before")
        ->check(CLI::Range(std::uint64_t{0}, kReceiversMax * kReceiversMax));
    app.add_option("--pids", options->pids, "the nodes' processes, whose CPU time is counted")->delimiter(',');
  };
  add(Workload::transfer, "transfer", "transfers of the smallest coin between accounts");
  add(Workload::erc20, "erc20", "deploy a token and transfer it");
  add(Workload::flood, "flood", "a transaction of each of many accounts that own nothing; what a busy node refuses is counted");
}

}  // namespace hanse::cli
