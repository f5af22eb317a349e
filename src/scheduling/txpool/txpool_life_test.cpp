// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/txpool/txpool_fixture.hpp"

namespace hanse::txpool {
namespace {

// ---- life of proposals ----

TEST_F(TxPoolTest, ADroppedProposalGivesItsTransactionsBackAtTheirOldPlace) {
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  ASSERT_EQ(client(native(2, 2)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1}));
  ASSERT_EQ(client(native(3, 3)), std::nullopt);
  pool().dropped(hash_at(50));
  EXPECT_EQ(seal(), hashes({1, 2, 3}));
}

TEST_F(TxPoolTest, ATransactionOfTwoBranchesWaitsAgainWhenTheLastOneFalls) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1}));
  pool().proposed(hash_at(51), hashes({1}));
  pool().proposed(hash_at(51), hashes({1}));   // told twice
  pool().dropped(hash_at(50));
  EXPECT_TRUE(seal().empty());
  pool().dropped(hash_at(51));
  pool().dropped(hash_at(51));
  EXPECT_EQ(seal(), hashes({1}));
}

TEST_F(TxPoolTest, AProposalThatNamesOneTwiceGivesItBackOnce) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 1}));
  pool().dropped(hash_at(50));
  EXPECT_EQ(seal(), hashes({1}));
}

TEST_F(TxPoolTest, DecidedTransactionsLeaveAndTheirFollowersAreSealedNext) {
  for (std::uint64_t nonce = 0; nonce < 4; ++nonce) ASSERT_EQ(client(web3(nonce + 1, 7, nonce)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 2}));
  pool().proposed(hash_at(51), hashes({3}));
  EXPECT_TRUE(decide(50, hashes({1, 2}), {{address_at(7), 2}}).empty());
  EXPECT_FALSE(pool().holds(hash_at(1)));
  EXPECT_EQ(seal(), hashes({4}));
  pool().dropped(hash_at(51));
  EXPECT_EQ(seal(), hashes({3, 4}));
  EXPECT_EQ(pool().size(), 2u);
  EXPECT_TRUE(pool().take_released().empty());
}

TEST_F(TxPoolTest, WhatWasNotRunWaitsAgainKeepingItsAge) {
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  ASSERT_EQ(client(native(2, 2)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 2}));
  ASSERT_EQ(client(native(3, 3)), std::nullopt);
  decide(50, hashes({1}), {}, hashes({1}), hashes({2}));
  EXPECT_EQ(seal(), hashes({2, 3}));
}

TEST_F(TxPoolTest, WhatWasHeldForAProposalAndNotRunWaitsToo) {
  limits_.bytes_max = 100;                                      // one
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 2}));
  EXPECT_EQ(asked(native(2, 2)), Code::pool_full);
  decide(50, hashes({1}), {}, hashes({1}), hashes({2}));
  EXPECT_EQ(seal(), hashes({2}));
}

TEST_F(TxPoolTest, TellsClientsWhatCanNoLongerRun) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  ASSERT_EQ(client(native(2, 20)), std::nullopt);
  ASSERT_EQ(client(native(3, 30, 1)), std::nullopt);
  ASSERT_EQ(gossip(native(4, 40, 1)), std::nullopt);
  const auto refused = decide(50, hashes({91, 92}), {{address_at(7), 1}}, hashes({20}));
  EXPECT_EQ(refused, (Refused{{hash_at(1), Code::nonce_used}, {hash_at(2), Code::nonce_used},
                              {hash_at(3), Code::block_limit_failed}}));
  EXPECT_EQ(pool().take_released(), hashes({1, 2, 3, 4}));
  EXPECT_EQ(pool().size(), 0u);
  EXPECT_EQ(pool().bytes(), 0u);
}

TEST_F(TxPoolTest, AnAccountNonceThatRoseElsewhereMakesTheNextNonceReady) {
  ASSERT_EQ(client(web3(6, 7, 6, 0)), std::nullopt);
  EXPECT_TRUE(seal().empty());
  decide(50, hashes({91}), {{address_at(7), 6}});
  EXPECT_EQ(seal(), hashes({6}));
}

// ---- held for a proposal ----

TEST_F(TxPoolTest, HoldsWhatALiveProposalAskedForEvenWhenFull) {
  limits_.bytes_max = 100;                                      // one
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  pool().proposed(hash_at(50), hashes({2}));
  EXPECT_EQ(asked(native(2, 2)), Code::pool_full);
  EXPECT_TRUE(pool().holds(hash_at(2)));
  EXPECT_FALSE(pool().waits(hash_at(2)));
  EXPECT_EQ(pool().size(), 1u);
  EXPECT_TRUE(pool().take_released().empty());
  pool().dropped(hash_at(50));
  EXPECT_FALSE(pool().holds(hash_at(2)));
  EXPECT_EQ(pool().take_released(), hashes({2}));
}

