// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <gtest/gtest.h>

#include <set>

#include "scheduling/consensus/pbft/leader_rule.hpp"
#include "scheduling/consensus/pbft/new_view.hpp"
#include "scheduling/consensus/pbft/votes.hpp"

namespace hanse::pbft {
namespace {

SealerSet sealers_of(std::vector<Weight> weights) {
  std::vector<Sealer> sealers;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    NodeId id;
    id.bytes[0] = static_cast<std::uint8_t>(i + 1);
    sealers.push_back({id, weights[i]});
  }
  return SealerSet(sealers);
}

Hash hash(std::uint8_t value) {
  Hash out;
  out.bytes[0] = value;
  return out;
}

TEST(SealerSet, QuorumIsAllButF) {
  EXPECT_TRUE(sealers_of({1}).quorum() == 1);
  EXPECT_TRUE(sealers_of({1, 1}).quorum() == 2);
  EXPECT_TRUE(sealers_of({1, 1, 1, 1}).quorum() == 3);
  EXPECT_TRUE(sealers_of({1, 1, 1, 1, 1}).quorum() == 4);      // 2f + 1 would be 3: two such need not meet in an honest one
  EXPECT_TRUE(sealers_of({1, 1, 1, 1, 1, 1, 1}).quorum() == 5);
  EXPECT_TRUE(sealers_of({2, 2, 1, 2}).quorum() == 5);
}

TEST(SealerSet, WeightsDoNotOverflow) {
  const auto sealers = sealers_of({~0ull, ~0ull, ~0ull, ~0ull});
  EXPECT_TRUE(sealers.quorum() > sealers.weight(0) + sealers.weight(1));
}

TEST(SealerSet, ASignerThatStandsTwiceSpoilsTheCertificate) {
  const auto sealers = sealers_of({1, 1, 1, 1});
  EXPECT_TRUE(sealers.weight_of({{0, {}}, {1, {}}, {2, {}}}) == 3);
  EXPECT_TRUE(sealers.weight_of({{0, {}}, {1, {}}, {1, {}}}) == 0);
  EXPECT_TRUE(sealers.weight_of({{0, {}}, {1, {}}, {9, {}}}) == 0);
}

TEST(PrepareVotes, CountsANodeOncePerView) {
  const auto sealers = sealers_of({1, 1, 1, 1});
  PrepareVotes votes;
  for (int i = 0; i < 3; ++i) votes.add(0, {0, 0, 1, hash(1)}, {});
  votes.add(1, {0, 0, 1, hash(1)}, {});
  EXPECT_FALSE(votes.quorum(sealers, 0, hash(1)));
  votes.add(2, {0, 0, 1, hash(2)}, {});                        // its first vote of the view stands
  votes.add(2, {0, 0, 1, hash(1)}, {});
  EXPECT_FALSE(votes.quorum(sealers, 0, hash(1)));
  votes.add(3, {0, 0, 1, hash(1)}, {});
  const auto certificate = votes.quorum(sealers, 0, hash(1));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->signatures.size(), 3u);
  EXPECT_EQ(certificate->number, 1);
}

TEST(CommitVotes, ViewsAndHeadersNeverMix) {
  const auto sealers = sealers_of({1, 1, 1, 1});
  CommitVotes votes;
  votes.add(0, {0, 0, 1, hash(1), hash(9)}, {});
  votes.add(1, {0, 2, 1, hash(1), hash(9)}, {});
  votes.add(2, {0, 2, 1, hash(1), hash(8)}, {});
  votes.add(3, {0, 2, 1, hash(1), hash(9)}, {});
  EXPECT_FALSE(votes.quorum(sealers));
  votes.add(0, {0, 2, 1, hash(1), hash(9)}, {});
  const auto certificate = votes.quorum(sealers);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->view, 2u);
}

