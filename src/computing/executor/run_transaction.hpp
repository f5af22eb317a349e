// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What an execution runs in, and one transaction within it. A failure that depends on the state is a receipt.
#pragma once

#include "computing/executor/execute_block.hpp"
#include "computing/vm/evm.hpp"

namespace hanse::executor {

// Journal and EVM over one state, for a block or a call.
struct Workspace {
  vm::BlockInfo block;
  vm::Contracts contracts;
  state::Journal journal;
  vm::Evm evm;

  Workspace(const BlockContext& context, const state::StateReader& parent);
};

// Runs within a transaction of the journal that the caller has begun and will end. The receipt lacks its place in the
// block (number, index, sums over the block).
Result<Receipt> run_transaction(Workspace& workspace, const GroupConfig& config, const Transaction& tx);

// TransactionStatus or admission code of an outcome, as it stands in receipts.
std::int32_t status_of(const vm::Outcome& outcome);
// Why it failed, for a person; empty on success. A revert with Error(string) gives its text.
std::string message_of(const vm::Outcome& outcome);

}  // namespace hanse::executor
