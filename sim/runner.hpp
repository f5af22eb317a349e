// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Runs many seeds, each alone in a thread's hands; they share nothing but the counter that deals them out. A seed that
// ends the process (a CHECK, a signal) is named before it does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/world.hpp"

namespace hanse::sim {

struct RunOptions {
  std::uint64_t first = 1;
  std::uint64_t count = 500;
  std::optional<int> nodes;
  Mood mood = Mood::everything;
  unsigned threads = 0;                          // 0: as many as there are cores
  double seconds_max = 0;                        // of a core's time for each thread; 0: no limit
  std::uint64_t check_determinism_every = 0;     // every so many seeds is run twice; 0: none
};

struct Report {
  std::uint64_t seeds = 0;                       // run
  double seconds = 0, cpu_seconds = 0;
  std::uint64_t blocks = 0, steps = 0, epochs = 0;
  TimeUs healing_max = 0;                        // how long after the faults everybody was level
  std::uint64_t healing_max_seed = 0;
  Probes probes;
  std::optional<RunResult> failure;              // of the lowest seed that failed

  std::string to_json(const RunOptions& options) const;
  std::string to_text(const RunOptions& options) const;
};

RunResult run_seed(std::uint64_t seed, std::optional<int> nodes, Mood mood, const TraceSink& sink, Probes* probes);
Report run_seeds(const RunOptions& options);     // stops soon after a failure
std::string replay_command(std::uint64_t seed, std::optional<int> nodes, Mood mood, std::string_view plant);
// From now on a CHECK that fails, or a bad access, prints which seed it was and ends the process with `status`.
void report_crashes(int status, std::optional<int> nodes, Mood mood);

}  // namespace hanse::sim
