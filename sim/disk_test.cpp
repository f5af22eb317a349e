// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/disk.hpp"

#include <gtest/gtest.h>

namespace hanse::sim {
namespace {

class DiskTest : public testing::Test {
 protected:
  DiskTest() : genesis_(std::make_shared<const Outcome>()), disk_(genesis_) {}

  void queue_vote(std::uint64_t position, BlockNumber number) {
    disk_.queue(LogEntry{position, group::VoteRecord{pbft::Prepare{0, 0, number, {}}}, {}});
  }
  void queue_block(BlockNumber number) {
    auto outcome = std::make_shared<Outcome>();
    outcome->number = number;
    disk_.queue(std::make_shared<const LedgerBlock>(LedgerBlock{{}, {}, outcome, {}}));
  }
  void sync() {
    disk_.begin_sync();
    disk_.finish_sync();
  }

  std::shared_ptr<const Outcome> genesis_;
  Disk disk_;
  Prng prng_{1};
};

TEST_F(DiskTest, NothingIsDurableBeforeTheSyncEnds) {
  queue_vote(1, 1);
  disk_.begin_sync();
  EXPECT_TRUE(disk_.log().empty());
  disk_.finish_sync();
  EXPECT_EQ(disk_.log().size(), 1u);
}

TEST_F(DiskTest, ASyncTakesWhatWasQueuedWhenItBegan) {
  queue_vote(1, 1);
  disk_.begin_sync();
  queue_vote(2, 2);
  disk_.finish_sync();
  EXPECT_EQ(disk_.log().size(), 1u);
  EXPECT_TRUE(disk_.has_work());
}

TEST_F(DiskTest, ACrashLosesWhatNoSyncHadBegunWith) {
  queue_vote(1, 1);
  sync();
  queue_vote(2, 2);
  disk_.crash(prng_);
  EXPECT_EQ(disk_.log().size(), 1u);
  EXPECT_EQ(disk_.last_position(), 1u);
}

TEST_F(DiskTest, ACrashInASyncKeepsABeginning) {
  bool kept[4] = {};
  for (int round = 0; round < 200; ++round) {
    Disk disk(genesis_);
    for (std::uint64_t position = 1; position <= 3; ++position)
      disk.queue(LogEntry{position, group::VoteRecord{pbft::Prepare{0, 0, 1, {}}}, {}});
    disk.begin_sync();
    disk.crash(prng_);
    kept[disk.log().size()] = true;
    EXPECT_EQ(disk.last_position(), disk.log().size());
  }
  EXPECT_TRUE(kept[0] && kept[1] && kept[2] && kept[3]);
}

TEST_F(DiskTest, WhatLiesBehindAWriteThatDidNotReachTheDiskIsNotRead) {
  bool reordered = false;
  for (int round = 0; round < 200; ++round) {
    Disk disk(genesis_);
    for (std::uint64_t position = 1; position <= 4; ++position)
      disk.queue(LogEntry{position, group::VoteRecord{pbft::Prepare{0, 0, 1, {}}}, {}});
    disk.begin_sync();
    const Disk::Loss loss = disk.crash(prng_);
    EXPECT_EQ(loss.kept + loss.lost, 4u);
    EXPECT_EQ(disk.log().size(), loss.kept);
    if (loss.reordered) EXPECT_LT(loss.kept, 3u) << "an earlier one and a later one than the hole";
    reordered |= loss.reordered;
  }
  EXPECT_TRUE(reordered);
}

TEST_F(DiskTest, ANewLogSaysThatVotesWereLostUntilAViewIsRecorded) {
  disk_.mark_votes_lost(77);
  queue_vote(2, 1);
  sync();
  ASSERT_EQ(disk_.log().size(), 2u);
  EXPECT_TRUE(std::holds_alternative<group::VotesLostRecord>(disk_.log().front().record));
  disk_.queue(LogEntry{3, group::ViewRecord{0, 2, {}}, {}});
  sync();
  ASSERT_EQ(disk_.log().size(), 2u);
  EXPECT_FALSE(std::holds_alternative<group::VotesLostRecord>(disk_.log().front().record));
}

TEST_F(DiskTest, ABlockErasesTheRecordsUpToIt) {
  queue_vote(1, 1);
  queue_vote(2, 2);
  queue_block(1);
  sync();
  ASSERT_EQ(disk_.log().size(), 1u);
  EXPECT_EQ(disk_.log().front().position, 2u);
  EXPECT_EQ(disk_.head(), 1);
}

TEST_F(DiskTest, OnlyTheNextViewSupersedesAView) {
  disk_.queue(LogEntry{1, group::ViewRecord{0, 1, {}}, {}});
  queue_block(1);
  sync();
  EXPECT_EQ(disk_.log().size(), 1u);
  disk_.queue(LogEntry{2, group::ViewRecord{0, 2, {}}, {}});
  sync();
  ASSERT_EQ(disk_.log().size(), 1u);
  EXPECT_EQ(disk_.log().front().position, 2u);
}

}  // namespace
}  // namespace hanse::sim
