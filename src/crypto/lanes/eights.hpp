// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What passes between the scalar half of a recovery (scalars.hpp, recover_signers.cpp) and its eight lanes
// (recover_eights.hpp): plain words, because the two sides are compiled for different CPUs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hanse::lanes {

inline constexpr std::size_t kLanes = 8;
inline constexpr std::size_t kEightsMax = 8;          // of one call: they share two inversions

// The key (k R[0] + k R[1] lambda) R + (k G[0] + k G[1] lambda) G of eight signatures; the four numbers are below 2^128
// and may be negative. All of it lane by lane: word[lane].
struct Eight {
  enum { kOfR, kOfRLambda, kOfG, kOfGLambda, kFactors };
  alignas(64) std::uint64_t x[4][kLanes];             // of R, below p, lowest word first
  std::uint64_t low[kFactors][kLanes], high[kFactors][kLanes];
  std::uint64_t key[kLanes][8];                       // out: x then y, lowest word first
  std::uint8_t negative[kFactors];                    // a bit a lane, as in all masks
  std::uint8_t y_is_odd;                              // of R
  std::uint8_t in_use;
  std::uint8_t good;                                  // out: lanes whose key is right; the others show nothing
};

// Multiples of the generator G and of lambda G: row k - 1 is k times the point, x then y, lowest word first.
inline constexpr unsigned kGeneratorWindow = 10;      // bits
inline constexpr std::size_t kGeneratorRows = 1u << (kGeneratorWindow - 1);
struct GeneratorTable {
  alignas(64) std::uint64_t rows[2][kGeneratorRows][8];
};

// Multiples of the Rs of one Eight, the same way; and the points before they have z = 1.
inline constexpr unsigned kWindow = 5;
inline constexpr std::size_t kRows = 1u << (kWindow - 1);
struct EightTable {
  alignas(64) std::uint64_t rows[2][kRows][kLanes][8];
};

}  // namespace hanse::lanes
