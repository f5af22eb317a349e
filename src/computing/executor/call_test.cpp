// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <gtest/gtest.h>

#include "computing/executor/chain_fixture.hpp"
#include "computing/executor/token.hpp"
#include "computing/vm/assembler.hpp"
#include "protocol/status.hpp"

namespace hanse::executor {
namespace {

using namespace hanse::vm;

const Address kAlice = executor::address(1), kContract = executor::address(9), kInner = executor::address(10);

struct Calls : testing::Test, Chain {
  void put(const Assembly& code, const Address& at = kContract) { state.put_code(config.suite, at, code.bytes); }
  CallResult run(const CallRequest& request) {
    auto result = call(context(), request, state);
    EXPECT_TRUE(result) << result.error().text;
    return result.value_or(CallResult{});
  }
  // Succeeds with the estimate and not with one less.
  void expect_exact(const CallRequest& request) {
    const auto estimate = estimate_gas(context(), request, state);
    ASSERT_TRUE(estimate) << estimate.error().text;
    CallRequest limited = request;
    limited.gas_limit = *estimate;
    EXPECT_EQ(run(limited).status, 0);
    --limited.gas_limit;
    EXPECT_NE(run(limited).status, 0);
  }
};

TEST_F(Calls, AnswerWithoutEffect) {
  put(Assembly().sstore(1, 5).op({CALLER}).return_top());
  const CallResult result = run({.from = kAlice, .to = kContract});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, token::padded(kAlice));
  EXPECT_TRUE(state.slot(kContract, 1).is_zero());
}

TEST_F(Calls, MayComeFromAContract) {
  put(Assembly().op({CALLER}).return_top());
  EXPECT_EQ(run({.from = kContract, .to = kContract}).status, 0);
}

TEST_F(Calls, GiveTheDataOfARevert) {
  put(Assembly().push(7).push(0).op({MSTORE}).push(32).push(0).op({REVERT}));
  const CallResult result = run({.to = kContract});
  EXPECT_EQ(result.status, number_of(TransactionStatus::revert_instruction));
  EXPECT_EQ(U256::from_be(result.output), U256(7));
  const auto estimate = estimate_gas(context(), {.to = kContract}, state);
  EXPECT_EQ(estimate.error().code, Code::execution_reverted);
  EXPECT_NE(estimate.error().text.find(to_hex0x(U256(7).to_be())), std::string::npos);
}

TEST_F(Calls, FailToEstimateWhatCannotSucceed) {
  put(Assembly().raw(Bytes{0xfe}));
  EXPECT_EQ(estimate_gas(context(), {.to = kContract}, state).error().code, Code::execution_failed);
}

TEST_F(Calls, EstimateATransferExactly) {
  EXPECT_EQ(estimate_gas(context(), {.from = kAlice, .to = executor::address(5)}, state).value(), 21000u);
}

TEST_F(Calls, EstimateADeployment) { expect_exact({.from = kAlice, .input = token::deployment(9)}); }

TEST_F(Calls, EstimateAcrossRefunds) {
  for (std::uint64_t key = 1; key <= 10; ++key) state.put_slot(kContract, key, 1);
  Assembly code;
  for (std::uint64_t key = 1; key <= 10; ++key) code.sstore(key, 0);
  put(code);
  for (std::uint64_t key = 1; key <= 10; ++key) state.put_slot(kContract, key, 1);
  expect_exact({.from = kAlice, .to = kContract});
}

TEST_F(Calls, EstimateWhatACallPassesOn) {
  // The inner call gets 63/64 and needs a lot; the outer reverts unless it succeeds.
  Assembly inner;
  for (std::uint64_t key = 1; key <= 20; ++key) inner.sstore(key, 1);
  put(inner, kInner);
  Assembly outer = Assembly().call(kInner);
  outer.push(outer.bytes.size() + 6).op({JUMPI}).revert();
  outer.op({JUMPDEST});
  put(outer);
  expect_exact({.from = kAlice, .to = kContract});
}

TEST_F(Calls, AReadErrorIsAnError) {
  state.broken = Error{Code::io, "disk"};
  EXPECT_EQ(call(context(), {.to = kContract}, state).error().code, Code::io);
}

}  // namespace
}  // namespace hanse::executor
