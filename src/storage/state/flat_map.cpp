// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/flat_map.hpp"

#include <sys/random.h>

#include "base/check.hpp"

namespace hanse::state {

const HashSeed& process_hash_seed() {
  static const HashSeed seed = [] {
    HashSeed drawn;
    CHECK(getrandom(&drawn, sizeof drawn, 0) == sizeof drawn);
    return drawn;
  }();
  return seed;
}

}  // namespace hanse::state
