// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/runner.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <unistd.h>

#include "base/plant.hpp"

namespace hanse::sim {

namespace {

std::string plant_name() {
  for (const auto& plant : plant::kPlants)
    if (plant.name == plant::selected) return std::string(plant.text);
  return "";
}

struct Shared {
  const RunOptions& options;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;  // of the report
  Report report;

  // A busy machine is no reason to look at less.
  bool time_is_up(unsigned threads) const {
    return options.seconds_max > 0 && static_cast<double>(std::clock()) / CLOCKS_PER_SEC > options.seconds_max * threads;
  }
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }
};

thread_local std::uint64_t running_seed = 0;
std::string crash_replay[2];   // what stands before and after the seed; made before any thread runs
int crash_status = 1;

extern "C" void on_crash(int signal) {
  char text[32];
  std::size_t at = sizeof text;
  std::uint64_t seed = running_seed;
  do text[--at] = static_cast<char>('0' + seed % 10), seed /= 10;
  while (seed > 0);
  const auto say = [](std::string_view part) { return write(STDOUT_FILENO, part.data(), part.size()); };
  const bool said = say(signal == SIGABRT ? "VIOLATION of no-crash: a CHECK failed\n" : "VIOLATION of no-crash: a signal\n") > 0 &&
                    say(crash_replay[0]) > 0 && say({text + at, sizeof text - at}) > 0 && say(crash_replay[1]) > 0;
  _exit(said ? crash_status : 1);
}

void work(Shared& shared, unsigned threads) {
  Report mine;
  while (!shared.stop) {
    const std::uint64_t at = shared.next++;
    if (at >= shared.options.count) break;
    if (shared.time_is_up(threads)) break;
    const std::uint64_t seed = shared.options.first + at;
    RunResult result = run_seed(seed, shared.options.nodes, shared.options.mood, nullptr, &mine.probes);
    const auto every = shared.options.check_determinism_every;
    if (every > 0 && at % every == 0 && !result.violation &&
        run_seed(seed, shared.options.nodes, shared.options.mood, nullptr, nullptr).trace_hash != result.trace_hash)
      result.violation = {"one-seed-one-trace", "two runs of this seed differ"};
    ++mine.seeds;
    mine.blocks += static_cast<std::uint64_t>(result.blocks), mine.steps += result.steps, mine.epochs += result.epochs;
    if (result.healing_time > mine.healing_max) mine.healing_max = result.healing_time, mine.healing_max_seed = seed;
    if (!result.violation) continue;
    shared.stop = true;
    if (!mine.failure || result.seed < mine.failure->seed) mine.failure = std::move(result);
  }
  const std::lock_guard lock(shared.mutex);
  Report& all = shared.report;
  all.seeds += mine.seeds, all.blocks += mine.blocks, all.steps += mine.steps, all.epochs += mine.epochs;
  if (mine.healing_max > all.healing_max)
    all.healing_max = mine.healing_max, all.healing_max_seed = mine.healing_max_seed;
  all.probes.add(mine.probes);
  if (mine.failure && (!all.failure || mine.failure->seed < all.failure->seed)) all.failure = std::move(mine.failure);
}

}  // namespace

RunResult run_seed(std::uint64_t seed, std::optional<int> nodes, Mood mood, const TraceSink& sink, Probes* probes) {
  running_seed = seed;
  World world(draw_plan(seed, nodes, mood), sink);
  if (sink) sink(fmt::format("seed {}: {}", seed, world.plan().describe()));
  RunResult result = world.run();
  if (probes) probes->add(world.probes());
  return result;
}

Report run_seeds(const RunOptions& options) {
  Shared shared{options};
  const unsigned threads = options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < threads; ++i) workers.emplace_back([&] { work(shared, threads); });
    work(shared, threads);
  }
  shared.report.seconds = shared.seconds();
  shared.report.cpu_seconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::move(shared.report);
}

