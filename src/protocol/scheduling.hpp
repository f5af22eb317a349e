// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The little that scheduling knows of a transaction and of an executed proposal. Bodies and states stay in the host.
#pragma once

#include <optional>
#include <vector>

#include "protocol/group_config.hpp"
#include "protocol/transaction.hpp"

namespace hanse {

// Made by the host when it admits a body (decoded, signature verified, stateless checks passed).
struct TxSummary {
  Hash hash;                            // Transaction::identity, here and wherever scheduling speaks of a hash
  Address sender;
  TransactionKind kind = TransactionKind::web3;
  std::uint64_t nonce = 0;              // web3
  Hash nonce_key;                       // native: hash of the nonce text
  BlockNumber block_limit = 0;          // native
  std::uint64_t gas_limit = 0;
  std::uint32_t size = 0;               // bytes of the encoded form
  // Read from the ledger when it was admitted, at block `read_at`:
  BlockNumber read_at = 0;
  std::uint64_t account_nonce = 0;      // web3: the sender's
  bool in_ledger = false;               // this hash was run in a block <= read_at
  bool nonce_in_ledger = false;         // native: this nonce was run in the last block_limit_span blocks
  bool balance_too_low = false;         // cannot pay value + gas_limit × gas_price at read_at
  bool sender_is_contract = false;      // EIP-3607
};

// What execution of a proposal means to scheduling.
struct ExecutionSummary {
  Hash proposal;
  Hash header;                                           // header hash
  std::uint64_t gas_used = 0;
  std::vector<Hash> not_run;                             // hashes that block_gas_limit left out
  std::vector<std::pair<Address, std::uint64_t>> nonces; // web3 senders of this block: account nonce after it
  std::optional<GroupConfig> next_config;                // set: this block ends the epoch (ConfigChanged)
  std::vector<Hash> nonce_keys;                          // native transactions that ran: TxSummary::nonce_key of each
};

}  // namespace hanse