TEST_F(TxPoolTest, HoldsNothingThatNoProposalLists) {
  limits_.count_max = 0;
  EXPECT_EQ(asked(native(2, 2)), Code::pool_full);
  EXPECT_FALSE(pool().holds(hash_at(2)));
  EXPECT_EQ(pool().take_released(), hashes({2}));
}

TEST_F(TxPoolTest, WhatIsHeldMayWaitOnceThereIsRoom) {
  limits_.bytes_max = 100;                                      // one
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  pool().proposed(hash_at(50), hashes({2}));
  EXPECT_EQ(asked(native(2, 2)), Code::pool_full);
  decide(51, hashes({1}), {}, hashes({1}));
  EXPECT_EQ(client(native(2, 2)), std::nullopt);
  EXPECT_TRUE(seal().empty());
  pool().dropped(hash_at(50));
  EXPECT_EQ(seal(), hashes({2}));
}

TEST_F(TxPoolTest, KeepsTheBodyOfADecidedTransactionUntilItIsAppended) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  decide(50, hashes({1}), {{address_at(7), 1}});
  EXPECT_EQ(gossip(web3(1, 7, 0)), Code::already_in_chain);
  EXPECT_TRUE(pool().take_released().empty());
  TxSummary appended = web3(1, 7, 0, 1);
  appended.in_ledger = true;
  EXPECT_EQ(gossip(appended), Code::already_in_chain);
  EXPECT_EQ(pool().take_released(), hashes({1}));
}

TEST_F(TxPoolTest, AnAgedTransactionThatAProposalListsKeepsItsBody) {
  ASSERT_EQ(client(native(1, 10, 1)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1}));
  EXPECT_EQ(decide(51, {}), (Refused{{hash_at(1), Code::block_limit_failed}}));
  EXPECT_TRUE(pool().holds(hash_at(1)));
  pool().dropped(hash_at(50));
  EXPECT_FALSE(pool().holds(hash_at(1)));
  EXPECT_EQ(pool().take_released(), hashes({1}));
}

// ---- may_run ----

TEST_F(TxPoolTest, NothingMayRunTwice) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  ASSERT_EQ(client(web3(2, 7, 1)), std::nullopt);
  EXPECT_TRUE(pool().may_run(1, hashes({1, 2})));
  EXPECT_FALSE(pool().may_run(1, hashes({1, 2, 1})));
  decide(50, hashes({1}), {{address_at(7), 1}});
  EXPECT_FALSE(pool().may_run(2, hashes({1})));
  EXPECT_TRUE(pool().may_run(2, hashes({2})));
}

TEST_F(TxPoolTest, WhatTheLedgerRanLongAgoMayNotRun) {
  TxSummary old = web3(1, 7, 0, 5);
  old.in_ledger = true;
  pool().proposed(hash_at(50), hashes({1}));
  EXPECT_EQ(asked(old), Code::already_in_chain);
  EXPECT_TRUE(pool().missing(hashes({1})).empty());
  EXPECT_FALSE(pool().may_run(1, hashes({1})));
}

TEST_F(TxPoolTest, AWrongAccountNonceIsNoReasonNotToRun) {
  pool().proposed(hash_at(50), hashes({1}));
  EXPECT_EQ(asked(web3(1, 7, 0, 5)), Code::nonce_used);
  EXPECT_TRUE(pool().may_run(1, hashes({1})));
}

TEST_F(TxPoolTest, BlockLimitsAreCheckedForTheNumberThatIsProposed) {
  ASSERT_EQ(client(native(1, 1, 2)), std::nullopt);
  ASSERT_EQ(client(native(2, 2, 100)), std::nullopt);
  EXPECT_TRUE(pool().may_run(2, hashes({1, 2})));
  EXPECT_FALSE(pool().may_run(3, hashes({1})));
  pool().proposed(hash_at(50), hashes({3}));
  EXPECT_EQ(asked(native(3, 3, 102)), Code::block_limit_failed);
  EXPECT_FALSE(pool().may_run(2, hashes({3})));
  EXPECT_TRUE(pool().may_run(3, hashes({3})));
}

TEST_F(TxPoolTest, ANativeNonceRunsOnceInASpanWhateverThisNodeHasDecided) {
  config_.block_limit_span = 3;
  ASSERT_EQ(client(native(1, 70, 3)), std::nullopt);
  decide(50, hashes({1}), {}, hashes({70}));
  pool().proposed(hash_at(51), hashes({2, 3}));
  EXPECT_EQ(asked(native(2, 70, 4)), Code::nonce_used);
  EXPECT_FALSE(pool().may_run(4, hashes({2})));   // block 4 looks back on 1, 2, 3
  EXPECT_EQ(asked(native(3, 70, 5)), Code::nonce_used);
  EXPECT_TRUE(pool().may_run(5, hashes({3})));
}

