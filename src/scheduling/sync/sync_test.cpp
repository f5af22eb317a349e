// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/sync/sync.hpp"

#include <gtest/gtest.h>

namespace hanse::sync {
namespace {

NodeId peer_at(std::uint8_t number) {
  NodeId id;
  id.bytes.fill(number);
  return id;
}

CertifiedBlock block_at(BlockNumber number, std::uint8_t maker = 0) {
  CertifiedBlock block;
  block.proposal.head.number = block.certificate.number = number;
  block.proposal.payload.assign(1, maker);
  return block;
}

std::vector<CertifiedBlock> blocks_from(BlockNumber first, std::uint32_t count, std::uint8_t maker = 0) {
  std::vector<CertifiedBlock> blocks;
  for (std::uint32_t i = 0; i < count; ++i) blocks.push_back(block_at(first + i, maker));
  return blocks;
}

class SyncTest : public testing::Test {
 protected:
  SyncTest() {
    for (std::uint8_t i = 1; i <= 3; ++i) sync_.on_peer(peer_at(i), true);
  }
  void take_up_to(BlockNumber last) {
    while (const auto block = sync_.take_next()) {
      EXPECT_EQ(block->proposal.head.number, ++taken_);
      sync_.on_decided(taken_);
    }
    EXPECT_EQ(taken_, last);
  }

