// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the pool is told of a transaction: the little that scheduling knows, with what the ledger says of its sender.
#pragma once

#include "protocol/scheduling.hpp"
#include "storage/ledger/ledger_view.hpp"

namespace hanse::node {

// Errors: io, corrupt (this node's disk, never the transaction's fault).
Result<TxSummary> summarize(const Transaction& tx, const ledger::LedgerView& view);

}  // namespace hanse::node
