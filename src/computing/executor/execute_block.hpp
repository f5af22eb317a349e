// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Runs a proposal against the state of its parent and gives everything that the ledger keeps of it. A pure function of
// its arguments: equal on every node. Serial order defines the result.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/block.hpp"
#include "storage/state/state.hpp"

namespace hanse::executor {

// What a block runs in.
struct BlockContext {
  const GroupConfig* config = nullptr;          // of this block's epoch; outlives the call
  ProposalHead head;
  Hash proposal;                                // proposal hash
  Hash parent_header;                           // header hash of number − 1
  std::function<Hash(BlockNumber)> block_hash;  // header hash of one of the last 256 blocks; zero when unknown
};

struct ExecutedBlock {
  BlockHeader header;
  Hash header_hash;
  std::vector<std::uint32_t> run;               // places in the proposal of the transactions that ran, in order
  std::vector<Receipt> receipts;                // one for each of `run`
  std::shared_ptr<const state::StateDiff> diff;
  std::optional<GroupConfig> next_config;       // set when this block ends the epoch
};

// `transactions` are those of the payload, in order. Stops deterministically at block_gas_limit (the first always runs);
// state-dependent failures are receipts. An Error is this node's own trouble (disk), never a verdict on the block.
Result<ExecutedBlock> execute_block(const BlockContext& context, std::span<const Transaction* const> transactions,
                                    const state::StateReader& parent);

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
