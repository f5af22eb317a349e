// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A room's targets under libFuzzer: one program a room, and the environment variable FUZZ names the target. (One program
// a target would link the same libraries fifty times.)
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "fuzz/memory_meter.hpp"

namespace {

using hanse::fuzz::Target;

std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

const Target* chosen = nullptr;

}  // namespace

bool hanse::fuzz::add(Target target) {
  targets().push_back(target);
  return true;
}

// Short stacks and a small quarantine: they are kept for each of some thousand allocations of each input.
extern "C" const char* __asan_default_options() { return "malloc_context_size=6:quarantine_size_mb=16:detect_leaks=1"; }

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("FUZZ");
  for (const Target& target : targets())
    if (name != nullptr && std::string_view(name) == target.name) chosen = &target;
  if (chosen == nullptr) {
    std::fprintf(stderr, "FUZZ=NAME chooses a target; there are:\n");
    for (const Target& target : targets()) std::fprintf(stderr, "  %s\n", target.name);
    std::exit(2);
  }
  chosen->run(hanse::as_bytes(""));   // what is made once and kept is not the input's doing
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hanse::fuzz::run_measured(*chosen, {data, size});
  return 0;
}
