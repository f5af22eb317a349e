// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/prng.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hanse {
namespace {

TEST(Prng, GivesTheNumbersOfTheReferenceForSeedZero) {   // splitmix64 of 0, then xoshiro256**
  Prng prng(0);
  EXPECT_EQ(prng.next(), 0x99ec5f36cb75f2b4ull);
  EXPECT_EQ(prng.next(), 0xbf6e1f784956452aull);
}

TEST(Prng, StaysBelowItsBoundAndReachesEveryNumber) {
  Prng prng(7);
  std::vector<int> seen(6);
  for (int i = 0; i < 600; ++i) ++seen[prng.below(6)];
  for (const int count : seen) EXPECT_GT(count, 50);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = prng.between(10, 12);
    EXPECT_TRUE(number >= 10 && number <= 12);
  }
}

TEST(Prng, ChanceIsCertainAtBothEnds) {
  Prng prng(1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(prng.chance(3, 3));
    EXPECT_FALSE(prng.chance(0, 3));
  }
}

}  // namespace
}  // namespace hanse
