// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Calls that leave the EVM: suspension, native contracts, and what a revert undoes of them.
#include "computing/vm/evm_fixture.hpp"

namespace hanse::vm {
namespace {

const Address kCaller = address(1), kMiddle = address(2), kRemote = address(3), kFarther = address(4),
              kNative = address(0x1000), kOtherNative = address(0x1001);

// kCaller calls kMiddle, which stores, calls kRemote, stores its success, and keeps or reverts.
struct SuspensionTest : testing::TestWithParam<std::tuple<bool, bool>>, EvmFixture {};

TEST_P(SuspensionTest, RevertAcrossASuspensionUndoesBothSides) {
  const auto [remote_ok, caller_keeps] = GetParam();
  elsewhere = {kRemote};
  Assembly middle = Assembly().sstore(1, 1).call(kRemote).push(2).op({SSTORE});
  if (!caller_keeps) middle.revert();
  put(kMiddle, middle);
  put(kCaller, Assembly().call(kMiddle).push(5).op({SSTORE}));
  put(kRemote, remote_ok ? Assembly().sstore(9, 9).push(77).return_top() : Assembly().sstore(9, 9).revert());

  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  const Callee callee = evm->pending();
  EXPECT_EQ(callee.to, kRemote);
  EXPECT_EQ(callee.from, kMiddle);
  EXPECT_EQ(callee.depth, 2u);
  const auto remote = visit(callee);
  ASSERT_TRUE(remote);
  EXPECT_EQ(remote->ending, remote_ok ? Ending::success : Ending::reverted);
  EXPECT_EQ(evm->suspended_count(), 1u);
  const auto outcome = resume(answer_of(*remote));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->ending, Ending::success);
  EXPECT_EQ(slot(kCaller, 5), U256(caller_keeps));
  EXPECT_EQ(slot(kMiddle, 1), U256(caller_keeps));
  EXPECT_EQ(slot(kMiddle, 2), U256(caller_keeps && remote_ok));
  EXPECT_EQ(slot(kRemote, 9), U256(caller_keeps && remote_ok ? 9 : 0));
  EXPECT_GT(outcome->gas_used, remote->gas_used);
}

TEST_P(SuspensionTest, NestedSuspensionsEndFromTheInnermost) {
  const auto [farther_ok, remote_keeps] = GetParam();
  elsewhere = {kRemote, kFarther};
  put(kCaller, Assembly().sstore(1, 1).call(kRemote).push(2).op({SSTORE}).push(0).op({MLOAD}).push(3).op({SSTORE}));
  Assembly remote = Assembly().sstore(1, 1).call(kFarther).push(2).op({SSTORE});
  put(kRemote, remote_keeps ? remote.push(55).return_top() : remote.revert());
  put(kFarther, farther_ok ? Assembly().sstore(1, 1) : Assembly().sstore(1, 1).revert());

  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  ASSERT_EQ(visit(evm->pending()), std::nullopt);
  EXPECT_EQ(evm->suspended_count(), 2u);
  EXPECT_EQ(evm->pending().to, kFarther);
  EXPECT_EQ(evm->pending().from, kRemote);
  const auto farther = visit(evm->pending());
  ASSERT_TRUE(farther);
  const auto remote_outcome = resume(answer_of(*farther));
  ASSERT_TRUE(remote_outcome);
  EXPECT_EQ(remote_outcome->ending, remote_keeps ? Ending::success : Ending::reverted);
  const auto outcome = resume(answer_of(*remote_outcome));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->ending, Ending::success);
  EXPECT_EQ(slot(kCaller, 1), U256(1));
  EXPECT_EQ(slot(kCaller, 2), U256(remote_keeps));
  EXPECT_EQ(slot(kCaller, 3), U256(remote_keeps ? 55 : 0));
  EXPECT_EQ(slot(kRemote, 1), U256(remote_keeps));
  EXPECT_EQ(slot(kRemote, 2), U256(remote_keeps && farther_ok));
  EXPECT_EQ(slot(kFarther, 1), U256(remote_keeps && farther_ok));
}

