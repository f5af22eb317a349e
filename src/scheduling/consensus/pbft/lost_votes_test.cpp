// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/lost_votes.hpp"

#include <gtest/gtest.h>

namespace hanse::pbft {
namespace {

SealerSet sealers(std::size_t count) {
  std::vector<Sealer> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i].node.bytes[0] = static_cast<std::uint8_t>(i + 1), out[i].weight = 1;
  return SealerSet(out);
}

TEST(LostVotes, StaysSilentUntilTwoWindowsAboveAQuorumAreDecided) {
  LostVotes lost(7);
  lost.answered(0, 10, 0);
  lost.answered(1, 12, 0);
  EXPECT_FALSE(lost.view_to_ask_for(sealers(4), 3, 1'000, 5, 8)) << "two of four are no quorum";
  lost.answered(2, 11, 0);
  EXPECT_FALSE(lost.view_to_ask_for(sealers(4), 3, 27, 5, 8));
  EXPECT_EQ(lost.view_to_ask_for(sealers(4), 3, 28, 5, 8), 1u);
}

TEST(LostVotes, AsksForAViewAboveAllThatAQuorumHasSeen) {
  LostVotes lost(7);
  lost.answered(0, 0, 5);
  lost.answered(1, 0, 2);
  lost.answered(2, 0, 0);
  EXPECT_EQ(lost.view_to_ask_for(sealers(4), 3, 16, 5, 8), 6u);
}

TEST(LostVotes, TheFirstAnswerOfEachCounts) {
  LostVotes lost(7);
  for (NodeIndex node : {0, 1, 2}) lost.answered(node, 4, 1);
  for (NodeIndex node : {0, 1, 2}) lost.answered(node, 900, 30);
  EXPECT_EQ(lost.view_to_ask_for(sealers(4), 3, 20, 5, 8), 2u);
}

TEST(LostVotes, ItsOwnAnswerAndThoseOfStrangersCountForNothing) {
  LostVotes lost(7);
  for (NodeIndex node : {0, 1, 3, 9}) lost.answered(node, 0, 0);
  EXPECT_FALSE(lost.view_to_ask_for(sealers(4), 3, 1'000, 5, 8));
}

TEST(LostVotes, WhoExaggeratesIsLeftOutWhereAQuorumIsThereWithoutIt) {
  LostVotes lost(7);
  for (NodeIndex node : {0, 1, 2, 3, 4}) lost.answered(node, 3, 2);
  lost.answered(5, 1'000'000, 900);
  EXPECT_EQ(lost.view_to_ask_for(sealers(7), 6, 19, 5, 8), 3u);
  LostVotes of_four(7);
  for (NodeIndex node : {0, 1}) of_four.answered(node, 3, 2);
  of_four.answered(2, (BlockNumber{1} << 62) + 1, ~View{0});
  EXPECT_FALSE(of_four.view_to_ask_for(sealers(4), 3, 1'000, 5, 8)) << "nobody has got that far: no answer";
}

TEST(LostVotes, AViewThatNobodyCanHaveAskedForIsNotBelieved) {
  LostVotes lost(7);
  for (NodeIndex node : {0, 1, 2, 3}) lost.answered(node, 3, 4);
  lost.answered(4, 3, 1'001);
  EXPECT_FALSE(lost.view_to_ask_for(sealers(7), 6, 1'000, 6, 8)) << "no quorum without it: silent, and ready for a better one";
  lost.answered(5, 3, 7);
  EXPECT_FALSE(lost.view_to_ask_for(sealers(7), 6, 1'000, 5, 8));
  EXPECT_EQ(lost.view_to_ask_for(sealers(7), 6, 1'000, 6, 8), 8u);
}

TEST(LostVotes, AnotherEpochBeginsAnew) {
  LostVotes lost(7);
  for (NodeIndex node : {0, 1, 2}) lost.answered(node, 4, 1);
  lost.begin_epoch();
  EXPECT_FALSE(lost.view_to_ask_for(sealers(4), 3, 1'000, 5, 8));
}

}  // namespace
}  // namespace hanse::pbft
