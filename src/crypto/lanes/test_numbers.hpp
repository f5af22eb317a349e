// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Numbers that tests of the lanes share.
#pragma once

#include <algorithm>

#include "base/hex.hpp"
#include "crypto/lanes/scalars.hpp"

namespace hanse::lanes {

inline U256 number(std::string_view hex) { return U256::from_be(*from_hex(hex)); }
inline U256 order() {
  U256 n;
  std::ranges::copy(kOrder, n.limbs);
  return n;
}
inline const U256 kLambda = number("5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72");

}  // namespace hanse::lanes
