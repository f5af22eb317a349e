// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/leader_rule.hpp"

#include <algorithm>
#include <set>

namespace hanse::pbft {

LeaderRule::LeaderRule(std::size_t sealers, std::uint32_t leader_period, BlockNumber window)
    : sealers_(sealers), period_(std::max(leader_period, 1u)), window_(window) {}

void LeaderRule::on_decided(BlockNumber number, View first_view) {
  if (first_view > last_first_view_) {
    const bool led_by_sender = last_first_view_ > 0 && number < view_began_ + window_;
    const auto sender = static_cast<NodeIndex>(last_first_view_ % sealers_);
    failures_.push_back({number, led_by_sender ? sender : leader(number, last_first_view_)});
    last_first_view_ = first_view;
    view_began_ = number;
  }
  while (!failures_.empty() && failures_.front().number + kLeaderLookback + window_ < number) failures_.pop_front();
}

NodeIndex LeaderRule::leader(BlockNumber number, View view) const {
  if (failures_.empty())   // as nearly always
    return static_cast<NodeIndex>((static_cast<std::uint64_t>(number) / period_ + view) % sealers_);
  const auto candidates = eligible(number);
  return candidates[(static_cast<std::uint64_t>(number) / period_ + view) % candidates.size()];
}

// What everybody who may vote on `number` knows, and has not forgotten yet.
bool LeaderRule::counts(const Failure& failure, BlockNumber number) const {
  return failure.number + window_ <= number && failure.number + kLeaderLookback >= number;
}

bool LeaderRule::skipped(NodeIndex sealer, BlockNumber number) const {
  BlockNumber last = -1;
  int count = 0;
  for (const auto& failure : failures_)
    if (failure.sealer == sealer && counts(failure, number)) ++count, last = failure.number;
  if (count == 0) return false;
  const BlockNumber blocks = std::min(kLeaderLookback, kSkipBlocksMin << std::min(count - 1, 4));
  return number < last + window_ + blocks;
}

// At most a third of the sealers is skipped at once, those that failed last: who failed before them has had time to come
// back. With more failing, skipping can only choose among the failing.
std::vector<NodeIndex> LeaderRule::eligible(BlockNumber number) const {
  std::set<NodeIndex> left_out;
  for (auto failure = failures_.rbegin(); failure != failures_.rend() && left_out.size() < (sealers_ - 1) / 3; ++failure)
    if (counts(*failure, number) && skipped(failure->sealer, number)) left_out.insert(failure->sealer);
  std::vector<NodeIndex> out;
  for (NodeIndex i = 0; i < sealers_; ++i)
    if (!left_out.contains(i)) out.push_back(i);
  return out;
}

}  // namespace hanse::pbft
