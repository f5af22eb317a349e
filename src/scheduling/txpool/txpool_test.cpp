// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/txpool/txpool_fixture.hpp"

namespace hanse::txpool {
namespace {

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
  EXPECT_EQ(gossip(native(3, 2)), std::nullopt);                // a peer took it and will propose it
  EXPECT_EQ(gossip(native(4, 4)), std::nullopt);
  EXPECT_EQ(gossip(native(5, 5)), Code::pool_full);
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

// Found on a real chain: the ledger was read at block 4, block 5 raised the nonce, and the pool had nothing of the sender.
TEST_F(TxPoolTest, AnAccountNonceThatWasReadBeforeTheLastBlocksHidesNothing) {
  decide(1, hashes({10}), {{address_at(1), 5}});
  EXPECT_EQ(gossip(web3(11, 1, 5, 4)), std::nullopt);
  EXPECT_EQ(seal(), hashes({11}));
  EXPECT_EQ(gossip(web3(12, 1, 4, 4)), Code::nonce_used);
}

TEST_F(TxPoolTest, ARepeatedTransactionBringsTheAccountNonceUpToDate) {
  EXPECT_EQ(gossip(web3(11, 1, 5, 4)), std::nullopt);
  EXPECT_TRUE(seal().empty());
  EXPECT_EQ(gossip(web3(11, 1, 5, 5)), Code::already_in_pool);
  EXPECT_EQ(seal(), hashes({11}));
}

TEST_F(TxPoolTest, SealsInOrderOfArrival) {
  ASSERT_EQ(client(native(3, 1)), std::nullopt);
  ASSERT_EQ(gossip(web3(1, 7, 0)), std::nullopt);
  ASSERT_EQ(client(native(2, 2)), std::nullopt);
  EXPECT_EQ(seal(), hashes({3, 1, 2}));
  EXPECT_EQ(seal(2), hashes({3, 1}));
  EXPECT_TRUE(pool().can_seal(1, 3));
  EXPECT_FALSE(pool().can_seal(1, 4));
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

// A replica keeps what it prepared, also when a new view goes on without it: seed 100653 of the whole simulation.
TEST_F(TxPoolTest, NothingFollowsTheNoncesOfAProposalThatIsNoAncestor) {
  for (std::uint64_t nonce = 0; nonce <= 3; ++nonce) ASSERT_EQ(client(web3(nonce + 1, 7, nonce)), std::nullopt);
  ASSERT_EQ(client(native(9, 90)), std::nullopt);
  pool().proposed(hash_at(50), hashes({1, 2}));
  const auto sealed = hashes({3, 4, 9});
  EXPECT_EQ(pool().that_follow(hashes({50}), sealed), sealed);
  EXPECT_EQ(pool().that_follow({}, sealed), hashes({9}));
  pool().proposed(hash_at(51), hashes({1}));
  EXPECT_EQ(pool().that_follow(hashes({51}), hashes({2, 3, 9})), hashes({2, 3, 9}));
  EXPECT_EQ(pool().that_follow(hashes({51}), hashes({3, 9})), hashes({9}));
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

}  // namespace
}  // namespace hanse::txpool
