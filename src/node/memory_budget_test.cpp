// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/memory_budget.hpp"

#include <gtest/gtest.h>

#include "protocol/transaction.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kMiB = 1u << 20;

std::size_t sum(const MemoryBudget& budget) {
  const MemoryShare& share = budget.of_group;
  return budget.rest + budget.code +
         budget.group_count * (share.store.cache_bytes + share.store.write_buffer_bytes + share.pool + share.spare_bodies);
}

TEST(MemoryBudget, IsNeverExceededAndHardlyWastedHoweverManyGroupsShareIt) {
  for (const std::size_t groups : {1, 2, 3, 7, 64})
    for (const std::size_t more : {0, 1, 100, 10'000}) {
      const std::size_t total_mb = memory_budget_mb_min(groups) + more;
      const MemoryBudget budget = MemoryBudget::divide(total_mb, groups);
      EXPECT_EQ(budget.total, total_mb * kMiB);
      EXPECT_LE(sum(budget), budget.total);
      EXPECT_GE(sum(budget) + 4 * groups, budget.total);
    }
}

TEST(MemoryBudget, GivesTheSmallestShareRoomForTheLargestTransactionAndAFewBlocks) {
  for (const std::size_t groups : {1, 5, 100}) {
    const MemoryShare share = MemoryBudget::divide(memory_budget_mb_min(groups), groups).of_group;
    EXPECT_GE(share.store.cache_bytes, 16 * kMiB);
    EXPECT_GE(share.store.write_buffer_bytes, 16 * kMiB);
    EXPECT_GE(bounded({}, share).bytes_max, kTransactionBytesMax);
    EXPECT_GE(bounded({}, share).count_max, 4'000u);
    EXPECT_LT(share.pool, 17 * kMiB);                        // it is the smallest
  }
}

TEST(MemoryBudget, LeavesTheDefaultPoolAsItIs) {
  const txpool::PoolLimits limits;
  const txpool::PoolLimits in_budget = bounded(limits, MemoryBudget::divide(memory_budget_mb_default(1), 1).of_group);
  EXPECT_EQ(in_budget.count_max, limits.count_max);
  EXPECT_GE(in_budget.bytes_max, limits.count_max * 1'024);
}

TEST(MemoryBudget, OnlyLowersWhatTheConfigurationAllows) {
  const MemoryShare share{.store = {}, .pool = 16 * kMiB};
  const txpool::PoolLimits many = bounded({.count_max = 10'000'000, .bytes_max = 64ull << 30}, share);
  EXPECT_EQ(many.count_max, 4'096u);
  EXPECT_EQ(many.bytes_max, 4 * kMiB);
  const txpool::PoolLimits few = bounded({.count_max = 7, .bytes_max = 1'000}, share);
  EXPECT_EQ(few.count_max, 7u);
  EXPECT_EQ(few.bytes_max, 1'000u);
}

}  // namespace
}  // namespace hanse::node
