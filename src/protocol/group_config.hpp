// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The configuration of a group in one epoch. It changes only by executing a block (its hash stands in that block's
// header), and is equal on every node.
#pragma once

#include <string>
#include <vector>

#include "protocol/features.hpp"
#include "protocol/types.hpp"

namespace hanse {

struct Sealer {
  NodeId node;
  Weight weight = 1;

  bool operator==(const Sealer&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.node), field(2, self.weight); }
};

struct GroupConfig {
  std::string chain_id = "chain0";
  std::string group_id = "group0";
  std::uint64_t web3_chain_id = 20200;     // EIP-155
  Suite suite = Suite::standard;
  Epoch epoch = 0;
  std::vector<Sealer> sealers;             // a NodeIndex is a place in this list
  std::vector<NodeId> observers;
  std::uint32_t tx_count_limit = 1000;     // transactions in one proposal
  std::uint64_t tx_gas_limit = 3'000'000'000;
  std::uint64_t block_gas_limit = 30'000'000'000;
  std::uint32_t leader_period = 1;         // consecutive numbers of one leader
  std::uint32_t block_limit_span = 1000;   // native: number < block_limit <= number + span
  U256 gas_price;                          // zero: gas is metered, not paid for
  Features features;

  bool operator==(const GroupConfig&) const = default;
  static void fields(auto& self, auto&& field) {   // wire order; append only
    field(1, self.chain_id), field(2, self.group_id), field(3, self.web3_chain_id), field(4, self.suite);
    field(5, self.epoch), field(6, self.sealers), field(7, self.observers), field(8, self.tx_count_limit);
    field(9, self.tx_gas_limit), field(10, self.block_gas_limit), field(11, self.leader_period);
    field(12, self.block_limit_span), field(13, self.gas_price), field(14, self.features);
  }
};

constexpr std::size_t kSealerCountMax = 1024, kObserverCountMax = 1024;
constexpr Weight kSealerWeightMax = 1u << 20;
constexpr std::uint64_t kWeb3ChainIdMax = (1ull << 53) - 1;       // what a JSON client holds exactly
constexpr std::uint32_t kTxCountLimitMax = 100'000;
constexpr std::uint64_t kTxGasLimitMin = 21'000;
constexpr std::uint64_t kBlockGasLimitMax = 1ull << 60;           // sums of a few stay below 2^63
constexpr std::uint32_t kBlockLimitSpanMax = 100'000;

Hash config_hash(const GroupConfig& config);          // with the config's own suite
Result<void> check_config(const GroupConfig& config); // weights, limits, duplicate nodes; names what is wrong

}  // namespace hanse
