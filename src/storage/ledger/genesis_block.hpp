// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Block 0 of a group: a pure function of its genesis. It has no proposal, no transactions and no certificate; its header
// carries the genesis text, its state holds the funded accounts, and its header hash stands where later blocks have a
// proposal hash.
#pragma once

#include "protocol/genesis.hpp"
#include "storage/state/state.hpp"

namespace hanse::ledger {

struct GenesisBlock {
  GroupConfig config;
  BlockHeader header;
  Hash hash;
  state::StateDiff diff;
};

GenesisBlock make_genesis_block(const Genesis& genesis);

}  // namespace hanse::ledger
