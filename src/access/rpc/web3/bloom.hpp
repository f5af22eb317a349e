// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Ethereum's log bloom (Yellow Paper, 4.3.1): 2048 bits, three for the address and for each topic of a log.
#pragma once

#include <span>

#include "protocol/block.hpp"

namespace hanse::rpc::web3 {

using Bloom = FixedBytes<256>;

void add_to_bloom(Bloom& bloom, std::span<const LogEntry> logs);

}  // namespace hanse::rpc::web3
