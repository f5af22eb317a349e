// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// How the run of one seed went, be it of cores (sim/) or of whole hosts (sim/whole), and how one is shown to a person.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "protocol/scheduling.hpp"

namespace hanse::sim {

struct Violation {                               // what a checker found; the first one ends the run
  std::string invariant;
  std::string text;
};

struct RunResult {
  std::uint64_t seed = 0;
  std::optional<Violation> violation;
  std::uint64_t trace_hash = 0;
  std::uint64_t steps = 0;
  BlockNumber blocks = 0;
  Epoch epochs = 0;                              // those of the cores' runs change members
  std::int64_t healing_time = 0;                 // virtual microseconds until everybody was level again
};

using TraceSink = std::function<void(const std::string&)>;

TraceSink trace_to_output(bool wanted);          // a line each; none when it is not wanted
int show(const RunResult& result);               // prints it; the exit status of the program

}  // namespace hanse::sim
