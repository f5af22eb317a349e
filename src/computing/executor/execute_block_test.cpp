// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/execute_block.hpp"

#include <gtest/gtest.h>

#include "codec/tars.hpp"
#include "computing/vm/addresses.hpp"
#include "computing/vm/assembler.hpp"
#include "protocol/status.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::executor {
namespace {

using namespace hanse::vm;

Address address(std::uint8_t last) {
  Address a;
  a.bytes[19] = last;
  a.bytes[0] = 0xaa;
  return a;
}
const Address kAlice = address(1), kBob = address(2), kContract = address(9);

// A chain of one node, in a map.
struct Chain {
  GroupConfig config;
  state::MapState state;
  BlockNumber number = 0;
  std::uint8_t next_hash = 1;

  Chain() {
    config.features = Features::newest();
    config.sealers = {{NodeId{}, 1}};
    state.put(kAlice, {.balance = U256(1'000'000'000)});
  }
  BlockContext context() const {
    BlockContext context{.config = &config};
    context.head.number = number + 1;
    context.head.time_ms = 1'700'000'000'999;
    context.block_hash = [](BlockNumber n) { return Hash{{static_cast<std::uint8_t>(n)}}; };
    return context;
  }
  Transaction web3(std::optional<Address> to, std::uint64_t nonce, Bytes input = {}, U256 value = {}) {
    return {.kind = TransactionKind::web3, .hash = {{next_hash++}}, .sender = kAlice, .to = to, .nonce = nonce,
            .value = value, .gas_limit = 5'000'000, .input = std::move(input)};
  }
  Transaction native(std::optional<Address> to, Bytes input = {}) {
    return {.kind = TransactionKind::native, .hash = {{next_hash++}}, .sender = kAlice, .to = to,
            .input = std::move(input)};
  }
  ExecutedBlock run(const std::vector<Transaction>& transactions) {
    std::vector<const Transaction*> list;
    for (const Transaction& tx : transactions) list.push_back(&tx);
    auto block = execute_block(context(), list, state);
    EXPECT_TRUE(block) << block.error().text;
    state.apply(*block->diff);
    ++number;
    return std::move(*block);
  }
};

std::int32_t number(TransactionStatus status) { return number_of(status); }

TEST(ExecuteBlock, MovesValueAndCountsTheNonce) {
  Chain chain;
  const auto block = chain.run({chain.web3(kBob, 0, {}, 1000)});
  ASSERT_EQ(block.receipts.size(), 1u);
  EXPECT_EQ(block.receipts[0].status, 0);
  EXPECT_EQ(block.receipts[0].gas_used, 21000u);
  EXPECT_EQ(chain.state.account(kBob).balance, U256(1000));
  EXPECT_EQ(chain.state.account(kAlice), (state::Account{U256(999'999'000), 1, {}}));
}

TEST(ExecuteBlock, DeploysAndCalls) {
  Chain chain;
  const Bytes code = Assembly().push(0).op({CALLDATALOAD}).push(7).op({SSTORE}).push(7).op({SLOAD}).return_top().bytes;
  const auto deployed = chain.run({chain.web3(std::nullopt, 0, deployment_of(code))});
  ASSERT_EQ(deployed.receipts[0].status, 0) << deployed.receipts[0].message;
  const Address contract = *deployed.receipts[0].contract_address;
  EXPECT_EQ(contract, created_address(Suite::standard, kAlice, 0));
  const auto called = chain.run({chain.web3(contract, 1, to_bytes(U256(42).to_be()))});
  EXPECT_EQ(called.receipts[0].status, 0) << called.receipts[0].message;
  EXPECT_EQ(U256::from_be(called.receipts[0].output), U256(42));
  EXPECT_EQ(chain.state.slot(contract, 7), U256(42));
}

}  // namespace
}  // namespace hanse::executor