TEST(CommitVotes, NoticesThatNoHeaderCanWin) {
  const auto sealers = sealers_of({1, 1, 1, 1});
  CommitVotes votes;
  votes.add(0, {0, 0, 1, hash(1), hash(9)}, {});
  votes.add(1, {0, 0, 1, hash(1), hash(8)}, {});
  EXPECT_TRUE(votes.some_header_can_win(sealers, hash(1)));
  votes.add(2, {0, 0, 1, hash(1), hash(8)}, {});
  votes.add(3, {0, 0, 1, hash(1), hash(9)}, {});
  EXPECT_FALSE(votes.some_header_can_win(sealers, hash(1)));
  EXPECT_TRUE(votes.weight_against(sealers, hash(1), hash(9)) == 2);
}

TEST(LeaderRule, RotatesByNumberPeriodAndView) {
  const LeaderRule each(4, 1, 8), third(4, 3, 8);
  EXPECT_EQ(each.leader(1, 0), 1u);
  EXPECT_EQ(each.leader(2, 0), 2u);
  EXPECT_EQ(each.leader(1, 1), 2u);
  EXPECT_EQ(third.leader(3, 0), 1u);
  EXPECT_EQ(third.leader(5, 0), 1u);
  EXPECT_EQ(third.leader(6, 0), 2u);
}

