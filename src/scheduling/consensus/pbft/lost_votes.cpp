// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/lost_votes.hpp"

#include <algorithm>
#include <vector>

namespace hanse::pbft {
namespace {

constexpr std::int64_t kClaimMax = std::int64_t{1} << 62;   // nobody gets that far; sums do not overflow

// The highest value of that quorum whose highest value is lowest: any quorum will do, and who exaggerates is left out
// where there is one without it. None: no quorum answered.
std::optional<std::int64_t> highest_of_a_quorum(std::vector<std::pair<std::int64_t, WeightSum>> values, WeightSum quorum) {
  std::ranges::sort(values);
  WeightSum sum = 0;
  for (const auto& [value, weight] : values)
    if ((sum += weight) >= quorum) return value;
  return std::nullopt;
}

}  // namespace

void LostVotes::answered(NodeIndex from, BlockNumber decided, View view) {
  if (decided < 0 || decided > kClaimMax || view > static_cast<View>(kClaimMax)) return;
  answers_.try_emplace(from, Answer{decided, view});
}

std::optional<View> LostVotes::view_to_ask_for(const SealerSet& sealers, NodeIndex self, BlockNumber decided,
                                               View reached, std::uint32_t window_max) const {
  std::vector<std::pair<std::int64_t, WeightSum>> numbers, views;
  for (const auto& [node, answer] : answers_) {
    if (node == self || node >= sealers.size()) continue;
    numbers.emplace_back(answer.decided, sealers.weight(node));
    views.emplace_back(static_cast<std::int64_t>(answer.view), sealers.weight(node));
  }
  const auto number = highest_of_a_quorum(std::move(numbers), sealers.quorum());
  const auto view = highest_of_a_quorum(std::move(views), sealers.quorum());
  if (!number || !view || decided < *number + 2 * static_cast<BlockNumber>(window_max)) return std::nullopt;
  if (static_cast<View>(*view) > reached + 1) return std::nullopt;
  return static_cast<View>(*view) + 1;
}

}  // namespace hanse::pbft
