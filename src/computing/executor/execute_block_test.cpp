// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/execute_block.hpp"

#include <gtest/gtest.h>

#include "codec/tars.hpp"
#include "computing/executor/chain_fixture.hpp"
#include "computing/executor/token.hpp"
#include "computing/vm/addresses.hpp"
#include "computing/vm/assembler.hpp"
#include "protocol/status.hpp"

namespace hanse::executor {
namespace {

using namespace hanse::vm;

const Address kAlice = executor::address(1), kBob = executor::address(2), kContract = executor::address(9);

struct ExecuteBlock : testing::Test, Chain {
  ExecuteBlock() { state.put(kAlice, {.balance = U256(1'000'000'000)}); }

  void put(const Assembly& code, const Address& at = kContract) { state.put_code(config.suite, at, code.bytes); }
  Receipt only(Transaction tx) { return append({std::move(tx)}).receipts.at(0); }
};

std::int32_t status(TransactionStatus status) { return number_of(status); }
std::int32_t status(Code code) { return static_cast<std::int32_t>(code); }

TEST_F(ExecuteBlock, MovesValueAndCountsTheNonce) {
  const Receipt receipt = only(web3(kAlice, kBob, 0, {}, 1000));
  EXPECT_EQ(receipt.status, 0);
  EXPECT_EQ(receipt.gas_used, 21000u);
  EXPECT_EQ(receipt.version, 1);
  EXPECT_TRUE(receipt.effective_gas_price.is_zero());
  EXPECT_EQ(state.account(kBob).balance, U256(1000));
  EXPECT_EQ(state.account(kAlice), (state::Account{U256(999'999'000), 1, {}}));
}

TEST_F(ExecuteBlock, ATokenKeepsItsBooks) {
  const Receipt deployed = only(web3(kAlice, std::nullopt, 0, token::deployment(1000)));
  ASSERT_EQ(deployed.status, 0) << deployed.message;
  const Address contract = deployed.contract_address.value();
  EXPECT_EQ(contract, created_address(Suite::standard, kAlice, 0));
  EXPECT_TRUE(deployed.output.empty());

  const auto block = append({web3(kAlice, contract, 1, token::transfer(kBob, 300)),
                             web3(kAlice, contract, 2, token::transfer(kBob, 701)),
                             web3(kBob, contract, 0, token::transfer(kAlice, 1))});
  ASSERT_EQ(block.receipts.size(), 3u);
  EXPECT_EQ(block.receipts[0].status, 0);
  EXPECT_EQ(block.receipts[1].status, status(TransactionStatus::revert_instruction));
  EXPECT_EQ(block.receipts[1].message, "reverted: too little");
  EXPECT_FALSE(block.receipts[1].output.empty());
  EXPECT_EQ(block.receipts[2].status, 0);
  ASSERT_EQ(block.receipts[0].logs.size(), 1u);
  const LogEntry& log = block.receipts[0].logs[0];
  EXPECT_EQ(log.address, contract);
  EXPECT_EQ(log.topics.at(0), keccak256(as_bytes("Transfer(address,address,uint256)")));
  EXPECT_EQ(log.data, to_bytes(U256(300).to_be()));

  const auto balance = [&](const Address& owner) {
    return U256::from_be(call(context(), {.to = contract, .input = token::balance_of(owner)}, state)->output);
  };
  EXPECT_EQ(balance(kAlice), U256(701));
  EXPECT_EQ(balance(kBob), U256(299));
}

TEST_F(ExecuteBlock, ReceiptsSumUpWithinTheBlock) {
  put(Assembly().push(1).push(0).push(0).op({LOG1}).push(2).push(0).push(0).op({LOG1}));
  const auto block = append({web3(kAlice, kContract, 0), web3(kAlice, kBob, 1), web3(kAlice, kContract, 2)});
  std::uint64_t gas = 0;
  for (std::uint32_t place = 0; place < 3; ++place) {
    const Receipt& receipt = block.receipts[place];
    gas += receipt.gas_used;
    EXPECT_EQ(receipt.cumulative_gas_used, gas);
    EXPECT_EQ(receipt.transaction_index, place);
    EXPECT_EQ(receipt.block_number, 1);
  }
  EXPECT_EQ(block.header.gas_used, gas);
  EXPECT_EQ(block.receipts[1].first_log_index, 2u);
  EXPECT_EQ(block.receipts[2].first_log_index, 2u);
}

TEST_F(ExecuteBlock, TheHeaderCommitsToWhatRan) {
  last_header = Hash{{9}};
  const auto block = append({web3(kAlice, kBob, 0, {}, 1)});
  const BlockHeader& header = block.header;
  EXPECT_EQ(header.number, 1);
  EXPECT_EQ(header.parent_hash, (Hash{{9}}));
  EXPECT_EQ(header.timestamp_ms, 1'700'000'000'999);
  EXPECT_EQ(header.sealer, 1);
  EXPECT_EQ(header.sealer_list.size(), 2u);
  EXPECT_EQ(header.weights, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(header.transactions_root, U256(1).to_be());
  EXPECT_EQ(header.receipts_root, receipt_hash(Suite::standard, block.receipts[0]));
  EXPECT_EQ(header.state_root, state::write_set_root(Suite::standard, *block.diff));
  EXPECT_EQ(block.header_hash, header_hash(Suite::standard, header));
  const auto extra = tars::decode<HeaderExtra>(header.extra_data).value();
  EXPECT_EQ(extra.epoch, 4u);
  EXPECT_EQ(extra.first_view, 2u);
  EXPECT_EQ(extra.proposal, (Hash{{7}}));
  EXPECT_EQ(extra.next_config, config_hash(config));
  EXPECT_TRUE(extra.not_run.empty());
}

TEST_F(ExecuteBlock, AnEmptyBlockHasAHeader) {
  const auto block = append({});
  EXPECT_TRUE(block.diff->empty());
  EXPECT_TRUE(block.header.transactions_root.is_zero());
  EXPECT_FALSE(block.header_hash.is_zero());
}

TEST_F(ExecuteBlock, EqualInputsGiveEqualBlocks) {
  put(Assembly().op({CALLER, CALLER, SSTORE}));
  std::vector<Transaction> transactions{web3(kAlice, std::nullopt, 0, token::deployment(5))};
  for (std::uint32_t i = 0; i < 50; ++i) transactions.push_back(web3(executor::address(100 + i), kContract, 0));
  const auto first = execute(transactions), second = execute(transactions);
  EXPECT_EQ(first->header, second->header);
  EXPECT_EQ(first->receipts, second->receipts);
  EXPECT_EQ(*first->diff, *second->diff);
}

TEST_F(ExecuteBlock, TheGasLimitEndsTheBlockAndUndoesWhatDidNotFit) {
  put(Assembly().op({GAS, POP, NUMBER, CALLER, SSTORE}));
  const std::uint64_t each = execute({web3(executor::address(50), kContract, 0)})->header.gas_used;
  config.block_gas_limit = 2 * each + each / 2;
  config.tx_gas_limit = 2 * each;
  std::vector<Transaction> transactions;
  for (std::uint32_t i = 0; i < 4; ++i) {
    transactions.push_back(web3(executor::address(50 + i), kContract, 0));
    transactions.back().gas_limit = each + 1000;
  }
  const auto block = append(transactions);
  EXPECT_EQ(block.run, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(block.header.gas_used, 2 * each);
  EXPECT_EQ(tars::decode<HeaderExtra>(block.header.extra_data)->not_run, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(state.account(executor::address(51)).nonce, 1u);
  EXPECT_EQ(state.account(executor::address(52)).nonce, 0u);
  EXPECT_EQ(append({transactions[2], transactions[3]}).run.size(), 2u);
}

TEST_F(ExecuteBlock, TheFirstTransactionRunsWhateverItTakes) {
  put(Assembly().op({JUMPDEST}).push(0).op({JUMP}));
  config.block_gas_limit = 30'000'000;
  config.tx_gas_limit = 30'000'000;
  Transaction big = web3(kAlice, kContract, 0);
  big.gas_limit = 30'000'000;
  const auto block = append({big, web3(kAlice, kBob, 1)});
  EXPECT_EQ(block.run.size(), 1u);
  EXPECT_EQ(block.receipts[0].status, status(TransactionStatus::out_of_gas));
  EXPECT_EQ(block.header.gas_used, 30'000'000u);
}

TEST_F(ExecuteBlock, AWrongNonceIsAFailureThatChangesNothing) {
  const auto block = append({web3(kAlice, kBob, 5, {}, 1), web3(kAlice, kBob, 0, {}, 2), web3(kAlice, kBob, 0, {}, 4)});
  EXPECT_EQ(block.receipts[0].status, status(Code::nonce_used));
  EXPECT_EQ(block.receipts[0].gas_used, 0u);
  EXPECT_FALSE(block.receipts[0].message.empty());
  EXPECT_EQ(block.receipts[1].status, 0);
  EXPECT_EQ(block.receipts[2].status, status(Code::nonce_used));
  EXPECT_EQ(state.account(kBob).balance, U256(2));
}

TEST_F(ExecuteBlock, FailuresThatDependOnTheStateAreReceipts) {
  EXPECT_EQ(only(web3(kBob, kAlice, 0, {}, 1)).status, status(TransactionStatus::not_enough_cash));
  Transaction poor = web3(kAlice, kBob, 0);
  poor.gas_limit = 20'999;
  EXPECT_EQ(only(poor).status, status(TransactionStatus::out_of_gas));
  put(Assembly().op({POP}));
  EXPECT_EQ(only(web3(kAlice, kContract, 0)).status, status(TransactionStatus::stack_underflow));
  put(Assembly().raw(Bytes{0xfe}));
  EXPECT_EQ(only(web3(kAlice, kContract, 1)).status, status(TransactionStatus::bad_instruction));
  put(Assembly().push(1).op({JUMP}));
  EXPECT_EQ(only(web3(kAlice, kContract, 2)).status, status(TransactionStatus::bad_jump_destination));
  EXPECT_EQ(state.account(kAlice).nonce, 3u);
  EXPECT_EQ(only(web3(kContract, kBob, 1)).status, status(Code::sender_is_contract));
}

TEST_F(ExecuteBlock, ANativeTransactionLeavesTheNonceAlone) {
  put(Assembly().op({NUMBER}).push(1).op({SSTORE}));
  const auto block = append({native(kAlice, kContract), native(kAlice, kContract)});
  EXPECT_EQ(block.receipts[0].status, 0);
  EXPECT_EQ(block.receipts[1].status, 0);
  EXPECT_EQ(state.account(kAlice).nonce, 0u);
  EXPECT_EQ(state.slot(kContract, 1), U256(1));
}

TEST_F(ExecuteBlock, ANativeDeploymentIsAddressedByItsHash) {
  Transaction first = native(kAlice, std::nullopt, token::deployment(10));
  first.abi = "[abi]";
  const Transaction second = native(kAlice, std::nullopt, token::deployment(10));
  const auto block = append({first, second});
  const Address at = block.receipts[0].contract_address.value();
  EXPECT_EQ(at, created_address(Suite::standard, kAlice, first.hash, first.input));
  EXPECT_NE(at, block.receipts[1].contract_address.value());
  EXPECT_EQ(state.account(at).nonce, 1u);
  EXPECT_EQ(state.account(kAlice).nonce, 0u);
  EXPECT_EQ(state.rows.at(state::table_key("abi", at)), to_bytes("[abi]"));
  EXPECT_FALSE(state.rows.contains(state::table_key("abi", *block.receipts[1].contract_address)));
}

TEST_F(ExecuteBlock, ADeploymentThatFailsHasNoAddress) {
  Transaction tx = native(kAlice, std::nullopt, Assembly().revert().bytes);
  tx.abi = "[abi]";
  const auto block = append({tx});
  EXPECT_EQ(block.receipts[0].status, status(TransactionStatus::revert_instruction));
  EXPECT_EQ(block.receipts[0].contract_address, std::nullopt);
  EXPECT_TRUE(block.diff->empty());
}

TEST_F(ExecuteBlock, AGroupWithoutAPriceChargesNothing) {
  Transaction tx = web3(kBob, kAlice, 0);
  tx.gas_price = 5'000'000'000;
  EXPECT_EQ(only(tx).status, 0);
  EXPECT_TRUE(state.account(kBob).balance.is_zero());
}

TEST_F(ExecuteBlock, AGroupWithAPriceChargesWhatIsOffered) {
  config.gas_price = 2;
  Transaction legacy = web3(kAlice, kBob, 0);
  legacy.gas_price = 3;
  EXPECT_EQ(only(legacy).effective_gas_price, U256(3));
  EXPECT_EQ(state.account(kAlice).balance, U256(1'000'000'000 - 63'000));
  Transaction tipped = web3(kAlice, kBob, 1);
  tipped.type = 2;
  tipped.gas_price = 10;
  tipped.max_priority_fee = 2;
  EXPECT_EQ(only(tipped).effective_gas_price, U256(2));
  Transaction mean = web3(kAlice, kBob, 2);
  mean.gas_price = 1;
  const Receipt refused = only(mean);
  EXPECT_EQ(refused.status, status(TransactionStatus::not_enough_cash));
  EXPECT_EQ(refused.gas_used, 0u);
  Transaction own = native(kAlice, kBob);
  own.gas_limit = 100'000;
  EXPECT_EQ(only(own).effective_gas_price, U256(2));
  EXPECT_EQ(state.account(Address{}).balance, U256(63'000 + 42'000 + 42'000));
}

TEST_F(ExecuteBlock, AnSmGroupHashesWithSm3) {
  config.suite = Suite::sm;
  const Transaction tx = native(kAlice, std::nullopt, token::deployment(10));
  const auto block = append({tx});
  const Address at = block.receipts[0].contract_address.value();
  EXPECT_EQ(at, created_address(Suite::sm, kAlice, tx.hash, tx.input));
  const Bytes code = state.rows.at(to_bytes(state::code_key(state.account(at).code_hash.value())));
  EXPECT_EQ(state.account(at).code_hash, sm3(code));
  Bytes place = token::padded(kAlice);   // balanceOf is at slot 0: H(key ‖ 0)
  hanse::append(place, U256().to_be());
  EXPECT_EQ(state.slot(at, U256::from_be(sm3(place))), U256(10));
}

TEST_F(ExecuteBlock, AReadErrorIsAnErrorAndNoBlock) {
  state.broken = Error{Code::io, "disk"};
  const auto block = execute({web3(kAlice, kBob, 0)});
  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().code, Code::io);
}

TEST_F(ExecuteBlock, CodeThatIsMissingIsAnError) {
  put(Assembly().op({STOP}));
  state.rows.erase(to_bytes(state::code_key(state.account(kContract).code_hash.value())));
  state.put(kContract, {.nonce = 1, .code_hash = Hash{{1, 2}}});
  EXPECT_EQ(execute({web3(kAlice, kContract, 0)}).error().code, Code::corrupt);
}

TEST_F(ExecuteBlock, LargeGasLimitsAreTheGroupsAffair) {
  Transaction tx = web3(kAlice, kBob, 0);
  tx.gas_limit = 3'000'000'000;   // far above the cap of EIP-7825
  EXPECT_EQ(only(tx).status, 0);
  tx = web3(kAlice, kBob, 1);
  tx.gas_limit = 3'000'000'001;
  EXPECT_EQ(only(tx).status, status(TransactionStatus::out_of_gas_limit));
}

}  // namespace
}  // namespace hanse::executor
