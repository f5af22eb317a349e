// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/links.hpp"

namespace hanse::whole {

std::vector<TimeUs> Links::arrivals(Prng& prng, NodeNumber from, NodeNumber to) const {
  if (!are_connected(from, to) || cut_.contains({from, to})) return {};
  if (healed_) return {between(prng, 100, std::min<TimeUs>(plan_.delay_max, 2'000))};
  const auto chance = [&](int permille) { return prng.chance(static_cast<std::uint64_t>(permille), 1000); };
  if (chance(plan_.loss_permille)) return {};
  std::vector<TimeUs> out;
  do {
    out.push_back(between(prng, 50, chance(plan_.late_permille) ? std::max<TimeUs>(plan_.late_max, 50) : plan_.delay_max));
  } while (out.size() < 3 && chance(plan_.duplicate_permille));
  return out;
}

}  // namespace hanse::whole
