// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/vm/addresses.hpp"
#include "computing/vm/evm_fixture.hpp"
#include "codec/rlp.hpp"

namespace hanse::vm {
namespace {

const Address kContract = address(1), kOther = address(2);

struct EvmTest : testing::Test, EvmFixture {
  U256 run_for_word(const Assembly& code) {
    put(kContract, code);
    const Outcome outcome = run(message(kContract));
    EXPECT_EQ(outcome.ending, Ending::success) << outcome.text;
    return U256::from_be(outcome.output);
  }
};

Assembly create(BytesView init_code, std::optional<std::uint64_t> salt = {}) {
  // The init code stands at the end of memory word 0 … : at most 32 bytes of it.
  Assembly code = Assembly().push(init_code).push(0).op({MSTORE});
  if (salt) code.push(*salt);
  return code.push(init_code.size()).push(32 - init_code.size()).push(0).op({salt ? CREATE2 : CREATE});
}

TEST_F(EvmTest, KnowsItsBlock) {
  block.prevrandao = Hash{{1}};
  block.block_hash = [](BlockNumber number) { return U256(static_cast<std::uint64_t>(number) * 2).to_be(); };
  EXPECT_EQ(run_for_word(Assembly().op({NUMBER}).return_top()), U256(100));
  EXPECT_EQ(run_for_word(Assembly().op({TIMESTAMP}).return_top()), U256(1'700'000'000));
  EXPECT_EQ(run_for_word(Assembly().op({CHAINID}).return_top()), U256(20200));
  EXPECT_EQ(run_for_word(Assembly().op({BASEFEE}).return_top()), U256(0));
  EXPECT_EQ(run_for_word(Assembly().op({PREVRANDAO}).return_top()), U256::from_be(block.prevrandao));
  EXPECT_EQ(run_for_word(Assembly().push(99).op({BLOCKHASH}).return_top()), U256(198));
  EXPECT_EQ(run_for_word(Assembly().push(100).op({BLOCKHASH}).return_top()), U256(0));
}

TEST_F(EvmTest, OsakaHasItsOpcodeAndPragueDoesNot) {
  constexpr Op kCountLeadingZeros{0x1e};   // EIP-7939
  const Assembly code = Assembly().push(1).op({kCountLeadingZeros}).return_top();
  EXPECT_EQ(run_for_word(code), U256(255));
  block.fork = Fork::prague;
  const Outcome outcome = run(message(kContract));
  EXPECT_EQ(outcome.ending, Ending::halted);
  EXPECT_EQ(outcome.reason, Reason::bad_instruction);
}

TEST_F(EvmTest, TellsWhyItHalted) {
  const std::vector<std::pair<Assembly, Reason>> cases{
      {Assembly().op({POP}), Reason::stack_underflow},
      {Assembly().push(3).op({JUMP}), Reason::bad_jump},
      {Assembly().raw(Bytes{0xfe}), Reason::bad_instruction},
      {Assembly().op({JUMPDEST}).push(0).op({JUMP}), Reason::out_of_gas},
      {Assembly().op({JUMPDEST, GAS}).push(0).op({JUMP}), Reason::stack_overflow},
  };
  for (const auto& [code, reason] : cases) {
    put(kContract, code);
    const Outcome outcome = run(message(kContract));
    EXPECT_EQ(outcome.ending, Ending::halted);
    EXPECT_EQ(outcome.reason, reason) << outcome.text;
    EXPECT_EQ(outcome.gas_used, 10'000'000u);
  }
}

TEST_F(EvmTest, RejectsWhatTheStateDoesNotAllow) {
  Message tx = message(kOther);
  tx.keep_nonce = false;
  tx.nonce = 1;
  EXPECT_EQ(run(tx).reason, Reason::nonce_too_high);
  state.put(sender, {.balance = 1'000'000, .nonce = 2});
  EXPECT_EQ(run(tx).reason, Reason::nonce_too_low);
  tx.nonce = 2;
  tx.gas_limit = 20'000;
  EXPECT_EQ(run(tx).reason, Reason::intrinsic_gas);
  tx.gas_limit = 4'000'000'000;
  EXPECT_EQ(run(tx).reason, Reason::gas_limit_too_high);
  tx.gas_limit = 21'000;
  tx.value = 1'000'001;
  EXPECT_EQ(run(tx).reason, Reason::cannot_pay);
  tx.value = 1'000'000;
  EXPECT_EQ(run(tx).ending, Ending::success);
  EXPECT_EQ(account(sender).nonce, 3u);
  state.put_code(suite, sender, Bytes{0});
  EXPECT_EQ(run(message(kOther)).reason, Reason::sender_has_code);
}

TEST_F(EvmTest, PaysTheBeneficiaryAboveTheBaseFee) {
  block.beneficiary = kOther;
  block.base_fee = 3;
  Message tx = message(address(7));
  tx.gas_limit = 30'000;
  tx.gas_price = 10;
  EXPECT_EQ(run(tx).ending, Ending::success);
  EXPECT_EQ(account(sender).balance, U256(1'000'000 - 210'000));
  EXPECT_EQ(account(kOther).balance, U256(147'000));
}

TEST_F(EvmTest, ASenderMayKeepItsNonce) {
  EXPECT_EQ(run(message(kOther)).ending, Ending::success);
  EXPECT_EQ(account(sender).nonce, 0u);
  Message deployment = message(std::nullopt, Bytes{});
  deployment.created = address(0x77);
  const Outcome outcome = run(deployment);
  EXPECT_EQ(outcome.created, address(0x77));
  EXPECT_EQ(account(sender).nonce, 0u);
  EXPECT_EQ(account(address(0x77)).nonce, 1u);
}

TEST_F(EvmTest, CreatesWhereTheRulesSay) {
  const Bytes init_code = Assembly().push(1).push(0).op({RETURN}).bytes;   // leaves one zero byte as code
  EXPECT_EQ(run_for_word(create(init_code).return_top()).to_be(),
            U256::from_be(created_address(suite, kContract, 1)).to_be());
  const U256 second = run_for_word(create(init_code, 5).return_top());
  EXPECT_EQ(second, U256::from_be(created_address(suite, kContract, U256(5).to_be(), init_code)));
  EXPECT_EQ(account(kContract).nonce, 2u);
}

TEST_F(EvmTest, ASecondCreationAtOneAddressFailsAndKeepsTheFirst) {
  const Bytes init_code = Assembly().sstore(1, 6).push(1).push(0).op({RETURN}).bytes;
  put(kContract, create(init_code, 5).push(1).op({SSTORE}).raw(create(init_code, 5).push(2).op({SSTORE}).bytes));
  EXPECT_EQ(run(message(kContract)).ending, Ending::success);
  const Address created = created_address(suite, kContract, U256(5).to_be(), init_code);
  EXPECT_EQ(slot(kContract, 1), U256::from_be(created));
  EXPECT_EQ(slot(kContract, 2), U256(0));
  EXPECT_EQ(slot(created, 1), U256(6));
  EXPECT_EQ(account(kContract).nonce, 3u);   // the failed one counts
}

TEST_F(EvmTest, SelfDestructionInTheCreatingTransactionErases) {
  const Bytes init_code = Assembly().push(1).push(1).op({SSTORE, CALLER, SELFDESTRUCT}).bytes;
  put(kContract, create(init_code).push(1).op({SSTORE}));
  EXPECT_EQ(run(message(kContract)).ending, Ending::success);
  journal->end_transaction(true);
  journal->begin_transaction();
  const Address created = created_address(suite, kContract, 1);
  EXPECT_TRUE(account(created).is_empty());
  EXPECT_EQ(slot(created, 1), U256(0));
}

TEST_F(EvmTest, TransientStorageIsSharedByFramesAndUndone) {
  put(kOther, Assembly().push(9).push(1).op({TSTORE}).revert());
  EXPECT_EQ(run_for_word(Assembly().push(4).push(1).op({TSTORE}).call(kOther).op({POP}).push(1).op({TLOAD}).return_top()),
            U256(4));
}

TEST_F(EvmTest, LogsOfARevertedFrameAreGone) {
  put(kOther, Assembly().push(5).push(0).push(0).op({LOG1}).revert());
  put(kContract, Assembly().call(kOther).push(6).push(0).push(0).op({LOG1}));
  run(message(kContract));
  ASSERT_EQ(journal->logs().size(), 1u);
  EXPECT_EQ(journal->logs()[0].address, kContract);
  EXPECT_EQ(journal->logs()[0].topics, std::vector{U256(6).to_be()});
}

TEST_F(EvmTest, AnAccessListMakesItsEntriesWarm) {
  put(kContract, Assembly().push(1).op({SLOAD}));
  const std::uint64_t cold = run(message(kContract)).gas_used;
  const std::vector<AccessListEntry> list{{kContract, {U256(1).to_be()}}};
  Message tx = message(kContract);
  tx.type = 1;
  tx.access_list = list;
  EXPECT_EQ(run(tx).gas_used, cold - 2000 + 2400 + 1900);
}

TEST_F(EvmTest, ASetCodeTransactionDelegates) {
  const KeyPair key = KeyPair::from_secret(Suite::standard, SecretKey{{0, 7}}).value();
  const Address authority = address_of(Suite::standard, key.public_key);
  Authorization authorization{.chain_id = 20200, .address = kOther};
  Bytes items, signed_bytes{0x05};
  rlp::put_uint(items, authorization.chain_id);
  rlp::put_bytes(items, authorization.address);
  rlp::put_uint(items, authorization.nonce);
  rlp::put_list(signed_bytes, items);
  const Bytes signature = sign(key, keccak256(signed_bytes));
  authorization.r = U256::from_be(BytesView(signature).first(32));
  authorization.s = U256::from_be(BytesView(signature).subspan(32, 32));
  authorization.y_parity = signature[64];
  put(kOther, Assembly().sstore(1, 8));

  Message tx = message(authority);
  tx.type = 4;
  tx.authorizations = {&authorization, 1};
  EXPECT_EQ(run(tx).ending, Ending::success);
  EXPECT_EQ(slot(authority, 1), U256(8));
  EXPECT_EQ(account(authority).nonce, 1u);
  authorization.r = 1;   // signed by another, or by no one: left out
  EXPECT_EQ(run(tx).ending, Ending::success);
  EXPECT_EQ(slot(authority, 1), U256(0));
  EXPECT_EQ(account(authority).nonce, 0u);
}

struct SmEvmTest : testing::Test, EvmFixture {
  SmEvmTest() : EvmFixture(Suite::sm) {}
  U256 run_for_word(const Assembly& code) {
    put(kContract, code);
    const Outcome outcome = run(message(kContract));
    EXPECT_EQ(outcome.ending, Ending::success) << outcome.text;
    return U256::from_be(outcome.output);
  }
};

TEST_F(SmEvmTest, TheHashOpcodeIsSm3) {
  const Hash word = U256(5).to_be();
  const Assembly code = Assembly().push(5).push(0).op({MSTORE}).push(32).push(0).op({KECCAK256}).return_top();
  EXPECT_EQ(run_for_word(code), U256::from_be(sm3(word)));
  EXPECT_EQ(run_for_word(Assembly().push(0).push(0).op({KECCAK256}).return_top()), U256::from_be(sm3({})));
  EvmFixture standard;
  standard.put(kContract, code);
  const Outcome keccak = standard.run(standard.message(kContract));
  EXPECT_EQ(U256::from_be(keccak.output), U256::from_be(keccak256(word)));
  put(kContract, code);
  EXPECT_EQ(run(message(kContract)).gas_used, keccak.gas_used);
}

TEST_F(SmEvmTest, TheHashOpcodeChecksItsOperands) {
  put(kContract, Assembly().push(0).op({KECCAK256}));
  EXPECT_EQ(run(message(kContract)).reason, Reason::stack_underflow);
  put(kContract, Assembly().push(1).push(U256::from_be(Bytes(32, 0xff))).op({KECCAK256}));
  EXPECT_EQ(run(message(kContract)).reason, Reason::out_of_gas);
  put(kContract, Assembly().push(1ull << 40).push(0).op({KECCAK256}));
  EXPECT_EQ(run(message(kContract)).reason, Reason::out_of_gas);
}

TEST_F(SmEvmTest, AddressesAndCodeHashesAreSm3) {
  const Bytes init_code = Assembly().push(1).push(0).op({RETURN}).bytes;
  EXPECT_EQ(run_for_word(create(init_code).return_top()), U256::from_be(created_address(Suite::sm, kContract, 1)));
  EXPECT_EQ(run_for_word(create(init_code, 5).return_top()),
            U256::from_be(created_address(Suite::sm, kContract, U256(5).to_be(), init_code)));
  EXPECT_EQ(run_for_word(create(init_code).op({EXTCODEHASH}).return_top()), U256::from_be(sm3(Bytes{0})));
  EXPECT_EQ(run_for_word(Assembly().push(BytesView(sender)).op({EXTCODEHASH}).return_top()), U256::from_be(sm3({})));
  EXPECT_EQ(run_for_word(Assembly().push(BytesView(address(99))).op({EXTCODEHASH}).return_top()), U256(0));
}

}  // namespace
}  // namespace hanse::vm
