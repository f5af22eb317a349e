// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/genesis_block.hpp"

#include "codec/tars.hpp"

namespace hanse::ledger {

GenesisBlock make_genesis_block(const Genesis& genesis) {
  GenesisBlock block{genesis.config, {}, {}, {}};
  for (const auto& [address, balance] : genesis.balances)
    block.diff.put(state::account_key(address), tars::encode(state::Account{balance, 0, {}}));
  block.header.timestamp_ms = genesis.timestamp_ms;
  for (const Sealer& sealer : genesis.config.sealers) {
    block.header.sealer_list.push_back(sealer.node);
    block.header.weights.push_back(static_cast<std::int64_t>(sealer.weight));
  }
  block.header.state_root = state::write_set_root(genesis.config.suite, block.diff);
  block.header.extra_data = to_bytes(genesis.to_text());
  block.hash = header_hash(genesis.config.suite, block.header);
  return block;
}

}  // namespace hanse::ledger
