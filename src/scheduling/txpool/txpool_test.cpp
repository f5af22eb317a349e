// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/txpool/txpool.hpp"

#include <gtest/gtest.h>

namespace hanse::txpool {
namespace {

constexpr std::uint64_t kNoGasLimit = ~0ull;

Hash hash_at(std::uint64_t number) {
  Hash hash;
  for (int i = 0; i < 8; ++i) hash.bytes[i] = hash.bytes[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return hash;
}

Address address_at(std::uint8_t number) {
  Address address;
  address.bytes.fill(number);
  return address;
}

TxSummary web3(std::uint64_t id, std::uint8_t sender, std::uint64_t nonce, std::uint64_t account_nonce = 0) {
  TxSummary tx;
  tx.hash = hash_at(id);
  tx.sender = address_at(sender);
  tx.nonce = nonce;
  tx.account_nonce = account_nonce;
  tx.gas_limit = 21'000;
  tx.size = 100;
  return tx;
}

TxSummary native(std::uint64_t id, std::uint64_t nonce_key, BlockNumber block_limit = 100) {
  TxSummary tx;
  tx.hash = hash_at(id);
  tx.kind = TransactionKind::native;
  tx.nonce_key = hash_at(nonce_key);
  tx.block_limit = block_limit;
  tx.gas_limit = 21'000;
  tx.size = 100;
  return tx;
}

std::vector<Hash> hashes(std::initializer_list<std::uint64_t> ids) {
  std::vector<Hash> out;
  for (const auto id : ids) out.push_back(hash_at(id));
  return out;
}

class TxPoolTest : public testing::Test {
 protected:
  TxPoolTest() { config_.block_limit_span = 100; }
  TxPool& pool() {
    if (!pool_) pool_.emplace(config_, limits_, head_, recent_);
    return *pool_;
  }
  std::optional<Code> client(const TxSummary& tx) { return pool().add(tx, now_, true, false); }
  std::optional<Code> gossip(const TxSummary& tx) { return pool().add(tx, now_, false, false); }
  std::optional<Code> asked(const TxSummary& tx) { return pool().add(tx, now_, false, true); }
  std::vector<Hash> seal(std::size_t count_max = 1000, std::uint64_t gas_max = kNoGasLimit) {
    return pool().seal(head_ + 1, count_max, gas_max);
  }
  auto decide(std::uint64_t proposal, std::vector<Hash> run, std::vector<std::pair<Address, std::uint64_t>> nonces = {},
              std::vector<Hash> nonce_keys = {}, std::vector<Hash> not_run = {}) {
    pool();
    return pool_->decided({++head_, std::move(run), std::move(nonce_keys)}, hash_at(proposal), not_run, nonces);
  }

  GroupConfig config_;
  PoolLimits limits_;
  BlockNumber head_ = 0;
  std::vector<DecidedBlock> recent_;
  TimeMs now_ = 1000;
  std::optional<TxPool> pool_;
};

using Refused = std::vector<std::pair<Hash, Code>>;

// ---- admission ----

TEST_F(TxPoolTest, AdmitsOnceAndKnowsWhatItHolds) {
  EXPECT_EQ(client(web3(1, 7, 0)), std::nullopt);
  EXPECT_EQ(client(web3(1, 7, 0)), Code::already_in_pool);
  EXPECT_TRUE(pool().holds(hash_at(1)));
  EXPECT_TRUE(pool().waits(hash_at(1)));
  EXPECT_EQ(pool().find(hash_at(1))->sender, address_at(7));
  EXPECT_EQ(pool().missing(hashes({1, 2})), hashes({2}));
  EXPECT_EQ(pool().size(), 1u);
  EXPECT_EQ(pool().bytes(), 100u);
}

TEST_F(TxPoolTest, RefusesWhatIsInTheChain) {
  TxSummary old = web3(1, 7, 0);
  old.in_ledger = true;
  EXPECT_EQ(client(old), Code::already_in_chain);
  ASSERT_EQ(client(web3(2, 8, 0)), std::nullopt);
  decide(50, hashes({2}), {{address_at(8), 1}});
  EXPECT_EQ(client(web3(2, 8, 0)), Code::already_in_chain);
}

TEST_F(TxPoolTest, RefusesWhatWasRunBeforeItStarted) {
  head_ = 9;
  recent_ = {{8, hashes({1}), {}}, {9, {}, hashes({77})}};
  EXPECT_EQ(client(web3(1, 7, 0)), Code::already_in_chain);
  EXPECT_EQ(client(native(2, 77)), Code::nonce_used);
}

TEST_F(TxPoolTest, RefusesWeb3NoncesThatAreUsedOrWait) {
  EXPECT_EQ(client(web3(1, 7, 4, 5)), Code::nonce_used);
  EXPECT_EQ(client(web3(2, 7, 5, 5)), std::nullopt);
  EXPECT_EQ(client(web3(3, 7, 5, 5)), Code::nonce_used);
}

TEST_F(TxPoolTest, RefusesNativeNoncesThatAreUsedOrWait) {
  TxSummary used = native(1, 70);
  used.nonce_in_ledger = true;
  EXPECT_EQ(client(used), Code::nonce_used);
  EXPECT_EQ(client(native(2, 71)), std::nullopt);
  EXPECT_EQ(client(native(3, 71)), Code::nonce_used);
}

TEST_F(TxPoolTest, ForgetsNativeNoncesAfterTheSpan) {
  config_.block_limit_span = 3;
  ASSERT_EQ(client(native(1, 70, 3)), std::nullopt);
  decide(50, hashes({1}), {}, hashes({70}));
  decide(51, {});
  decide(52, {});
  EXPECT_EQ(client(native(2, 70, 5)), Code::nonce_used);   // block 4 looks back on 1, 2, 3
  decide(53, {});
  EXPECT_EQ(client(native(2, 70, 5)), std::nullopt);
}

TEST_F(TxPoolTest, KeepsTheBlockLimitWindow) {
  head_ = 10;
  EXPECT_EQ(client(native(1, 1, 10)), Code::block_limit_failed);
  EXPECT_EQ(client(native(2, 2, 11)), std::nullopt);
  EXPECT_EQ(client(native(3, 3, 110)), std::nullopt);
  EXPECT_EQ(client(native(4, 4, 111)), Code::block_limit_failed);
  EXPECT_EQ(client(native(5, 5, std::numeric_limits<BlockNumber>::max())), Code::block_limit_failed);
  EXPECT_EQ(client(native(6, 6, std::numeric_limits<BlockNumber>::min())), Code::block_limit_failed);
}

TEST_F(TxPoolTest, RefusesSendersThatCannotPayOrAreContracts) {
  TxSummary poor = web3(1, 7, 0);
  poor.balance_too_low = true;
  EXPECT_EQ(client(poor), Code::insufficient_funds);
  TxSummary contract = web3(2, 8, 0);
  contract.sender_is_contract = true;
  EXPECT_EQ(client(contract), Code::sender_is_contract);
  EXPECT_EQ(pool().size(), 0u);
}

TEST_F(TxPoolTest, GivesTheFirstReasonInTheOrderOfTheReference) {
  limits_.count_max = 0;
  TxSummary tx = native(1, 1, 0);
  tx.in_ledger = tx.nonce_in_ledger = tx.balance_too_low = true;
  EXPECT_EQ(client(tx), Code::already_in_chain);
  tx.in_ledger = false;
  EXPECT_EQ(client(tx), Code::nonce_used);
  tx.nonce_in_ledger = false;
  EXPECT_EQ(client(tx), Code::block_limit_failed);
  tx.block_limit = 1;
  EXPECT_EQ(client(tx), Code::insufficient_funds);
  tx.balance_too_low = false;
  EXPECT_EQ(client(tx), Code::pool_full);
}

TEST_F(TxPoolTest, IsFullByCountAndByBytes) {
  limits_.count_max = 2;
  EXPECT_EQ(client(web3(1, 7, 0)), std::nullopt);
  EXPECT_EQ(client(native(2, 1)), std::nullopt);
  EXPECT_EQ(client(native(3, 2)), Code::pool_full);
  limits_ = {.bytes_max = 250};
  pool_.reset();
  EXPECT_EQ(client(native(1, 1)), std::nullopt);
  EXPECT_EQ(client(native(2, 2)), std::nullopt);
  EXPECT_EQ(client(native(3, 3)), Code::pool_full);
}

TEST_F(TxPoolTest, BoundsWhatOneSenderMayHaveWaiting) {
  limits_.per_sender_max = 2;
  limits_.nonce_gap_max = 5;
  EXPECT_EQ(client(web3(1, 7, 16, 10)), Code::pool_full);
  EXPECT_EQ(client(web3(2, 7, 15, 10)), std::nullopt);
  EXPECT_EQ(client(web3(3, 7, 10, 10)), std::nullopt);
  EXPECT_EQ(client(web3(4, 7, 11, 10)), Code::pool_full);
  EXPECT_EQ(client(web3(5, 8, 0)), std::nullopt);
}

TEST_F(TxPoolTest, KeepsTheHighestAccountNonceItWasTold) {
  ASSERT_EQ(client(web3(1, 7, 9, 5)), std::nullopt);
  decide(50, {}, {{address_at(7), 8}});
  EXPECT_EQ(client(web3(2, 7, 6, 5)), Code::nonce_used);     // the ledger read was late
  EXPECT_EQ(client(web3(3, 7, 8, 5)), std::nullopt);
  EXPECT_EQ(seal(), hashes({3, 1}));
}

// ---- sealing ----

TEST_F(TxPoolTest, SealsInOrderOfArrival) {
  ASSERT_EQ(client(native(3, 1)), std::nullopt);
  ASSERT_EQ(gossip(web3(1, 7, 0)), std::nullopt);
  ASSERT_EQ(client(native(2, 2)), std::nullopt);
  EXPECT_EQ(seal(), hashes({3, 1, 2}));
  EXPECT_EQ(seal(2), hashes({3, 1}));
  EXPECT_EQ(pool().sealable_count(1, 2), 2u);
  EXPECT_EQ(pool().sealable_count(1, 10), 3u);
}

TEST_F(TxPoolTest, SealsTheNoncesOfASenderWithoutAGap) {
  ASSERT_EQ(client(web3(12, 7, 12, 10)), std::nullopt);
  ASSERT_EQ(client(web3(20, 8, 0)), std::nullopt);
  EXPECT_EQ(seal(), hashes({20}));
  ASSERT_EQ(client(web3(10, 7, 10, 10)), std::nullopt);
  EXPECT_EQ(seal(), hashes({20, 10}));
  ASSERT_EQ(client(web3(11, 7, 11, 10)), std::nullopt);
  EXPECT_EQ(seal(), hashes({20, 10, 11, 12}));
}

TEST_F(TxPoolTest, ATransactionThatFollowsAnotherKeepsItsOwnPlaceInTheOrder) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  ASSERT_EQ(client(native(2, 1)), std::nullopt);
  ASSERT_EQ(client(web3(3, 7, 1)), std::nullopt);
  ASSERT_EQ(client(native(4, 2)), std::nullopt);
  EXPECT_EQ(seal(), hashes({1, 2, 3, 4}));
}

TEST_F(TxPoolTest, StopsAtTheGasLimitButAlwaysSealsOne) {
  for (std::uint64_t id = 1; id <= 3; ++id) ASSERT_EQ(client(native(id, id)), std::nullopt);
  EXPECT_EQ(seal(10, 42'000), hashes({1, 2}));
  EXPECT_EQ(seal(10, 41'999), hashes({1}));
  EXPECT_EQ(seal(10, 1), hashes({1}));
}

TEST_F(TxPoolTest, DoesNotSealForABlockBeyondTheBlockLimit) {
  ASSERT_EQ(client(native(1, 1, 2)), std::nullopt);
  EXPECT_EQ(pool().seal(2, 10, kNoGasLimit), hashes({1}));
  EXPECT_TRUE(pool().seal(3, 10, kNoGasLimit).empty());
}

TEST_F(TxPoolTest, DoesNotSealWhatALiveProposalLists) {
  ASSERT_EQ(client(native(1, 1)), std::nullopt);
  ASSERT_EQ(client(web3(2, 7, 0)), std::nullopt);
  ASSERT_EQ(client(web3(3, 7, 1)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 2}));
  EXPECT_EQ(seal(), hashes({3}));
  EXPECT_EQ(pool().size(), 3u);
}

TEST_F(TxPoolTest, SealsOnTopOfNoncesThatAnotherNodeProposed) {
  ASSERT_EQ(client(web3(3, 7, 1)), std::nullopt);
  pool().proposed(hash_at(50), hashes({2}));
  EXPECT_TRUE(seal().empty());
  ASSERT_EQ(asked(web3(2, 7, 0)), std::nullopt);
  EXPECT_EQ(seal(), hashes({3}));
}

TEST_F(TxPoolTest, DoesNotSealANonceThatAnotherTransactionTakesInALiveProposal) {
  ASSERT_EQ(client(web3(1, 7, 0)), std::nullopt);
  ASSERT_EQ(client(native(3, 30)), std::nullopt);
  pool().proposed(hash_at(50), hashes({2, 4}));
  EXPECT_EQ(asked(web3(2, 7, 0)), Code::nonce_used);
  EXPECT_EQ(asked(native(4, 30)), Code::nonce_used);
  EXPECT_TRUE(seal().empty());
  pool().dropped(hash_at(50));
  EXPECT_EQ(seal(), hashes({1, 3}));
}

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
  limits_.count_max = 1;
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
  limits_.count_max = 1;
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
  limits_.count_max = 1;
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
  EXPECT_EQ(pool().to_gossip_again(2000, 1000, 10), hashes({1, 4}));
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
