// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Any bytes as a contract's code: no fault, and the same outcome twice.
#include "base/check.hpp"
#include "computing/vm/evm.hpp"
#include "storage/state/map_state.hpp"

namespace {

using namespace hanse;

vm::Outcome run(const state::MapState& state, const Address& contract, BytesView input) {
  const vm::BlockInfo block{.chain_id = 1, .tx_gas_limit_max = 1 << 20, .gas_limit = 1 << 20, .number = 7};
  const vm::Contracts contracts;
  state::CodeCache codes(vm::analyse_code, 1 << 20);
  state::Journal journal(Suite::standard, state, codes);
  vm::Evm evm(block, journal, contracts);
  journal.begin_transaction();
  const auto ended = evm.transact(
      {.keep_nonce = true, .from = Address{{1}}, .to = contract, .gas_limit = 500'000, .value = 5, .input = input});
  CHECK(ended && *ended);
  journal.end_transaction(true);
  CHECK(journal.diff().has_value());
  return **ended;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView code(data, size);
  const Address contract{{2}};
  state::MapState state;
  state.put(Address{{1}}, {.balance = U256(1000)});
  state.put_code(Suite::standard, contract, code, 50);
  const vm::Outcome first = run(state, contract, code), second = run(state, contract, code);
  CHECK(first.ending == second.ending && first.gas_used == second.gas_used && first.output == second.output);
  return 0;
}
