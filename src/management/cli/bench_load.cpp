// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/bench_load.hpp"

#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <thread>
#include <unordered_map>

#include "access/net/http_client.hpp"
#include "access/sdk/client.hpp"
#include "access/sdk/jsonrpc_text.hpp"
#include "base/hex.hpp"

namespace hanse::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kWindow = 5'000;                        // undecided transactions without a rate; the pool takes 15,000
constexpr std::chrono::milliseconds kPollPaced{2}, kPollFlatOut{5};
constexpr std::chrono::seconds kStallMax{30};
constexpr std::uint32_t kAnswerWithinMs = 30'000;

// What the sender, the answers and the watchers of all nodes share.
class Run {
 public:
  explicit Run(const LoadPlan& plan) : plan_(plan), sent_at_(plan.transactions.size()) {
    places_.reserve(plan.transactions.size());
    for (std::size_t i = 0; i < plan.transactions.size(); ++i) places_.emplace(plan.transactions[i].hash, i);
  }

  void start() { started_at_ = Clock::now(); }
  void sent(std::size_t place) { sent_at_[place].store(Clock::now(), std::memory_order_relaxed); }

  // A node answered with a block that holds `hash`.
  void committed(const Hash& hash, std::size_t node, Clock::time_point now, std::vector<double>& latencies_ms) {
    const auto place = places_.find(hash);
    if (place == places_.end() || place->second % plan_.urls.size() != node) return;
    const auto sent = sent_at_[place->second].load(std::memory_order_relaxed);
    latencies_ms.push_back(std::chrono::duration<double, std::milli>(now - sent).count());
    last_commit_.store(now, std::memory_order_relaxed);
    committed_.fetch_add(1);
  }

  void failed(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    over_ = true;
  }
  void refused(Error error) {
    if (plan_.may_refuse) refused_.fetch_add(1);
    else failed(std::move(error));
  }
  void end() { over_ = true; }
  bool over() const { return over_; }
  std::size_t committed_count() const { return committed_; }
  std::size_t refused_count() const { return refused_; }
  std::size_t settled_count() const { return committed_ + refused_; }
  double seconds() const { return std::chrono::duration<double>(last_commit_.load() - started_at_).count(); }
  std::optional<Error> error() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }
  const LoadPlan& plan() const { return plan_; }

 private:
  const LoadPlan& plan_;
  std::unordered_map<Hash, std::size_t> places_;
  std::vector<std::atomic<Clock::time_point>> sent_at_;
  Clock::time_point started_at_;
  std::atomic<Clock::time_point> last_commit_{Clock::time_point{}};
  std::atomic<std::size_t> committed_ = 0, refused_ = 0;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

// Follows one node's blocks from a number on. Its continuation is always one request or one pause on a loop.
class Watcher {
 public:
  Watcher(Run& run, net::IoLoop& loop, net::HttpClient& client, std::size_t node, std::uint64_t next)
      : run_(run), loop_(loop), client_(client), node_(node), next_(next) {}

  void ask() {
    const std::string params = fmt::format("[\"{:#x}\",false]", next_);
    client_.post("/", sdk::request_text("eth_getBlockByNumber", params), [this](Result<net::HttpResponse> response) {
      if (run_.over()) return;
      if (!response) return run_.failed(response.error());
      const auto block = sdk::result_of(response->body);
      if (!block) return run_.failed(block.error());
      if (*block != "null") return note(*block);
      loop_.after(run_.plan().rate > 0 ? kPollPaced : kPollFlatOut, [this] {
        if (!run_.over()) ask();
      });
    });
  }
  const std::vector<double>& latencies_ms() const { return latencies_ms_; }   // when the run is over

 private:
  void note(const std::string& block) {
    const auto now = Clock::now();
    simdjson::dom::array hashes;
    if (parser_.parse(block)["transactions"].get(hashes) != simdjson::SUCCESS)
      return run_.failed({Code::bad_encoding, "a block without transactions"});
    for (const auto item : hashes) {
      std::string_view text;
      if (item.get(text) != simdjson::SUCCESS) continue;
      if (const auto hash = fixed_from_hex<Hash::kSize>(text)) run_.committed(*hash, node_, now, latencies_ms_);
    }
    ++next_;
    ask();
  }

  Run& run_;
  net::IoLoop& loop_;
  net::HttpClient& client_;
  const std::size_t node_;
  std::uint64_t next_;
  simdjson::dom::parser parser_;
  std::vector<double> latencies_ms_;
};

void send_one(Run& run, net::HttpClient& client, std::size_t place) {
  run.sent(place);
  client.post("/", run.plan().transactions[place].request, [&run](Result<net::HttpResponse> response) {
    if (run.over()) return;
    if (!response) return run.failed(response.error());
    if (const auto result = sdk::result_of(response->body); !result) run.refused(result.error());
  });
}

