// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// For tests: an EVM over an empty state, with native contracts that write a table and contracts that live elsewhere.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "computing/vm/assembler.hpp"
#include "computing/vm/evm.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::vm {

inline Address address(std::uint16_t number) {
  Address a;
  a.bytes[0] = 0xc0;
  a.bytes[18] = static_cast<std::uint8_t>(number >> 8);
  a.bytes[19] = static_cast<std::uint8_t>(number);
  return a;
}

struct EvmFixture {
  Suite suite;
  state::MapState state;
  state::CodeCache codes{analyse_code, 1 << 20};
  BlockInfo block{.chain_id = 20200, .tx_gas_limit_max = 3'000'000'000, .gas_limit = 30'000'000'000, .number = 100,
                  .timestamp_s = 1'700'000'000};
  std::map<Address, std::function<Answer(const Callee&, Evm&)>> natives;
  std::set<Address> elsewhere;
  Contracts contracts;
  std::optional<state::Journal> journal;
  std::optional<Evm> evm;
  const Address sender = address(0xaaaa);

  explicit EvmFixture(Suite suite_of_group = Suite::standard) : suite(suite_of_group) {
    state.put(sender, {.balance = U256(1'000'000)});
    contracts.route = [this](const Address& at) {
      return natives.contains(at) ? Route::native : elsewhere.contains(at) ? Route::suspend : Route::evm;
    };
    contracts.run = [this](const Callee& callee, Evm& on) { return natives.at(callee.to)(callee, on); };
  }
  void put(const Address& at, const Assembly& code) { state.put_code(suite, at, code.bytes); }

  void begin() {
    evm.reset();
    journal.emplace(suite, state, codes);
    evm.emplace(block, *journal, contracts);
    journal->begin_transaction();
  }
  Message message(std::optional<Address> to, BytesView input = {}, std::uint64_t value = 0) const {
    return {.keep_nonce = true, .from = sender, .to = to, .gas_limit = 10'000'000, .value = value, .input = input};
  }
  // None: suspended.
  std::optional<Outcome> start(const Message& message) {
    auto ended = evm->transact(message);
    EXPECT_TRUE(ended) << ended.error().text;
    return ended.value_or(std::nullopt);
  }
  Outcome run(const Message& message) {
    begin();
    auto outcome = start(message);
    EXPECT_TRUE(outcome.has_value());
    return outcome.value_or(Outcome{});
  }
  std::optional<Outcome> resume(const Answer& answer) {
    auto ended = evm->resume(answer);
    EXPECT_TRUE(ended) << ended.error().text;
    return ended.value_or(std::nullopt);
  }
  // A call of a remote contract, done here upon the same journal.
  std::optional<Outcome> visit(const Callee& callee) {
    auto ended = evm->call(callee);
    EXPECT_TRUE(ended) << ended.error().text;
    return ended.value_or(std::nullopt);
  }

  U256 slot(const Address& at, const U256& key) {
    U256 value;
    EXPECT_NE(journal->load_slot(at, key, false, value), state::Load::fault);
    return value;
  }
  const state::Journal::AccountState& account(const Address& at) {
    const state::Journal::AccountState* found = nullptr;
    journal->load(at, false, true, found);
    return *found;
  }
  std::string row() { return std::string(as_text(journal->row("t", as_bytes("k")).value().value_or(Bytes{}))); }
};

inline Answer write_row(Evm& evm, std::string_view text, Answered status = Answered::ok) {
  EXPECT_TRUE(evm.journal().set_row("t", as_bytes("k"), to_bytes(text)));
  return {.status = status, .gas_used = 100, .output = to_bytes(U256(7).to_be())};
}

inline Answer answer_of(const Outcome& outcome) {
  const auto status = outcome.ending == Ending::success    ? Answered::ok
                      : outcome.ending == Ending::reverted ? Answered::reverted
                                                           : Answered::failed;
  return {status, outcome.gas_used, outcome.output};
}

}  // namespace hanse::vm
