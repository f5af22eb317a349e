// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/dial_plan.hpp"

#include <gtest/gtest.h>

namespace hanse::gateway {
namespace {

using std::chrono::milliseconds;
const DialPlan::Time kStart{};

TEST(DialPlan, DialsAtOnceAndOneAtATime) {
  DialPlan plan;
  EXPECT_TRUE(plan.is_due(kStart));
  plan.begin();
  EXPECT_FALSE(plan.is_due(kStart + std::chrono::hours(1)));
}
TEST(DialPlan, WaitsTwiceAsLongAfterEachFailureUpToABound) {
  DialPlan plan;
  milliseconds expected = DialPlan::kDelayMin;
  for (int i = 0; i < 20; ++i) {
    plan.begin();
    plan.end(false, kStart, 0.9999);
    EXPECT_FALSE(plan.is_due(kStart + expected * 9 / 10));
    EXPECT_TRUE(plan.is_due(kStart + expected));
    expected = std::min(expected * 2, DialPlan::kDelayMax);
  }
}
TEST(DialPlan, StartsAnewAfterASessionThatStood) {
  DialPlan plan;
  for (int i = 0; i < 20; ++i) plan.end(false, kStart, 0.5);
  plan.end(true, kStart, 0);
  EXPECT_FALSE(plan.is_due(kStart));
  EXPECT_TRUE(plan.is_due(kStart + DialPlan::kDelayMin / 2));
}

}  // namespace
}  // namespace hanse::gateway
