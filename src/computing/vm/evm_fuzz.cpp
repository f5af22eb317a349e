// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Any bytes as a contract's code: it ends within its gas, without a fault, and the same twice.
#include "base/fuzz_target.hpp"
#include "computing/vm/evm.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::vm {
namespace {

constexpr std::uint64_t kGas = 200'000;
constexpr Address kSender{{1}}, kContract{{2}};

struct Ended {
  Outcome outcome;
  state::StateDiff diff;
};

Ended run(const state::MapState& state, const Message& message) {
  const BlockInfo block{.chain_id = 1, .tx_gas_limit_max = 1 << 20, .gas_limit = 1 << 20, .number = 7};
  const Contracts contracts;
  state::CodeCache codes(analyse_code, 1 << 16);
  state::Journal journal(Suite::standard, state, codes);
  Evm evm(block, journal, contracts);
  journal.begin_transaction();
  const auto ended = evm.transact(message);
  CHECK(ended && *ended);
  journal.end_transaction((*ended)->ending == Ending::success);
  auto diff = journal.diff();
  CHECK(diff.has_value());
  CHECK((*ended)->gas_used <= kGas);
  return {std::move(**ended), std::move(*diff)};
}

void run_twice(const state::MapState& state, const Message& message) {
  const Ended first = run(state, message), second = run(state, message);
  CHECK(first.outcome.ending == second.outcome.ending && first.outcome.gas_used == second.outcome.gas_used);
  CHECK(first.outcome.output == second.outcome.output && first.diff == second.diff);
}

// As the code of a contract that is called with itself as the input. Gas buys memory (EIP-150: a megabyte costs more).
FUZZ_TARGET(evm, .per_byte = 512, .fixed = 16u << 20) {
  state::MapState state;
  state.put(kSender, {.balance = U256(1000)});
  state.put_code(Suite::standard, kContract, input, 50);
  run_twice(state, {.keep_nonce = true, .from = kSender, .to = kContract, .gas_limit = kGas, .value = 5, .input = input});
}

// As the init code of a contract that is created.
FUZZ_TARGET(evm_create, .per_byte = 512, .fixed = 16u << 20) {
  state::MapState state;
  state.put(kSender, {.balance = U256(1000)});
  run_twice(state, {.keep_nonce = true, .from = kSender, .gas_limit = kGas, .value = 5, .input = input});
}

// Each precompiled contract (the first byte names it) with any input.
FUZZ_TARGET(evm_precompiled, .per_byte = 512, .fixed = 16u << 20) {
  if (input.empty()) return;
  Address precompiled;
  precompiled.bytes[19] = input[0] % 20, precompiled.bytes[18] = input[0] == 255;   // also P256VERIFY at 0x100
  state::MapState state;
  state.put(kSender, {.balance = U256(1000)});
  run_twice(state, {.keep_nonce = true, .from = kSender, .to = precompiled, .gas_limit = kGas, .input = input.subspan(1)});
}

}  // namespace
}  // namespace hanse::vm