  SyncLimits limits_{.blocks_per_request_max = 4, .requests_in_flight_max = 3, .blocks_waiting_max = 20};
  Sync sync_{limits_, 0};
  BlockNumber taken_ = 0;
};

using Requests = std::vector<FetchBlocks>;

TEST_F(SyncTest, AsksNobodyWhenNobodyHasMore) {
  sync_.on_status(peer_at(1), 0, 0);
  EXPECT_TRUE(sync_.fetch(1000).empty());
  EXPECT_EQ(sync_.highest_known(), 0);
  EXPECT_FALSE(sync_.behind());
}

TEST_F(SyncTest, FetchesRangesFromSeveralPeersAtOnce) {
  for (std::uint8_t i = 1; i <= 3; ++i) sync_.on_status(peer_at(i), 10, 0);
  EXPECT_TRUE(sync_.behind());
  EXPECT_EQ(sync_.highest_known(), 10);
  EXPECT_EQ(sync_.fetch(0), (Requests{{peer_at(1), 1, 4}, {peer_at(2), 5, 4}, {peer_at(3), 9, 2}}));
  EXPECT_TRUE(sync_.fetch(10).empty());
  sync_.on_blocks(peer_at(3), blocks_from(9, 2), 20);
  sync_.on_blocks(peer_at(2), blocks_from(5, 4), 20);
  EXPECT_EQ(sync_.take_next(), std::nullopt);
  sync_.on_blocks(peer_at(1), blocks_from(1, 4), 20);
  take_up_to(10);
  EXPECT_FALSE(sync_.behind());
  EXPECT_TRUE(sync_.fetch(5000).empty());
}

TEST_F(SyncTest, ASmallGapWaitsForVotesFirst) {
  sync_.on_status(peer_at(1), 2, 0);
  EXPECT_TRUE(sync_.fetch(0).empty());
  sync_.on_decided(1);
  EXPECT_TRUE(sync_.fetch(150).empty());
  EXPECT_TRUE(sync_.fetch(349).empty());
  EXPECT_EQ(sync_.fetch(350), (Requests{{peer_at(1), 2, 1}}));
}

TEST_F(SyncTest, AsksAPeerOnlyForWhatItClaims) {
  sync_.on_status(peer_at(1), 2, 0);
  sync_.on_status(peer_at(2), 10, 0);
  EXPECT_EQ(sync_.fetch(0), (Requests{{peer_at(1), 1, 2}, {peer_at(2), 3, 4}}));
}

TEST_F(SyncTest, TakesABeginningOfWhatItAskedForAndAsksForTheRest) {
  sync_.on_status(peer_at(1), 10, 0);
  ASSERT_EQ(sync_.fetch(0).size(), 1u);
  sync_.on_blocks(peer_at(1), blocks_from(1, 1), 5);
  EXPECT_EQ(sync_.fetch(5), (Requests{{peer_at(1), 2, 4}}));
}

TEST_F(SyncTest, HandsEachBlockOnOnce) {
  sync_.on_status(peer_at(1), 5, 0);
  ASSERT_EQ(sync_.fetch(0).size(), 1u);
  sync_.on_blocks(peer_at(1), blocks_from(1, 4), 5);
  EXPECT_EQ(sync_.take_next()->proposal.head.number, 1);
  EXPECT_EQ(sync_.take_next()->proposal.head.number, 2);
  sync_.on_decided(1);
  EXPECT_EQ(sync_.take_next()->proposal.head.number, 3);
}

TEST_F(SyncTest, DoesNotHandOnWhatVotesDecided) {
  sync_.on_status(peer_at(1), 5, 0);
  ASSERT_EQ(sync_.fetch(0).size(), 1u);
  sync_.on_decided(2);
  sync_.on_blocks(peer_at(1), blocks_from(1, 4), 5);
  EXPECT_EQ(sync_.take_next()->proposal.head.number, 3);
}

TEST_F(SyncTest, NeverFetchesFurtherAheadThanItsBound) {
  BlockNumber fetched = 0;
  TimeMs now = 0;
  for (std::uint8_t i = 1; i <= 3; ++i) sync_.on_status(peer_at(i), 1000, now);
  for (int round = 0; round < 50; ++round)
    for (const FetchBlocks& request : sync_.fetch(++now)) {
      fetched += request.count;
      sync_.on_blocks(request.to, blocks_from(request.first, request.count), now);
    }
  EXPECT_EQ(fetched, 20);
}

TEST_F(SyncTest, FetchesOnlyTheNextBlockWhenTooManyBytesWait) {
  limits_.bytes_waiting_max = 1;
  sync_ = Sync(limits_, 0);
  sync_.on_peer(peer_at(1), true);
  sync_.on_peer(peer_at(2), true);
  sync_.on_status(peer_at(1), 100, 0);
  sync_.on_status(peer_at(2), 100, 0);
  ASSERT_EQ(sync_.fetch(0), (Requests{{peer_at(1), 1, 4}, {peer_at(2), 5, 4}}));
  sync_.on_blocks(peer_at(2), blocks_from(5, 4), 1);
  EXPECT_TRUE(sync_.fetch(1).empty());
  sync_.on_blocks(peer_at(1), {}, 1);
  EXPECT_EQ(sync_.fetch(1), (Requests{{peer_at(2), 1, 1}}));
}

// ---- peers that lie ----

TEST_F(SyncTest, LeavesOutWhoDoesNotDeliverAndAsksAnother) {
  sync_.on_status(peer_at(1), 1'000'000, 0);
  sync_.on_status(peer_at(2), 3, 0);
  ASSERT_EQ(sync_.fetch(0), (Requests{{peer_at(1), 1, 4}}));
  EXPECT_TRUE(sync_.fetch(1999).empty());
  EXPECT_EQ(sync_.fetch(2000), (Requests{{peer_at(2), 1, 3}}));
  EXPECT_EQ(sync_.highest_known(), 3);
  EXPECT_FALSE(sync_.behind());
}

TEST_F(SyncTest, TheTimeOutGrowsAndEnds) {
  TimeMs now = 0;
  std::vector<TimeMs> pauses;
  for (int round = 0; round < 9; ++round) {
    Requests requests;
    const TimeMs began = now;
    for (; requests.empty(); now += 100) {
      sync_.on_status(peer_at(1), 1000, now);
      requests = sync_.fetch(now);
    }
    pauses.push_back(now - began);
    now += limits_.request_timeout_ms - 100;
    EXPECT_TRUE(sync_.fetch(now).empty());
  }
  EXPECT_LT(pauses[1], pauses[3]);
  EXPECT_NEAR(static_cast<double>(pauses.back()), static_cast<double>(limits_.penalty_ms_max), 200);
}

TEST_F(SyncTest, ABlockThatIsDecidedClearsItsSender) {
  sync_.on_status(peer_at(1), 10, 0);
  ASSERT_EQ(sync_.fetch(0).size(), 1u);
  EXPECT_TRUE(sync_.fetch(2000).empty());           // 1 s
  sync_.on_status(peer_at(1), 10, 2500);
  EXPECT_EQ(sync_.fetch(3000), (Requests{{peer_at(1), 1, 2}}));
  sync_.on_blocks(peer_at(1), blocks_from(1, 2), 3001);
  take_up_to(2);
  ASSERT_EQ(sync_.fetch(3002).size(), 1u);
  EXPECT_TRUE(sync_.fetch(5002).empty());           // 1 s again, not 2
  sync_.on_status(peer_at(1), 10, 5003);
  EXPECT_EQ(sync_.fetch(6002).size(), 1u);
}

TEST_F(SyncTest, LeavesOutWhoClaimedMoreBefore) {
  sync_.on_status(peer_at(1), 100, 0);
  sync_.on_status(peer_at(1), 97, 0);               // overtaken on the way
  EXPECT_EQ(sync_.highest_known(), 100);
  sync_.on_status(peer_at(1), 50, 0);
  EXPECT_EQ(sync_.highest_known(), 0);
  EXPECT_TRUE(sync_.fetch(999).empty());
  EXPECT_EQ(sync_.fetch(1000).size(), 1u);
  EXPECT_EQ(sync_.highest_known(), 50);
}

TEST_F(SyncTest, RefusesGapsWrongNumbersAndTooMany) {
  std::vector<std::vector<CertifiedBlock>> wrong;
  wrong.push_back({});
  wrong.push_back({block_at(1), block_at(3)});
  wrong.push_back({block_at(1), block_at(1)});
  wrong.push_back(blocks_from(1, 5));
  wrong.push_back({block_at(1)});
  wrong.back()[0].certificate.number = 2;
  for (auto& blocks : wrong) {
    Sync sync(limits_, 0);
    sync.on_peer(peer_at(1), true);
    sync.on_status(peer_at(1), 10, 0);
    ASSERT_EQ(sync.fetch(0).size(), 1u);
    sync.on_blocks(peer_at(1), std::move(blocks), 1);
    EXPECT_EQ(sync.take_next(), std::nullopt);
    EXPECT_EQ(sync.highest_known(), 0);
  }
}

TEST_F(SyncTest, IgnoresWhatItDidNotAskFor) {
  sync_.on_status(peer_at(1), 10, 0);
  sync_.on_blocks(peer_at(2), blocks_from(1, 4), 0);
  sync_.on_blocks(peer_at(1), blocks_from(1, 4), 0);
  EXPECT_EQ(sync_.take_next(), std::nullopt);
  ASSERT_EQ(sync_.fetch(0).size(), 1u);
  sync_.on_blocks(peer_at(1), blocks_from(7, 4), 1);   // a copy of another reply does not end the request
  sync_.on_blocks(peer_at(1), blocks_from(1, 4), 2);
  take_up_to(4);
}

TEST_F(SyncTest, ARefusedBlockComesAgainFromSomebodyElse) {
  sync_.on_status(peer_at(1), 12, 0);
  sync_.on_status(peer_at(2), 12, 0);
  ASSERT_EQ(sync_.fetch(0), (Requests{{peer_at(1), 1, 4}, {peer_at(2), 5, 4}}));
  sync_.on_blocks(peer_at(1), blocks_from(1, 4, 66), 1);
  sync_.on_blocks(peer_at(2), blocks_from(5, 4), 1);
  EXPECT_EQ(sync_.take_next()->proposal.head.number, 1);
  EXPECT_EQ(sync_.take_next()->proposal.head.number, 2);
  sync_.on_decided(1);
  sync_.on_refused(2, 2);
  EXPECT_EQ(sync_.take_next(), std::nullopt);
  EXPECT_EQ(sync_.fetch(3), (Requests{{peer_at(2), 2, 3}}));
  sync_.on_blocks(peer_at(2), blocks_from(2, 3), 4);
  taken_ = 1;
  take_up_to(8);
}

TEST_F(SyncTest, ADisconnectedPeerIsAskedNothingAndOwesNothing) {
  sync_.on_status(peer_at(1), 10, 0);
  ASSERT_EQ(sync_.fetch(0).size(), 1u);
  sync_.on_peer(peer_at(1), false);
  EXPECT_EQ(sync_.highest_known(), 0);
  EXPECT_TRUE(sync_.fetch(10).empty());
  sync_.on_peer(peer_at(1), true);
  sync_.on_status(peer_at(1), 10, 20);
  EXPECT_EQ(sync_.fetch(20).size(), 1u);
}

TEST_F(SyncTest, AbsurdClaimsDoNoHarm) {
  sync_.on_status(peer_at(1), std::numeric_limits<BlockNumber>::max(), 0);
  sync_.on_status(peer_at(2), std::numeric_limits<BlockNumber>::min(), 0);
  EXPECT_EQ(sync_.fetch(0).size(), 1u);
  sync_.on_status(peer_at(1), std::numeric_limits<BlockNumber>::min(), 0);
  EXPECT_EQ(sync_.highest_known(), 0);
}

// One honest peer is enough, whatever the two others do.
class LyingPeers : public testing::TestWithParam<int> {};

TEST_P(LyingPeers, DoNotKeepAMemberFromCatchingUp) {
  constexpr BlockNumber kHead = 60;
  constexpr std::uint8_t kForged = 66;
  Sync sync({.blocks_per_request_max = 4, .blocks_waiting_max = 20}, 0);
  for (std::uint8_t i = 1; i <= 3; ++i) sync.on_peer(peer_at(i), true);
  BlockNumber decided = 0;
  TimeMs now = 0;
  for (; decided < kHead && now < 120'000; now += 10) {
    if (now % 500 == 0) {
      sync.on_status(peer_at(3), kHead, now);
      for (std::uint8_t liar = 1; liar <= 2; ++liar)
        sync.on_status(peer_at(liar), GetParam() == 3 && now % 1000 == 0 ? 1 : 1'000'000, now);
    }
    for (const FetchBlocks& request : sync.fetch(now)) {
      const bool honest = request.to == peer_at(3);
      auto blocks = blocks_from(request.first, request.count, honest ? 0 : kForged);
      if (!honest && GetParam() == 0) continue;                                    // silent
      if (!honest && GetParam() == 1) blocks.erase(blocks.begin() + 1, blocks.end()), blocks.push_back(block_at(9999));
      sync.on_blocks(request.to, std::move(blocks), now);                          // 2, 3: forged
    }
    while (const auto block = sync.take_next()) {
      if (block->proposal.payload[0] == kForged) { sync.on_refused(block->proposal.head.number, now); break; }
      sync.on_decided(++decided);
    }
  }
  EXPECT_EQ(decided, kHead) << "after " << now << " ms";
  EXPECT_LT(now, 30'000);
}

INSTANTIATE_TEST_SUITE_P(Kinds, LyingPeers, testing::Values(0, 1, 2, 3));

}  // namespace
}  // namespace hanse::sync