INSTANTIATE_TEST_SUITE_P(BothWays, SuspensionTest, testing::Combine(testing::Bool(), testing::Bool()));

struct CallsOutTest : testing::Test, EvmFixture {};

TEST_F(CallsOutTest, ARunMayBeSuspendedTwice) {
  elsewhere = {kRemote};
  put(kCaller, Assembly().call(kRemote).push(1).op({SSTORE}).call(kRemote).push(2).op({SSTORE}).push(0).op({MLOAD})
                   .return_top());
  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  ASSERT_EQ(resume({.gas_used = 10, .output = to_bytes(U256(3).to_be())}), std::nullopt);
  const auto outcome = resume({.status = Answered::reverted, .gas_used = 10, .output = to_bytes(U256(4).to_be())});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(slot(kCaller, 1), U256(1));
  EXPECT_EQ(slot(kCaller, 2), U256(0));
  EXPECT_EQ(U256::from_be(outcome->output), U256(4));
}

TEST_F(CallsOutTest, AFailedAnswerTakesTheGasOfTheCall) {
  elsewhere = {kRemote};
  put(kCaller, Assembly().push(0).push(0).push(0).push(0).push(0).push(BytesView(kRemote)).push(50'000).op({CALL})
                   .push(1).op({SSTORE}));
  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  EXPECT_EQ(evm->pending().gas, 50'000u);
  const auto failed = resume({.status = Answered::failed});
  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  const auto answered = resume({.status = Answered::reverted, .gas_used = 1'000});
  EXPECT_EQ(failed->gas_used - answered->gas_used, 49'000u);
}

TEST_F(CallsOutTest, AnAnswerThatUsedMoreGasThanItHadIsAFailure) {
  elsewhere = {kRemote};
  put(kCaller, Assembly().call(kRemote).push(1).op({SSTORE}).push(1).push(2).op({SSTORE}));
  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  const auto outcome = resume({.gas_used = 1'000'000'000'000});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->ending, Ending::success);
  EXPECT_EQ(slot(kCaller, 1), U256(0));
}

TEST_F(CallsOutTest, AnAbandonedRunLeavesTheEvmUsable) {
  elsewhere = {kRemote};
  put(kCaller, Assembly().sstore(1, 1).call(kRemote));
  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  evm->abandon();
  journal->end_transaction(false);
  journal->begin_transaction();
  EXPECT_EQ(slot(kCaller, 1), U256(0));
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  EXPECT_TRUE(resume({}));
  EXPECT_EQ(slot(kCaller, 1), U256(1));
}

TEST_F(CallsOutTest, ATransactionToARemoteContractIsSuspendedBeforeItsFirstFrame) {
  elsewhere = {kRemote};
  begin();
  ASSERT_EQ(start(message(kRemote, Bytes{1, 2}, 5)), std::nullopt);
  const Callee callee = evm->pending();
  EXPECT_EQ(to_bytes(callee.input), (Bytes{1, 2}));
  EXPECT_EQ(callee.value, U256(5));
  EXPECT_EQ(callee.depth, 0u);
  const auto outcome = resume({.gas_used = 500, .output = {9}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, Bytes{9});
}

TEST_F(CallsOutTest, ATableWriteIsKeptWithItsCaller) {
  natives[kNative] = [](const Callee&, Evm& on) { return write_row(on, "written"); };
  put(kCaller, Assembly().call(kNative).push(1).op({SSTORE}).push(0).op({MLOAD}).return_top());
  const Outcome outcome = run(message(kCaller));
  EXPECT_EQ(row(), "written");
  EXPECT_EQ(slot(kCaller, 1), U256(1));
  EXPECT_EQ(U256::from_be(outcome.output), U256(7));
}

TEST_F(CallsOutTest, ATableWriteIsUndoneByARevertingFrame) {
  natives[kNative] = [](const Callee&, Evm& on) { return write_row(on, "written"); };
  put(kMiddle, Assembly().call(kNative).revert());
  put(kCaller, Assembly().call(kMiddle).push(1).op({SSTORE}));
  EXPECT_EQ(run(message(kCaller)).ending, Ending::success);
  EXPECT_EQ(row(), "");
}

TEST_F(CallsOutTest, ANativeContractThatFailsUndoesItsOwnWrites) {
  for (const Answered status : {Answered::reverted, Answered::failed}) {
    natives[kNative] = [status](const Callee&, Evm& on) { return write_row(on, "written", status); };
    put(kCaller, Assembly().call(kNative).push(1).op({SSTORE}));
    EXPECT_EQ(run(message(kCaller)).ending, Ending::success);
    EXPECT_EQ(row(), "");
  }
}

TEST_F(CallsOutTest, ATableWriteIsUndoneByARevertAcrossASuspension) {
  elsewhere = {kRemote};
  natives[kNative] = [](const Callee&, Evm& on) { return write_row(on, "written"); };
  put(kRemote, Assembly().call(kNative));
  put(kMiddle, Assembly().call(kRemote).revert());
  put(kCaller, Assembly().call(kMiddle));
  begin();
  ASSERT_EQ(start(message(kCaller)), std::nullopt);
  const auto remote = visit(evm->pending());
  EXPECT_EQ(row(), "written");
  ASSERT_TRUE(resume(answer_of(*remote)));
  EXPECT_EQ(row(), "");
}

TEST_F(CallsOutTest, NativeToEvmToNativeShareOneJournal) {
  std::string seen;
  bool keeps = true;
  natives[kNative] = [](const Callee&, Evm& on) { return write_row(on, "inner"); };
  natives[kOtherNative] = [&](const Callee& callee, Evm& on) {
    write_row(on, "outer");
    const auto called = on.call({.to = kMiddle, .from = callee.to, .gas = callee.gas / 2, .depth = callee.depth + 1});
    EXPECT_TRUE(called && *called && (*called)->ending == Ending::success);
    seen = row();
    return Answer{.status = keeps ? Answered::ok : Answered::reverted};
  };
  put(kMiddle, Assembly().sstore(1, 1).call(kNative));
  put(kCaller, Assembly().call(kOtherNative).push(1).op({SSTORE}));
  run(message(kCaller));
  EXPECT_EQ(seen, "inner");
  EXPECT_EQ(row(), "inner");
  EXPECT_EQ(slot(kMiddle, 1), U256(1));
  keeps = false;
  run(message(kCaller));
  EXPECT_EQ(seen, "inner");
  EXPECT_EQ(row(), "");
  EXPECT_EQ(slot(kMiddle, 1), U256(0));
}

TEST_F(CallsOutTest, ReEntranceSeesWhatTheOuterFrameWrote) {
  // First entry (no input): slot 1 = 1, call out; second entry (input): slot 2 = slot 1.
  Assembly body = Assembly().op({CALLDATASIZE}).push(std::uint64_t{0x80}).op({JUMPI}).sstore(1, 1).call(kMiddle, 0, 32)
                  .push(3).op({SSTORE, STOP});
  body.bytes.resize(0x80, 0);
  body.op({JUMPDEST}).push(1).op({SLOAD}).push(2).op({SSTORE});
  put(kCaller, body);
  put(kMiddle, Assembly().call(kCaller, 0, 32).push(1).op({SSTORE}));
  run(message(kCaller));
  EXPECT_EQ(slot(kCaller, 2), U256(1));
  EXPECT_EQ(slot(kCaller, 3), U256(1));
  EXPECT_EQ(slot(kMiddle, 1), U256(1));
}

TEST_F(CallsOutTest, ANativeContractMayReEnterItsCaller) {
  natives[kNative] = [](const Callee& callee, Evm& on) {
    const Bytes input(32, 1);
    const auto called = on.call({.to = callee.from, .from = callee.to, .input = input, .gas = callee.gas / 2});
    EXPECT_TRUE(called && *called && (*called)->ending == Ending::success);
    return Answer{};
  };
  Assembly body = Assembly().op({CALLDATASIZE}).push(std::uint64_t{0x80}).op({JUMPI}).sstore(1, 1).call(kNative)
                  .push(3).op({SSTORE, STOP});
  body.bytes.resize(0x80, 0);
  body.op({JUMPDEST}).push(1).op({SLOAD}).push(2).op({SSTORE});
  put(kCaller, body);
  run(message(kCaller));
  EXPECT_EQ(slot(kCaller, 2), U256(1));
  EXPECT_EQ(slot(kCaller, 3), U256(1));
}

TEST_F(CallsOutTest, CallsWithinCallsOfNativeContractsAreBounded) {
  std::uint32_t deepest = 0;
  natives[kNative] = [&](const Callee& callee, Evm& on) {
    deepest = std::max(deepest, callee.depth);
    const auto called = on.call({.to = kMiddle, .from = callee.to, .gas = callee.gas, .depth = callee.depth + 1});
    EXPECT_TRUE(called && *called);
    return Answer{.gas_used = 10};
  };
  put(kMiddle, Assembly().call(kNative).push(1).op({SSTORE}));
  Message tx = message(kMiddle);
  tx.gas_limit = 3'000'000'000;
  EXPECT_EQ(run(tx).ending, Ending::success);
  EXPECT_EQ(deepest, 2 * kRunsMax - 1);
}

TEST_F(CallsOutTest, ANativeContractAbandonsACallThatIsSuspended) {
  elsewhere = {kRemote};
  natives[kNative] = [](const Callee& callee, Evm& on) {
    const auto called = on.call({.to = kMiddle, .from = callee.to, .gas = callee.gas / 2});
    EXPECT_TRUE(called && !*called);
    on.abandon();
    return Answer{.status = Answered::failed};
  };
  put(kMiddle, Assembly().sstore(1, 1).call(kRemote));
  put(kCaller, Assembly().call(kNative).op({ISZERO}).push(1).op({SSTORE}));
  EXPECT_EQ(run(message(kCaller)).ending, Ending::success);
  EXPECT_EQ(slot(kCaller, 1), U256(1));
  EXPECT_EQ(slot(kMiddle, 1), U256(0));
}

TEST_F(CallsOutTest, DelegatingToANativeContractFails) {
  natives[kNative] = [](const Callee&, Evm& on) { return write_row(on, "written"); };
  put(kCaller, Assembly().push(0).push(0).push(0).push(0).push(BytesView(kNative)).push(100'000).op({DELEGATECALL, ISZERO})
                   .push(1).op({SSTORE}));
  run(message(kCaller));
  EXPECT_EQ(slot(kCaller, 1), U256(1));
  EXPECT_EQ(row(), "");
}

TEST_F(CallsOutTest, ANativeContractKnowsThatACallIsStatic) {
  bool was_static = false;
  natives[kNative] = [&](const Callee& callee, Evm&) {
    was_static = callee.is_static;
    return Answer{};
  };
  put(kCaller, Assembly().push(0).push(0).push(0).push(0).push(BytesView(kNative)).push(100'000).op({STATICCALL}));
  run(message(kCaller));
  EXPECT_TRUE(was_static);
}

TEST_F(CallsOutTest, AReadErrorEndsTheRunWithAnError) {
  put(kMiddle, Assembly().push(1).op({SLOAD}));
  put(kCaller, Assembly().call(kMiddle).push(1).op({SSTORE}));
  begin();
  natives[kNative] = [this](const Callee&, Evm&) {
    state.broken = Error{Code::io, "disk"};
    return Answer{};
  };
  put(kCaller, Assembly().call(kNative).call(kMiddle).push(1).op({SSTORE}));
  const auto ended = evm->transact(message(kCaller));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Code::io);
  EXPECT_EQ(evm->suspended_count(), 0u);
  state.broken = std::nullopt;
  natives[kNative] = [](const Callee&, Evm&) { return Answer{}; };
  EXPECT_EQ(run(message(kCaller)).ending, Ending::success);
}

}  // namespace
}  // namespace hanse::vm