TEST_F(TxPoolTest, ANativeNonceStandsOnceInAProposal) {
  ASSERT_EQ(client(native(1, 70)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 2}));
  EXPECT_EQ(asked(native(2, 70)), Code::nonce_used);
  EXPECT_FALSE(pool().may_run(1, hashes({1, 2})));
}

TEST_F(TxPoolTest, ANewEpochBringsItsSpan) {
  ASSERT_EQ(client(native(1, 1, 100)), std::nullopt);
  config_.block_limit_span = 10;
  pool().set_config(config_);
  EXPECT_TRUE(seal().empty());
  EXPECT_FALSE(pool().may_run(1, hashes({1})));
  EXPECT_EQ(client(native(2, 2, 11)), Code::block_limit_failed);
}

// ---- time ----

TEST_F(TxPoolTest, ExpiresWhatWaitedTooLong) {
  limits_.expiry_ms = 500;
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  ASSERT_EQ(gossip(native(2, 2)), std::nullopt);
  ASSERT_EQ(client(native(3, 3)), std::nullopt);
  pool().proposed(hash_at(50), hashes({3}));
  now_ += 100;
  ASSERT_EQ(client(native(4, 4)), std::nullopt);
  EXPECT_TRUE(pool().expire(1499).empty());
  EXPECT_EQ(pool().expire(1500), (Refused{{hash_at(1), Code::pool_timeout}}));
  EXPECT_EQ(pool().take_released(), hashes({1, 2}));
  EXPECT_EQ(seal(), hashes({4}));
  pool().dropped(hash_at(50));
  EXPECT_EQ(pool().expire(1501), (Refused{{hash_at(3), Code::pool_timeout}}));
}

TEST_F(TxPoolTest, TheOldestIncludableNeverMovesWhileItWaits) {
  EXPECT_EQ(pool().oldest_includable_since(), std::nullopt);
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  now_ = 2000;
  ASSERT_EQ(client(native(2, 2)), std::nullopt);
  EXPECT_EQ(pool().oldest_includable_since(), 1000);
  pool().proposed(hash_at(50), hashes({1}));
  EXPECT_EQ(pool().oldest_includable_since(), 2000);
  pool().expire(3000);
  pool().dropped(hash_at(50));
  EXPECT_EQ(pool().oldest_includable_since(), 1000);
}

TEST_F(TxPoolTest, ATransactionBehindANonceGapIsNotIncludable) {
  ASSERT_EQ(client(web3(2, 7, 1)), std::nullopt);
  EXPECT_EQ(pool().oldest_includable_since(), std::nullopt);
  now_ = 9000;
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  EXPECT_EQ(pool().oldest_includable_since(), 9000);
  decide(50, hashes({1}), {{address_at(7), 1}});
  EXPECT_EQ(pool().oldest_includable_since(), 9000);   // not 1000: nobody could have included it before
}

TEST_F(TxPoolTest, GossipsClientTransactionsAgainWhenTheyWaitLong) {
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  ASSERT_EQ(gossip(native(2, 2)), std::nullopt);
  ASSERT_EQ(client(native(3, 3)), std::nullopt);
  ASSERT_EQ(client(native(4, 4)), std::nullopt);
  pool().proposed(hash_at(50), hashes({3}));
  EXPECT_TRUE(pool().to_gossip_again(1999, 1000, 10).empty());
  EXPECT_EQ(pool().to_gossip_again(2000, 1000, 10), hashes({1, 3, 4}));   // perhaps nobody saw the proposal that lists 3
  EXPECT_TRUE(pool().to_gossip_again(2999, 1000, 10).empty());
  EXPECT_EQ(pool().to_gossip_again(3000, 1000, 1).size(), 1u);
}

TEST_F(TxPoolTest, PendingNonceCountsWhatWaitsWithoutAGap) {
  EXPECT_EQ(pool().pending_nonce(address_at(7), 3), 3u);
  ASSERT_EQ(client(web3(1, 7, 3, 3)), std::nullopt);
  ASSERT_EQ(client(web3(2, 7, 4, 3)), std::nullopt);
  ASSERT_EQ(client(web3(3, 7, 6, 3)), std::nullopt);
  EXPECT_EQ(pool().pending_nonce(address_at(7), 3), 5u);
  EXPECT_EQ(pool().pending_nonce(address_at(7), 9), 9u);
}

}  // namespace
}  // namespace hanse::txpool