TEST(LeaderRule, SkipsWhoseTurnCostAViewChangeOnceEverybodyKnows) {
  LeaderRule rule(4, 1, 8);
  rule.on_decided(1, 0);
  rule.on_decided(2, 1);                                       // node 2 led block 2 in view 0 and did not
  EXPECT_FALSE(rule.skipped(2, 9));                            // somebody may not have decided block 2 yet
  EXPECT_TRUE(rule.skipped(2, 10));
  for (BlockNumber number = 10; number < 1'000; ++number) EXPECT_NE(rule.leader(number, 1), 2u);
  EXPECT_FALSE(rule.skipped(2, 2 + 8 + kSkipBlocksMin));       // it gets another chance
}

TEST(LeaderRule, NeverSkipsMoreThanAThird) {
  LeaderRule rule(4, 1, 1);
  for (BlockNumber number = 1; number <= 8; ++number) rule.on_decided(number, number);
  std::set<NodeIndex> leading;
  for (BlockNumber number = 20; number < 40; ++number) leading.insert(rule.leader(number, 8));
  EXPECT_GE(leading.size(), 3u);
}

TEST(LeaderRule, OfMoreThanAThirdTheLastToFailAreSkipped) {
  LeaderRule rule(4, 1, 8);
  rule.on_decided(1, 0);
  rule.on_decided(2, 1);                                       // node 2
  for (BlockNumber number = 3; number <= 42; ++number) rule.on_decided(number, 1);
  ASSERT_EQ(rule.leader(43, 1), 3u);
  rule.on_decided(43, 2);                                      // and now node 3
  for (BlockNumber number = 51; number < 90; ++number) EXPECT_NE(rule.leader(number, 2), 3u);
}

// Seed 14890: who had decided the second failure of a sealer skipped it, and nobody else did.
TEST(LeaderRule, AFailureLessThanAWindowBackChangesNothing) {
  LeaderRule knows(4, 1, 8);
  knows.on_decided(1, 0);
  knows.on_decided(2, 1);                                      // node 2
  knows.on_decided(11, 2);                                     // node 3, which leads 11 in view 1
  LeaderRule knew = knows;
  for (BlockNumber number = 12; number <= 30; ++number) knows.on_decided(number, 2), knew.on_decided(number, 2);
  BlockNumber number = 31;
  while (knows.leader(number, 2) != 2) knows.on_decided(number, 2), knew.on_decided(number, 2), ++number;
  knows.on_decided(number, 3);                                 // node 2 again
  for (BlockNumber next = number; next < number + 8; ++next) EXPECT_EQ(knows.leader(next, 3), knew.leader(next, 3));
}

TEST(LeaderRule, IsTheSameForWhoStartedLater) {
  LeaderRule always(7, 2, 8), later(7, 2, 8);
  View view = 0;
  for (BlockNumber number = 1; number <= 12'000; ++number) {
    if (number % 1'900 == 0) view += 1 + static_cast<View>(number) % 3;
    always.on_decided(number, view);
    if (number == 12'000 - kLeaderHistory) later.begin_at(number, view);
    if (number > 12'000 - kLeaderHistory) later.on_decided(number, view);
  }
  bool skips = false;
  for (BlockNumber number = 12'001; number <= 12'008; ++number) {
    for (NodeIndex i = 0; i < 7; ++i) {
      EXPECT_EQ(later.skipped(i, number), always.skipped(i, number)) << number;
      skips |= always.skipped(i, number);
    }
    EXPECT_EQ(later.leader(number, view), always.leader(number, view)) << number;
  }
  EXPECT_TRUE(skips);
}

TEST(ClaimList, IsRefusedWhenItsShapeIsWrong) {
  ClaimList list{0, 3, 5, hash(1), {{6, 2, hash(2)}, {7, 0, hash(3)}}};
  EXPECT_TRUE(well_formed(list, 8));
  EXPECT_FALSE(well_formed(list, 1));                          // more than the window
  list.claims[0].view = 3;                                     // prepared in the view asked for
  EXPECT_FALSE(well_formed(list, 8));
  list.claims = {{6, 2, hash(2)}, {6, 1, hash(3)}};
  EXPECT_FALSE(well_formed(list, 8));
  list.claims = {{5, 2, hash(2)}};                             // decided already
  EXPECT_FALSE(well_formed(list, 8));
  list.claims = {{200, 2, hash(2)}};
  EXPECT_FALSE(well_formed(list, 8));
}

TEST(Winners, TheHighestViewWinsPerNumber) {
  const std::vector<SignedClaimList> lists{{0, {0, 4, 0, {}, {{1, 0, hash(1)}, {2, 3, hash(5)}}}, {}},
                                           {1, {0, 4, 0, {}, {{1, 2, hash(2)}, {2, 1, hash(6)}}}, {}},
                                           {2, {0, 4, 0, {}, {}}, {}}};
  const auto claims = winners(lists);
  ASSERT_EQ(claims.size(), 2u);
  EXPECT_EQ(claims[0].proposal, hash(2));
  EXPECT_EQ(claims[1].proposal, hash(5));
}

TEST(PlanOf, IsCutAtTheFirstGapAndNeedsItsProofs) {
  const GroupName group{Suite::standard, "chain0", "group0"};
  const auto sealers = sealers_of({1, 1, 1, 1});
  ProposalHead head{0, 1, hash(7), 10, 1, 0, hash(8)};
  const Hash first = proposal_hash(group.suite, group.chain_id, group.group_id, head);
  NewView view{0, 1, {}, {}, {{head, {0, 0, 1, first, {{0, {}}, {1, {}}, {2, {}}}}}}};
  for (NodeIndex node = 0; node < 3; ++node) view.lists.push_back({node, {0, 1, 0, hash(7), {}}, {}});
  view.lists[0].list.claims = {{1, 0, first}, {3, 0, hash(3)}};
  const auto plan = plan_of(group, sealers, view, 0, 8);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->reproposals.size(), 1u);                     // 2 is missing: 3 was never decided
  EXPECT_EQ(plan->first_fresh(), 2);

  auto wrong = view;
  wrong.proofs[0].prepared.signatures.pop_back();              // two of four are no quorum
  EXPECT_FALSE(plan_of(group, sealers, wrong, 0, 8));
  wrong = view;
  wrong.proofs.clear();
  EXPECT_FALSE(plan_of(group, sealers, wrong, 0, 8));
  wrong = view;
  wrong.lists[2].node = 0;                                     // one sealer twice
  EXPECT_FALSE(plan_of(group, sealers, wrong, 0, 8));
  wrong = view;
  wrong.lists[1].list.decided = 1;                             // d without a proof
  EXPECT_FALSE(plan_of(group, sealers, wrong, 0, 8));
  wrong = view;
  wrong.proofs[0].head.time_ms = 11;                           // the head is not the claimed one
  EXPECT_FALSE(plan_of(group, sealers, wrong, 0, 8));
}

}  // namespace
}  // namespace hanse::pbft
