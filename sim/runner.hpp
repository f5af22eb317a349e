// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Runs many seeds, each alone in a thread's hands; they share nothing but the counter that deals them out.
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
  unsigned threads = 0;                          // 0: as many as there are cores
  double seconds_max = 0;                        // 0: no limit
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

RunResult run_seed(std::uint64_t seed, std::optional<int> nodes, const TraceSink& sink, Probes* probes);
Report run_seeds(const RunOptions& options);     // stops soon after a failure
std::string replay_command(std::uint64_t seed, std::optional<int> nodes, std::string_view plant);

}  // namespace hanse::sim
