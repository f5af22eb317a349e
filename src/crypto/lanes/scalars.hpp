// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Numbers modulo n, the order of secp256k1's group: what a recovery needs before points are touched. Of public data only:
// the time depends on the values.
#pragma once

#include <span>

#include "base/uint256.hpp"

namespace hanse::lanes {

inline constexpr std::uint64_t kOrder[4] = {0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff};

bool is_below_order(const U256& number);
U256 reduced(const U256& number);                     // any number
U256 negated(const U256& number);                     // of a number below n
U256 product(const U256& a, const U256& b);           // of numbers below n
void invert_all(std::span<U256> numbers);             // below n and not 0

// number = part[0] + part[1] * lambda mod n, parts below 2^128.
struct Split {
  struct Part {
    std::uint64_t low = 0, high = 0;
    bool negative = false;
  } part[2];
};
Split split(const U256& number);

}  // namespace hanse::lanes
