// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/genesis.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "codec/tars.hpp"

namespace hanse {
namespace {

NodeId node(std::uint8_t seed) { return NodeId::of(Bytes(64, seed)); }

Genesis sample() {
  Genesis genesis;
  genesis.timestamp_ms = 1'700'000'000'000;
  genesis.config.sealers = {{node(2), 1}, {node(1), 5}};
  genesis.config.observers = {node(3)};
  genesis.config.gas_price = 7;
  genesis.config.features = Features::newest();
  genesis.balances = {{Address::of(Bytes(20, 9)), U256::from_decimal("10000000000000000000000").value()}, {Address{}, 1}};
  return genesis;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, text.npos) << what;
  return text.replace(at, what.size(), by);
}
std::string error_of(std::string_view text) {
  const auto genesis = Genesis::parse(text);
  return genesis ? "" : genesis.error().text;
}

TEST(Genesis, ReadsBackItsText) {
  const Genesis genesis = sample();
  const auto read = Genesis::parse(genesis.to_text());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->config, genesis.config);
  EXPECT_EQ(read->timestamp_ms, genesis.timestamp_ms);
  EXPECT_EQ(read->balances, genesis.balances);
  EXPECT_EQ(read->to_text(), genesis.to_text());
}

TEST(Genesis, NeedsNoMoreThanASealer) {
  const auto genesis = Genesis::parse("[consensus]\n node.0=" + to_hex(node(1)) + ":1\n");
  ASSERT_TRUE(genesis) << genesis.error().text;
  GroupConfig expected;
  expected.sealers = {{node(1), 1}};
  EXPECT_EQ(genesis->config, expected);
}

TEST(Genesis, ErrorsNameLineAndKey) {
  const std::string text = sample().to_text();
  EXPECT_NE(error_of(replaced(text, "leader_period", "leader_periot")).find("leader_periot"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "node.1", "node.2")).find("node.2"), std::string::npos);   // a gap
  EXPECT_NE(error_of(replaced(text, ":5\n", "\n")).find("[consensus] node.1"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, ":5\n", ":0\n")).find("weight"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "evm_osaka = 1", "evm_osaka = 2")).find("evm_osaka"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "evm_osaka", "evm_atlantis")).find("evm_atlantis"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "gas_price = 7", "gas_price = 0x7")).find("gas_price"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "sm_crypto = false", "sm_crypto = no")).find("sm_crypto"), std::string::npos);
  EXPECT_NE(error_of(text + "0x12 = 1\n").find("0x12"), std::string::npos);
  EXPECT_NE(error_of(text + std::string(40, '0') + " = 1\n").find("twice"), std::string::npos);
  const std::string all = U256::from_be(Bytes(32, 0xff)).to_decimal();
  EXPECT_NE(error_of(text + "0x" + std::string(40, '1') + " = " + all + "\n").find("sum"), std::string::npos);
  EXPECT_NE(error_of("").find("sealer"), std::string::npos);
}

TEST(Genesis, ADifferenceIsNamed) {
  const Genesis here = sample();
  Genesis there = here;
  EXPECT_EQ(genesis_difference(here.to_text(), there.to_text()), "");
  there.config.sealers[1].weight = 6;
  EXPECT_EQ(genesis_difference(here.to_text(), there.to_text()),
            "consensus.node.1: " + to_hex(node(1)) + ":5 here, " + to_hex(node(1)) + ":6 there");
  there = here, there.config.observers.clear();
  EXPECT_EQ(genesis_difference(here.to_text(), there.to_text()),
            "consensus.observer.0: " + to_hex(node(3)) + " here, absent there");
  EXPECT_EQ(genesis_difference(there.to_text(), here.to_text()),
            "consensus.observer.0: absent here, " + to_hex(node(3)) + " there");
}

TEST(GroupConfig, AGroupThatCannotWorkIsRefused) {
  const GroupConfig good = sample().config;
  EXPECT_TRUE(check_config(good));
  const auto refused = [&](auto&& change) {
    GroupConfig config = good;
    change(config);
    return !check_config(config).has_value();
  };
  EXPECT_TRUE(refused([](GroupConfig& c) { c.sealers.clear(); }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.sealers[0].weight = 0; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.sealers[0].weight = kSealerWeightMax + 1; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.observers.push_back(c.sealers[0].node); }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.group_id = "../group"; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.chain_id = ""; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.web3_chain_id = 0; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.tx_count_limit = 0; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.tx_gas_limit = c.block_gas_limit + 1; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.leader_period = 0; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.block_limit_span = 0; }));
  EXPECT_TRUE(refused([](GroupConfig& c) { c.features.bits = 1ull << 63; }));
}

TEST(GroupConfig, EveryMemberIsInItsHash) {
  const GroupConfig config = sample().config;
  GroupConfig other = config;
  other.sealers[1].weight = 6;
  EXPECT_NE(config_hash(config), config_hash(other));
  other = config, other.epoch = 1;
  EXPECT_NE(config_hash(config), config_hash(other));
  EXPECT_EQ(tars::decode_canonical<GroupConfig>(tars::encode(config)).value(), config);
}

}  // namespace
}  // namespace hanse
