// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The ledger of the simulated world, small enough to run thousands of blocks a second and yet with everything that
// scheduling can notice of execution: balances, account nonces, receipts that fail, gas and its limit (the rest is not
// run), and transactions that change the configuration and so end the epoch. A pure function of its arguments.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/block.hpp"
#include "protocol/scheduling.hpp"

namespace hanse::sim {

constexpr std::size_t kAccounts = 28;   // of 14 clients, and one for each node of the largest plan

enum class Operation : std::uint8_t { transfer, reconfigure };

struct ModelTransaction {
  TransactionKind kind = TransactionKind::web3;
  Operation operation = Operation::transfer;
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::uint64_t nonce = 0;            // web3: the account's; native: a number nobody else uses
  BlockNumber block_limit = 0;        // native
  std::uint64_t gas_limit = 0;        // as declared
  std::uint64_t gas = 0;              // as used, at most gas_limit
  std::uint64_t amount = 0;
  Epoch target = 0;                   // reconfigure: the epoch that it asks for
  std::uint64_t signature = 0;
  Hash hash;                          // of all above
};

// Signs and hashes. A wrong `signature` put there afterwards is what an invalid transaction is.
void seal_transaction(ModelTransaction& tx);
EncodedTransaction encode(const ModelTransaction& tx);
std::optional<ModelTransaction> decode(const EncodedTransaction& encoded);   // none: malformed or wrongly signed
Hash nonce_key_of(const ModelTransaction& tx);                               // native
Address address_of(std::uint8_t account);

struct Account {
  std::uint64_t balance = 0;
  std::uint64_t nonce = 0;
  bool operator==(const Account&) const = default;
};
using Configs = std::vector<std::shared_ptr<const GroupConfig>>;   // of each epoch; shared by everything in a world

struct ModelState {
  std::array<Account, kAccounts> accounts;
  std::uint64_t receipts = 0;         // checksum of all receipts so far
  Epoch epoch = 0;
};

struct Outcome {                      // an executed proposal
  BlockNumber number = 0;
  Hash proposal;
  Hash header;
  ModelState state;
  ExecutionSummary summary;
  std::vector<Hash> run;
  std::vector<Hash> nonce_keys;       // native ones of them
  std::vector<std::pair<Address, std::uint64_t>> web3_nonces_used;   // (sender, nonce) that ran as their account's next
  bool ends_epoch = false;
};

Outcome genesis_outcome(const Configs& configs);
std::vector<Hash> hashes_of(const Proposal& proposal);
Outcome execute(const Configs& configs, const Outcome& parent, const Proposal& proposal, const Hash& proposal_hash,
                std::span<const ModelTransaction> transactions);

}  // namespace hanse::sim
