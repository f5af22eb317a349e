// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/runner.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/plant.hpp"

namespace hanse::whole {
namespace {

using Clock = std::chrono::steady_clock;

struct Shared {
  const Options& options;
  const Clock::time_point begin = Clock::now();
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  Report report;
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin).count(); }
};

sim::RunResult run_maybe_twice(std::uint64_t seed, std::uint64_t twice_every, Probes& probes) {
  sim::RunResult result = run_seed(seed, {}, probes);
  if (result.violation || twice_every == 0 || seed % twice_every != 0) return result;
  Probes ignored;
  const sim::RunResult again = run_seed(seed, {}, ignored);
  if (again.trace_hash != result.trace_hash || again.steps != result.steps)
    result.violation = sim::Violation{"determinism", "the same seed went another way the second time"};
  return result;
}

void work(Shared& shared) {
  const Options& options = shared.options;
  for (;;) {
    const std::uint64_t index = shared.next++;
    if (index >= options.count || shared.stop) return;
    if (options.seconds_max > 0 && shared.seconds() > options.seconds_max) return;
    Probes probes;
    sim::RunResult result = run_maybe_twice(options.first + index, options.twice_every, probes);
    const std::lock_guard lock(shared.mutex);
    Report& all = shared.report;
    ++all.seeds;
    all.steps += result.steps, all.blocks += static_cast<std::uint64_t>(result.blocks);
    all.probes.add(probes);
    if (result.healing_time > all.healing_max) all.healing_max = result.healing_time, all.healing_max_seed = result.seed;
    if (!result.violation) continue;
    shared.stop = true;
    if (!all.failure || result.seed < all.failure->seed) all.failure = std::move(result);
  }
}

}  // namespace

// In a thread of its own: what the product keeps for each thread (analysed code) would else let a seed do without reads
// that may fail, depending on the seeds before it.
sim::RunResult run_seed(std::uint64_t seed, const sim::TraceSink& sink, Probes& probes) {
  sim::RunResult result;
  std::jthread([&] {
    World world(draw_plan(seed), sink);
    result = world.run();
    probes.add(world.probes());
  }).join();
  return result;
}

Report run_seeds(const Options& options) {
  Shared shared{options};
  const unsigned threads = options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < threads; ++i) workers.emplace_back([&] { work(shared); });
    work(shared);
  }
  shared.report.seconds = shared.seconds();
  shared.report.cpu_seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::move(shared.report);
}

std::string replay_command(std::uint64_t seed) {
  std::string command = fmt::format("hanse-sim --whole --seed {} --trace", seed);
  const auto add_if_selected = [&](const plant::Plant& plant) {
    if (plant.name == plant::selected) command += fmt::format(" --plant {}", plant.text);
  };
  std::ranges::for_each(plant::kPlants, add_if_selected);
  std::ranges::for_each(plant::kHostPlants, add_if_selected);
  return command;
}

std::string Report::to_text(const Options& options) const {
  std::string out = fmt::format(
      "{} seeds from {}, {} blocks, {} steps, {:.1f} s, {:.1f} s of CPU ({:.1f} seeds for each); level again after at most "
      "{} ms (seed {})\n",
      seeds, options.first, blocks, steps, seconds, cpu_seconds,
      cpu_seconds > 0 ? static_cast<double>(seeds) / cpu_seconds : 0, healing_max / 1'000, healing_max_seed);
  for (std::size_t i = 0; i < kProbes; ++i) out += fmt::format("  {:>9}  {}\n", probes.counts[i], kProbeTexts[i]);
  if (!failure) return out + "no violation";
  return out + fmt::format("VIOLATION of {} in seed {}: {}\nreplay: {}", failure->violation->invariant, failure->seed,
                           failure->violation->text, replay_command(failure->seed));
}

std::string Report::to_json(const Options& options) const {
  nlohmann::json out{{"mode", "whole"}, {"seeds", seeds}, {"from", options.first}, {"blocks", blocks}, {"steps", steps},
                     {"seconds", seconds}, {"cpu_seconds", cpu_seconds}, {"healing_ms_max", healing_max / 1'000},
                     {"healing_ms_max_seed", healing_max_seed}};
  for (std::size_t i = 0; i < kProbes; ++i) out["probes"][std::string(kProbeTexts[i])] = probes.counts[i];
  out["violation"] = nullptr;
  if (failure)
    out["violation"] = {{"invariant", failure->violation->invariant}, {"text", failure->violation->text},
                        {"seed", failure->seed}, {"replay", replay_command(failure->seed)}};
  return out.dump(2);
}

}  // namespace hanse::whole
