// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/network.hpp"

#include <algorithm>

namespace hanse::sim {

std::vector<TimeUs> Network::arrivals(Prng& prng, NodeNumber from, NodeNumber to, TimeUs now) const {
  const auto one = [&] {
    const bool late = !healed_ && prng.below(1000) < static_cast<std::uint64_t>(plan_.tail_permille);
    const auto most = late ? plan_.tail_max : healed_ ? std::min<TimeUs>(plan_.delay_max, 10'000) : plan_.delay_max;
    const auto delay = static_cast<TimeUs>(
        prng.between(static_cast<std::uint64_t>(plan_.delay_min), static_cast<std::uint64_t>(most)));
    return now + delay * (healed_ ? 1 : std::max(nodes_[from].slowness, nodes_[to].slowness));
  };
  if (healed_) return {one()};
  if (is_cut(from, to) || prng.below(1000) < static_cast<std::uint64_t>(plan_.loss_permille)) return {};
  std::vector<TimeUs> out{one()};
  while (out.size() < 3 && prng.below(1000) < static_cast<std::uint64_t>(plan_.duplicate_permille))
    out.push_back(one());
  return out;
}

}  // namespace hanse::sim
