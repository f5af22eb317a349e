// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/clock.hpp"

#include <gtest/gtest.h>

namespace hanse::sim {
namespace {

TEST(Clock, IsSetWrongAndRightAgainWhileTheSteadyOneGoesOn) {
  Clock clock(NodePlan{});
  const TimeMs start = clock.wall(0);
  clock.jump(86'400'000);
  EXPECT_EQ(clock.wall(1'000'000), start + 86'400'000 + 1'000);
  EXPECT_EQ(clock.steady(1'000'000), 1'000);
  clock.set_right();
  EXPECT_EQ(clock.wall(2'000'000), start + 2'000);
}

TEST(Clock, Drifts) {
  NodePlan plan;
  plan.clock_drift_ppm = -50'000;
  const Clock clock(plan);
  EXPECT_EQ(clock.steady(10'000'000), 9'500);
}

}  // namespace
}  // namespace hanse::sim
