// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Which addresses and topics the logs of a block may have: a Bloom filter of ten bits for each distinct item and five
// probes (one false answer in a hundred), stored per block. A query over a range reads these rows, a few bytes a log,
// and only then the receipts of blocks that may match.
#pragma once

#include <span>

#include "protocol/ports/node_port.hpp"

namespace hanse::ledger {

Bytes make_log_filter(std::span<const Receipt> receipts);            // empty: the block has no logs
bool may_match(BytesView filter, const port::GetLogs& query);
bool matches(const LogEntry& log, const port::GetLogs& query);

}  // namespace hanse::ledger
