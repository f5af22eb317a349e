// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Unsigned 256-bit integers as the EVM has them: four little-endian 64-bit limbs (the memory layout that the bridge
// passes to Rust without a swap). Arithmetic that can overflow says so.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace hanse {

struct U256 {
  std::uint64_t limbs[4]{};

  constexpr U256() = default;
  constexpr U256(std::uint64_t low) : limbs{low, 0, 0, 0} {}

  bool is_zero() const { return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0; }
  bool fits_u64() const { return (limbs[1] | limbs[2] | limbs[3]) == 0; }
  bool operator==(const U256&) const = default;
  std::strong_ordering operator<=>(const U256& other) const {
    for (int i = 3; i >= 0; --i)
      if (limbs[i] != other.limbs[i]) return limbs[i] <=> other.limbs[i];
    return std::strong_ordering::equal;
  }

  Hash to_be() const;                                     // 32 bytes, big endian
  static U256 from_be(BytesView bytes);                   // at most 32 bytes, big endian; longer input keeps the last 32
  std::string to_decimal() const;
  std::string to_quantity() const;                        // "0x0", "0x1f": Ethereum JSON quantity
  static Result<U256> from_decimal(std::string_view text);
  static Result<U256> from_quantity(std::string_view text);  // "0x…" with 1 to 64 digits
};

// Each answers false (and leaves the wrapped value) on overflow or underflow.
[[nodiscard]] bool add_to(U256& sum, const U256& addend);
[[nodiscard]] bool subtract_from(U256& difference, const U256& subtrahend);
[[nodiscard]] bool multiply_by(U256& product, std::uint64_t factor);

}  // namespace hanse