std::string replay_command(std::uint64_t seed, std::optional<int> nodes, Mood mood, std::string_view plant) {
  std::string command = fmt::format("hanse-sim --seed {} --trace", seed);
  if (mood == Mood::byzantine) command += " --byzantine-only";
  if (nodes) command += fmt::format(" --nodes {}", *nodes);
  if (!plant.empty()) command += fmt::format(" --plant {}", plant);
  return command;
}

void report_crashes(int status, std::optional<int> nodes, Mood mood) {
  const std::string replay = replay_command(0, nodes, mood, plant_name());
  const std::size_t seed = replay.find(" 0 ") + 1;
  crash_replay[0] = "replay: " + replay.substr(0, seed);
  crash_replay[1] = replay.substr(seed + 1) + "\n";
  crash_status = status;
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, on_crash);
}

std::string Report::to_json(const RunOptions& options) const {
  nlohmann::json out{{"seeds", seeds},
                     {"from", options.first},
                     {"seconds", seconds},
                     {"cpu_seconds", cpu_seconds},
                     {"blocks", blocks},
                     {"epochs_ended", epochs},
                     {"steps", steps},
                     {"healing_ms_max", healing_max / 1'000},
                     {"healing_ms_max_seed", healing_max_seed}};
  if (options.nodes) out["nodes"] = *options.nodes;
  if (const std::string plant = plant_name(); !plant.empty()) out["plant"] = plant;
  out["seeds_per_cpu_second"] = cpu_seconds > 0 ? double(seeds) / cpu_seconds : 0;
  if (options.mood == Mood::byzantine) out["byzantine_only"] = true;
  for (std::size_t i = 0; i < kProbes; ++i) out["probes"][std::string(kProbeTexts[i])] = probes.counts[i];
  out["probes_not_reached"] = probes.not_reached();
  for (const auto& [path, count] : probes.mutations) {
    const auto message = path.substr(0, path.find('.'));
    out["mutations"][message][path.substr(message.size() + 1)] = {{"signature_kept", count.kept},
                                                                  {"signed_again", count.signed_again}};
  }
  out["fields_not_mutated"] = probes.not_mutated();
  out["violation"] = nullptr;
  if (failure)
    out["violation"] = {{"invariant", failure->violation->invariant},
                        {"text", failure->violation->text},
                        {"seed", failure->seed},
                        {"replay", replay_command(failure->seed, options.nodes, options.mood, plant_name())}};
  return out.dump(2);
}

std::string Report::to_text(const RunOptions& options) const {
  std::string out = fmt::format(
      "{} seeds from {}, {} blocks, {} epochs ended, {:.1f} s, {:.1f} s of CPU ({:.0f} seeds for each); level again "
      "after at most {} ms (seed {})\n",
      seeds, options.first, blocks, epochs, seconds, cpu_seconds, cpu_seconds > 0 ? double(seeds) / cpu_seconds : 0,
      healing_max / 1'000, healing_max_seed);
  for (std::size_t i = 0; i < kProbes; ++i) out += fmt::format("  {:>9}  {}\n", probes.counts[i], kProbeTexts[i]);
  std::map<std::string, std::uint64_t> mutated;   // by message type
  for (const auto& [path, count] : probes.mutations) mutated[path.substr(0, path.find('.'))] += count.kept + count.signed_again;
  out += "changed fields:";
  for (const auto& [message, count] : mutated) out += fmt::format(" {} {}", message, count);
  out += '\n';
  if (const auto missed = probes.not_mutated(); !missed.empty())
    out += fmt::format("{} fields were never changed, {} among them\n", missed.size(), missed.front());
  for (const std::string& probe : probes.not_reached()) out += "not reached: " + probe + '\n';
  if (!failure) return out + "no violation";
  return out + fmt::format("VIOLATION of {} in seed {}: {}\nreplay: {}", failure->violation->invariant, failure->seed,
                           failure->violation->text, replay_command(failure->seed, options.nodes, options.mood, plant_name()));
}

}  // namespace hanse::sim
