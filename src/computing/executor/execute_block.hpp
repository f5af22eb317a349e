// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Runs a proposal against the state of its parent and gives everything that the ledger keeps of it. Equal on every node,
// however many threads it has: serial order defines the result.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "computing/executor/partition.hpp"
#include "protocol/block.hpp"
#include "storage/state/state.hpp"

namespace hanse::executor {

// What a block runs in.
struct BlockContext {
  const GroupConfig* config = nullptr;          // of this block's epoch; outlives the call
  ProposalHead head;
  Hash proposal;                                // proposal hash
  Hash parent_header;                           // header hash of number − 1
  std::function<Hash(BlockNumber)> block_hash;  // any thread: header hash of one of the last 256 blocks; zero when unknown
};

// The threads that a block may be spread over, and what earlier blocks taught about that.
struct Spreading {
  std::size_t threads = 1;
  std::size_t few = 0;                          // so many transactions are not worth it
  std::function<void(std::size_t, const std::function<void(std::size_t)>&)> for_each;   // each(i), i < count, in any order
  Contention contention;
  ConflictFields conflict_fields;

  bool pays_off(std::size_t count) const { return threads > 1 && count > few; }
};

struct ExecutedBlock {
  BlockHeader header;
  Hash header_hash;
  std::vector<std::uint32_t> run;               // places in the proposal of the transactions that ran, in order
  std::vector<Receipt> receipts;                // one for each of `run`
  std::shared_ptr<const state::StateDiff> diff;
  std::optional<GroupConfig> next_config;       // set when this block ends the epoch
  std::size_t parts = 1;                        // that ran beside each other; no part of the result
};

// `transactions` are those of the payload, in order; null `spreading`: one thread. Stops deterministically at
// block_gas_limit (the first always runs); state-dependent failures are receipts. An Error is this node's own trouble
// (disk), never a verdict on the block.
Result<ExecutedBlock> execute_block(const BlockContext& context, std::span<const Transaction* const> transactions,
                                    const state::StateReader& parent, Spreading* spreading = nullptr);

struct CallRequest {
  Address from;
  std::optional<Address> to;
  U256 value;
  Bytes input;
  std::uint64_t gas_limit = 0;                  // 0: the group's tx_gas_limit
  U256 gas_price;
};
struct CallResult {
  std::int32_t status = 0;                      // as Receipt::status
  Bytes output;
  std::uint64_t gas_used = 0;
  std::string message;
};
// Runs without effect on the state after block `context.head.number`.
Result<CallResult> call(const BlockContext& context, const CallRequest& request, const state::StateReader& state);
// The least gas limit with which the call succeeds (binary search); execution_reverted or execution_failed otherwise.
Result<std::uint64_t> estimate_gas(const BlockContext& context, const CallRequest& request,
                                   const state::StateReader& state);

}  // namespace hanse::executor
