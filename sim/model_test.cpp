// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/model.hpp"

#include <gtest/gtest.h>

#include "sim/identity.hpp"

namespace hanse::sim {
namespace {

class Model : public testing::Test {
 protected:
  Model() {
    GroupConfig config;
    config.block_gas_limit = 100;
    for (Epoch epoch = 0; epoch < 2; ++epoch) {
      config.epoch = epoch;
      configs_.push_back(std::make_shared<GroupConfig>(config));
    }
    genesis_ = genesis_outcome(configs_);
  }

  static ModelTransaction transfer(std::uint64_t nonce, std::uint64_t amount, std::uint64_t gas = 10) {
    ModelTransaction tx{TransactionKind::web3, Operation::transfer, 1, 2, nonce, 0, gas, gas, amount};
    seal_transaction(tx);
    return tx;
  }
  Outcome run(const Outcome& parent, std::vector<ModelTransaction> transactions) const {
    Proposal proposal;
    proposal.head.number = parent.number + 1;
    return execute(configs_, parent, proposal, Hash{}, transactions);
  }

  Configs configs_;
  Outcome genesis_;
};

TEST_F(Model, MovesBalancesAndCountsNonces) {
  const Outcome block = run(genesis_, {transfer(0, 5), transfer(1, 6)});
  EXPECT_EQ(block.state.accounts[1], (Account{989, 2}));
  EXPECT_EQ(block.state.accounts[2], (Account{1'011, 0}));
  ASSERT_EQ(block.summary.nonces.size(), 1u);
  EXPECT_EQ(block.summary.nonces.front(), std::pair(address_of(1), std::uint64_t{2}));
}

TEST_F(Model, AWrongNonceIsRunAndChangesNothing) {
  const Outcome block = run(genesis_, {transfer(3, 5)});
  EXPECT_EQ(block.run.size(), 1u);
  EXPECT_EQ(block.state.accounts, genesis_.state.accounts);
  EXPECT_TRUE(block.web3_nonces_used.empty());
}

TEST_F(Model, StopsAtTheGasLimitButRunsTheFirst) {
  const Outcome block = run(genesis_, {transfer(0, 1, 300), transfer(1, 1, 10)});
  EXPECT_EQ(block.run.size(), 1u);
  ASSERT_EQ(block.summary.not_run.size(), 1u);
  EXPECT_EQ(block.summary.not_run.front(), transfer(1, 1, 10).hash);
}

TEST_F(Model, OneConfigurationChangeABlockEndsTheEpoch) {
  ModelTransaction change{TransactionKind::native, Operation::reconfigure, 1, 1, 7, 9, 10, 10, 0, 1};
  seal_transaction(change);
  const Outcome block = run(genesis_, {change});
  EXPECT_TRUE(block.ends_epoch);
  ASSERT_TRUE(block.summary.next_config);
  EXPECT_EQ(block.summary.next_config->epoch, 1u);
  EXPECT_FALSE(run(block, {transfer(0, 1)}).ends_epoch);
}

TEST_F(Model, ADifferentOrderIsADifferentHeader) {
  const ModelTransaction a = transfer(0, 5), b = transfer(1, 6);
  EXPECT_NE(run(genesis_, {a, b}).header, run(genesis_, {b, a}).header);
}

TEST(ModelTransaction, IsReadBackAndRefusedWhenAnythingChanges) {
  ModelTransaction tx{TransactionKind::web3, Operation::transfer, 1, 2, 3, 0, 21, 21, 4};
  seal_transaction(tx);
  const EncodedTransaction encoded = encode(tx);
  ASSERT_TRUE(decode(encoded));
  EXPECT_EQ(decode(encoded)->hash, tx.hash);
  for (std::size_t at = 0; at < encoded.bytes.size(); ++at) {
    EncodedTransaction changed = encoded;
    changed.bytes[at] ^= 1;
    EXPECT_FALSE(decode(changed)) << at;
  }
}

TEST(KeyRing, RefusesASignatureOfAnyoneElse) {
  const KeyRing keys(1, 4);
  const Hash digest = Checksum(5).hash();
  EXPECT_TRUE(keys.verify(keys.id(2), digest, keys.sign(2, digest)));
  EXPECT_FALSE(keys.verify(keys.id(2), digest, keys.sign(3, digest)));
  EXPECT_FALSE(keys.verify(keys.id(2), Checksum(6).hash(), keys.sign(2, digest)));
  EXPECT_FALSE(keys.verify(keys.id(2), digest, Bytes{}));
}

}  // namespace
}  // namespace hanse::sim
