// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Blocks, transactions, receipts and logs in the JSON shapes of Ethereum (execution-apis): quantities are 0x hex without
// leading zeros, times are seconds.
#pragma once

#include <optional>
#include <span>

#include "access/rpc/web3/bloom.hpp"
#include "codec/json_writer.hpp"
#include "protocol/ports/node_port.hpp"

namespace hanse::rpc::web3 {

// Where a transaction was run.
struct Place {
  Hash block_hash;
  BlockNumber block_number = 0;
  std::uint32_t index = 0;
  TimeMs block_time_ms = 0;
};

Place place_of(const Receipt& receipt, const Hash& block_hash, TimeMs block_time_ms);

// `receipt` is null while it waits in the pool.
void write_transaction(JsonWriter& json, const Transaction& tx, const Receipt* receipt, const Place* place);
void write_receipt(JsonWriter& json, const Transaction& tx, const Receipt& receipt, const Place& place);
void write_log(JsonWriter& json, const LogEntry& log, const Place& place, const Hash& transaction_hash,
               std::uint32_t log_index);

// A block with what its answer is written from. `full`: with transactions, else their hashes.
struct WholeBlock {
  port::BlockView block;
  std::vector<Receipt> receipts;
  std::uint64_t gas_limit = 0;
};
void write_block(JsonWriter& json, const WholeBlock& whole, bool full);

}  // namespace hanse::rpc::web3
