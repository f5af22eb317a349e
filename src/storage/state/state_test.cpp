// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/state.hpp"

#include <gtest/gtest.h>

#include "protocol/block.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::state {
namespace {

TEST(StateKeys, OfDifferentKindsNeverMeet) {
  const Address a{{1}};
  const Hash h{{1}};
  const std::vector<Bytes> keys{to_bytes(account_key(a)), to_bytes(slot_key(a, h)), to_bytes(code_key(h)), table_key("a", as_bytes("bc")),
                                table_key("ab", as_bytes("c"))};
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = i + 1; j < keys.size(); ++j) EXPECT_NE(keys[i], keys[j]);
}

TEST(Overlay, AnswersItsDiffBeforeTheStateBelow) {
  auto below = std::make_shared<MapState>();
  below->rows = {{{1}, {10}}, {{2}, {20}}};
  const auto diff = std::make_shared<const StateDiff>(StateDiff{{{1}, Bytes{11}}, {{2}, std::nullopt}});
  const Overlay overlay(below, diff);
  EXPECT_EQ(overlay.get(Bytes{1}).value(), Bytes{11});
  EXPECT_EQ(overlay.get(Bytes{2}).value(), std::nullopt);
  EXPECT_EQ(overlay.get(Bytes{3}).value(), std::nullopt);
  below->broken = Error{Code::io, "disk"};
  EXPECT_EQ(overlay.get(Bytes{3}).error().code, Code::io);
  EXPECT_TRUE(overlay.get(Bytes{1}));
}

TEST(StateDiff, FindsWhatItHas) {
  StateDiff diff;
  for (std::uint8_t i = 1; i < 40; ++i) {
    if (i % 3 == 0) diff.erase(Bytes{i});
    else diff.put(Bytes{i}, Bytes(i, i));
  }
  EXPECT_FALSE(StateDiff().find(Bytes{1}));
  EXPECT_FALSE(diff.find(Bytes{0}));
  EXPECT_FALSE(diff.find(Bytes{40}));
  EXPECT_FALSE(diff.find(Bytes{5, 0}));
  for (std::uint8_t i = 1; i < 40; ++i) {
    const auto change = diff.find(Bytes{i});
    ASSERT_TRUE(change);
    EXPECT_TRUE(equal(change->key, Bytes{i}));
    ASSERT_EQ(change->value.has_value(), i % 3 != 0);
    EXPECT_TRUE(!change->value || equal(*change->value, Bytes(i, i)));
  }
}

TEST(StateDiff, MergesInKeyOrder) {
  const StateDiff a{{{1}, Bytes{10}}, {{3}, std::nullopt}, {{5, 5}, Bytes{}}}, b{{{2}, Bytes{20}}, {{5}, Bytes{50}}};
  const StateDiff both{{{1}, Bytes{10}}, {{2}, Bytes{20}}, {{3}, std::nullopt}, {{5}, Bytes{50}}, {{5, 5}, Bytes{}}};
  EXPECT_EQ(StateDiff::merged(a, b), both);
  EXPECT_EQ(StateDiff::merged(b, a), both);
  EXPECT_EQ(StateDiff::merged(a, {}), a);
  EXPECT_EQ(StateDiff::merged(a, a), a);
}

TEST(WriteSetRoot, TellsErasedFromEmptyAndKeyFromValue) {
  const auto root = [](StateDiff diff) { return write_set_root(Suite::standard, diff); };
  EXPECT_TRUE(root({}).is_zero());
  EXPECT_NE(root({{{1}, Bytes{}}}), root({{{1}, std::nullopt}}));
  EXPECT_NE(root({{{1, 1}, Bytes{2}}}), root({{{1}, Bytes{1, 2}}}));
  EXPECT_NE(root({{{1}, Bytes{1}}}), write_set_root(Suite::sm, {{{1}, Bytes{1}}}));
}

TEST(WriteSetRoot, IsTheMerkleRootOfHashedEntries) {
  // key length as four bytes, key, 1, value
  const Hash one = keccak256(Bytes{0, 0, 0, 1, 5, 1, 9});
  const Hash two = keccak256(Bytes{0, 0, 0, 1, 6, 0});
  EXPECT_EQ(write_set_root(Suite::standard, {{{5}, Bytes{9}}, {{6}, std::nullopt}}),
            merkle_root(Suite::standard, {one, two}));
}

}  // namespace
}  // namespace hanse::state
