// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A seeded generator for the simulator, tests and back-off: xoshiro256** (Blackman and Vigna), seeded through splitmix64.
// The same seed gives the same numbers on every platform and compiler. Never for keys or nonces of signatures.
#pragma once

#include <bit>
#include <cstdint>

#include "base/check.hpp"

namespace hanse {

class Prng {
 public:
  explicit Prng(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15ull;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ull;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebull;
      word = mixed ^ (mixed >> 31);
    }
  }

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, bound): numbers of the last, incomplete multiple of `bound` are thrown away.
  std::uint64_t below(std::uint64_t bound) {
    CHECK(bound > 0);
    const std::uint64_t unfair = (0 - bound) % bound;
    for (;;)
      if (const std::uint64_t number = next(); number >= unfair) return number % bound;
  }

  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }   // both included
  bool chance(std::uint64_t wins, std::uint64_t of) { return below(of) < wins; }

 private:
  std::uint64_t state_[4];
};

}  // namespace hanse
