// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/run_result.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace hanse::sim {

TraceSink trace_to_output(bool wanted) {
  if (!wanted) return {};
  return [](const std::string& line) { std::puts(line.c_str()); };
}

int show(const RunResult& result) {
  std::puts(fmt::format("seed {}: {} blocks, {} steps, trace hash {:016x}", result.seed, result.blocks, result.steps,
                        result.trace_hash).c_str());
  if (!result.violation) return 0;
  std::puts(fmt::format("VIOLATION of {}: {}", result.violation->invariant, result.violation->text).c_str());
  return 1;
}

}  // namespace hanse::sim