// Transactions leave at their times, or as long as the window is open; then the rest of the commits is waited for.
void send_all(Run& run, std::vector<std::unique_ptr<net::HttpClient>>& clients) {
  const LoadPlan& plan = run.plan();
  const std::size_t count = plan.transactions.size();
  const auto start = Clock::now();
  std::size_t sent = 0, seen = 0;
  auto progress_at = start;
  while (!run.over() && run.settled_count() < count) {
    const auto now = Clock::now();
    const std::size_t settled = run.settled_count();
    const double elapsed = std::chrono::duration<double>(now - start).count();
    std::size_t due = plan.rate > 0 ? static_cast<std::size_t>(elapsed * plan.rate) + 1 : settled + kWindow;
    due = std::min(due, count);
    for (; sent < due; ++sent) send_one(run, *clients[sent % clients.size()], sent);
    if (settled > seen) seen = settled, progress_at = now;
    if (now - progress_at > kStallMax)
      return run.failed({Code::timeout, fmt::format("no commit for {} s: {} of {} sent transactions are committed",
                                                    kStallMax.count(), run.committed_count(), sent)});
    const auto next = plan.rate > 0 && sent < count ? start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                                                                  static_cast<double>(sent) / plan.rate))
                                                    : now + std::chrono::milliseconds(1);
    std::this_thread::sleep_until(std::min(next, now + std::chrono::milliseconds(50)));
  }
}

Result<double> cpu_of(const std::vector<int>& pids) {
  double sum = 0;
  for (const int pid : pids) {
    const auto cpu = process_cpu_us(pid);
    if (!cpu) return pass(cpu);
    sum += *cpu;
  }
  return sum;
}

// The least value that `share` of them do not exceed.
double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto place = std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(place));
  return values[place];
}

Result<std::vector<std::unique_ptr<net::HttpClient>>> connect_all(net::IoPool& io, const LoadPlan& plan) {
  std::vector<std::unique_ptr<net::HttpClient>> clients;
  for (const std::string& text : plan.urls) {
    const auto url = net::parse_url(text);
    if (!url) return pass(url);
    net::HttpClientConfig config{.host = url->host, .port = url->port, .timeout_ms = kAnswerWithinMs};
    config.queue_count_max = plan.transactions.size() + 16;
    clients.push_back(std::make_unique<net::HttpClient>(io, config));
  }
  return clients;
}

}  // namespace

Result<LoadReport> run_load(const LoadPlan& plan) {
  // In this order, so that the threads end first, then the watchers that they call, then what all of them share.
  Run run(plan);
  std::vector<std::unique_ptr<Watcher>> watchers;
  net::IoPool io(1);
  auto clients = connect_all(io, plan);
  if (!clients) return pass(clients);
  // Blocks are asked for on connections of their own: not behind the transactions that are being sent.
  auto readers = connect_all(io, plan);
  if (!readers) return pass(readers);
  for (std::size_t node = 0; node < plan.urls.size(); ++node) {
    const auto head = sdk::Web3Client(plan.urls[node]).block_number();
    if (!head) return pass(head);
    watchers.push_back(std::make_unique<Watcher>(run, io.at(0), *(*readers)[node], node, static_cast<std::uint64_t>(*head) + 1));
  }
  const std::vector<int> self{static_cast<int>(::getpid())};
  const auto cpu_before = cpu_of(plan.pids), own_before = cpu_of(self);
  if (!cpu_before) return pass(cpu_before);
  if (!own_before) return pass(own_before);
  run.start();
  for (const auto& watcher : watchers) watcher->ask();
  send_all(run, *clients);
  run.end();
  const auto cpu_after = cpu_of(plan.pids), own_after = cpu_of(self);
  clients->clear(), readers->clear();              // ends every callback
  if (const auto error = run.error()) return std::unexpected(*error);
  if (!cpu_after) return pass(cpu_after);
  if (!own_after) return pass(own_after);

  std::vector<double> latencies_ms;
  for (const auto& watcher : watchers) latencies_ms.insert(latencies_ms.end(), watcher->latencies_ms().begin(), watcher->latencies_ms().end());
  LoadReport report{.committed = run.committed_count(), .refused = run.refused_count(), .seconds = run.seconds()};
  if (!latencies_ms.empty()) report.latency_ms_mean = std::reduce(latencies_ms.begin(), latencies_ms.end()) / static_cast<double>(latencies_ms.size());
  report.latency_ms_p50 = percentile(latencies_ms, 0.5);
  report.latency_ms_p99 = percentile(latencies_ms, 0.99);
  const double committed = static_cast<double>(report.committed);
  if (!plan.pids.empty()) report.cpu_us_per_tx = (*cpu_after - *cpu_before) / committed;
  report.generator_cpu_us_per_tx = (*own_after - *own_before) / committed;
  return report;
}

}  // namespace hanse::cli
