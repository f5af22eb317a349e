// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Runs many seeds of whole chains, each alone in a thread's hands, and says what it saw.
#pragma once

#include "sim/whole/world.hpp"

namespace hanse::whole {

struct Options {
  std::uint64_t first = 1;
  std::uint64_t count = 100;
  unsigned threads = 0;                          // 0: as many as there are cores
  double seconds_max = 0;                        // 0: no limit
  std::uint64_t twice_every = 0;                 // every so many seeds is run twice; 0: none
};

struct Report {
  std::uint64_t seeds = 0, steps = 0, blocks = 0;
  double seconds = 0, cpu_seconds = 0;
  TimeUs healing_max = 0;
  std::uint64_t healing_max_seed = 0;
  Probes probes;
  std::optional<sim::RunResult> failure;              // of the lowest seed that failed

  std::string to_text(const Options& options) const;
  std::string to_json(const Options& options) const;
};

sim::RunResult run_seed(std::uint64_t seed, const sim::TraceSink& sink, Probes& probes);
Report run_seeds(const Options& options);        // stops soon after a failure
std::string replay_command(std::uint64_t seed);

}  // namespace hanse::whole
