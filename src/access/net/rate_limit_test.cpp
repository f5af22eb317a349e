// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/rate_limit.hpp"

#include <gtest/gtest.h>

namespace hanse::net {
namespace {

using std::chrono::milliseconds;
const TokenBucket::Time kStart{};

TEST(TokenBucket, LetsASecondsWorthThroughAtOnce) {
  TokenBucket bucket(1000, kStart);
  EXPECT_EQ(bucket.take(1000, kStart), milliseconds(0));
  EXPECT_GT(bucket.take(1, kStart), milliseconds(0));
}
TEST(TokenBucket, AsksToWaitUntilTheDebtIsPaid) {
  TokenBucket bucket(1000, kStart);
  const milliseconds wait = bucket.take(1500, kStart);
  EXPECT_GE(wait, milliseconds(500));
  EXPECT_LE(wait, milliseconds(502));
  EXPECT_EQ(bucket.take(0, kStart + wait), milliseconds(0));
}
TEST(TokenBucket, DoesNotSaveMoreThanASecond) {
  TokenBucket bucket(1000, kStart);
  EXPECT_GT(bucket.take(1001, kStart + std::chrono::hours(1)), milliseconds(0));
}
TEST(TokenBucket, WithoutALimitNeverWaits) {
  TokenBucket bucket(0, kStart);
  EXPECT_EQ(bucket.take(UINT64_MAX, kStart), milliseconds(0));
}

}  // namespace
}  // namespace hanse::net
