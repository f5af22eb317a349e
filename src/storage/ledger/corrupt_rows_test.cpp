// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Rows that no writer of ours wrote: named as corrupt, never believed.
#include <gtest/gtest.h>

#include <limits>

#include "codec/tars.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::ledger {
namespace {

Genesis genesis() {
  Genesis made;
  made.config.sealers = {{KeyPair::from_secret(Suite::standard, SecretKey{{1}})->public_key, 1}};
  return made;
}

void put(kv::KvStore& store, Bytes key, Bytes value) {
  kv::WriteBatch batch;
  batch.put(std::move(key), std::move(value));
  ASSERT_TRUE(store.write(batch, false));
}

TEST(CorruptRows, AHeadThatNoBlockCanFollowIsRefused) {
  constexpr BlockNumber kMax = std::numeric_limits<BlockNumber>::max();
  for (const BlockNumber number : {BlockNumber{-1}, kMax - 1, kMax}) {
    auto store = kv::open_memory();
    put(*store, key_of(Tag::head), tars::encode(Head{.number = number}));
    const auto ledger = Ledger::open(std::move(store), genesis());
    ASSERT_FALSE(ledger.has_value()) << number;
    EXPECT_EQ(ledger.error().code, Code::corrupt) << number;
  }
}

TEST(CorruptRows, ALogFilterUnderAKeyOfAnotherSizeIsNamed) {
  std::shared_ptr<kv::KvStore> store = kv::open_memory();
  Bytes key = key_of(Tag::log_filter, 256);
  key.pop_back();
  put(*store, key, {0xff});
  const LedgerView view(store, Head{.number = 300}, std::make_shared<const GroupConfig>());
  const auto logs = view.logs({.last = 300});
  ASSERT_FALSE(logs.has_value());
  EXPECT_EQ(logs.error().code, Code::corrupt);
}

}  // namespace
}  // namespace hanse::ledger
