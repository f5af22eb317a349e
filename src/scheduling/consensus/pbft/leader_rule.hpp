// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Who leads a number. A function of (epoch, number / leader_period, view) over the sealers that are not skipped. A sealer
// is skipped for a while after its turn cost a view change; decided headers show that (first_view rises from one block
// to the next), and only headers at least a window back count, so that everybody who may vote on the number knows them.
// Until then, for a window from the first fresh number of a view > 0, the sender of its NewView leads: otherwise the
// rotation would come back to the failed leader before it can be skipped. That part is the caller's, who has the NewView;
// here it matters for whom to blame.
#pragma once

#include <deque>
#include <vector>

#include "protocol/types.hpp"

namespace hanse::pbft {

constexpr BlockNumber kLeaderLookback = 4096;   // failures further back are forgotten
constexpr BlockNumber kLeaderHistory = kLeaderLookback + 256;   // with room for two windows
constexpr BlockNumber kSkipBlocksMin = 1024;    // doubled by each further failure, up to kLeaderLookback

class LeaderRule {
 public:
  LeaderRule(std::size_t sealers, std::uint32_t leader_period, BlockNumber window);

  // Every decided block of this epoch, in order. The first of an epoch follows view 0.
  void on_decided(BlockNumber number, View first_view);
  // Instead of the blocks below `number`, by a replica that starts there: kLeaderHistory of them say all that counts.
  void begin_at(BlockNumber number, View first_view) { view_began_ = number, last_first_view_ = first_view; }
  NodeIndex leader(BlockNumber number, View view) const;
  bool skipped(NodeIndex sealer, BlockNumber number) const;

 private:
  struct Failure { BlockNumber number; NodeIndex sealer; };
  bool counts(const Failure& failure, BlockNumber number) const;
  std::vector<NodeIndex> eligible(BlockNumber number) const;

  std::size_t sealers_;
  std::uint32_t period_;
  BlockNumber window_;
  View last_first_view_ = 0;
  BlockNumber view_began_ = 0;                  // the first block whose first_view is that
  std::deque<Failure> failures_;                // rising numbers, within kLeaderLookback of the last decided
};

}  // namespace hanse::pbft
