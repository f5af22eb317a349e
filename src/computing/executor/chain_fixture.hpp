// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// For tests and benchmarks: a chain of one node in a map, which executes blocks one after the other.
#pragma once

#include "base/check.hpp"
#include "computing/executor/execute_block.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::executor {

// Spread over all addresses, as real ones are; the number stands at the end.
inline Address address(std::uint32_t number) {
  Address a{{0xaa}};
  const std::uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15ull;
  for (int i = 0; i < 8; ++i) a.bytes[1 + i] = static_cast<std::uint8_t>(mixed >> 8 * (7 - i));
  for (int i = 0; i < 4; ++i) a.bytes[19 - i] = static_cast<std::uint8_t>(number >> 8 * i);
  return a;
}

struct Chain {
  GroupConfig config;
  state::MapState state;
  BlockNumber number = 0;
  Hash last_header;
  std::uint64_t tx_count = 0;

  Chain() {
    config.features = Features::newest();
    config.sealers = {{NodeId{{1}}, 1}, {NodeId{{2}}, 3}};
  }
  BlockContext context() const {
    BlockContext context{.config = &config, .proposal = Hash{{7}}, .parent_header = last_header};
    context.head = {.epoch = 4, .number = number + 1, .time_ms = 1'700'000'000'999, .proposer = 1, .first_view = 2};
    context.block_hash = [](BlockNumber n) { return U256(static_cast<std::uint64_t>(n)).to_be(); };
    return context;
  }
  Transaction web3(const Address& from, std::optional<Address> to, std::uint64_t nonce, Bytes input = {},
                   const U256& value = {}) {
    return {.kind = TransactionKind::web3, .hash = U256(++tx_count).to_be(), .sender = from, .to = to, .nonce = nonce,
            .value = value, .gas_limit = 5'000'000, .input = std::move(input)};
  }
  Transaction native(const Address& from, std::optional<Address> to, Bytes input = {}) {
    return {.kind = TransactionKind::native, .hash = U256(++tx_count).to_be(), .sender = from, .to = to,
            .input = std::move(input)};
  }
  Result<ExecutedBlock> execute(const std::vector<Transaction>& transactions, Spreading* spreading = nullptr) const {
    std::vector<const Transaction*> list;
    for (const Transaction& tx : transactions) list.push_back(&tx);
    return execute_block(context(), list, state, spreading);
  }
  ExecutedBlock append(const std::vector<Transaction>& transactions) {
    auto block = execute(transactions);
    CHECK(block.has_value());
    state.apply(*block->diff);
    last_header = block->header_hash;
    ++number;
    return std::move(*block);
  }
};

}  // namespace hanse::executor
