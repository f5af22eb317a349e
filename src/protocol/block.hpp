// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Receipts, headers and blocks: what execution produces and the ledger keeps. Hash and root rules: docs/WIRE.md §3.1
// (those that FISCO BCOS clients recompute).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/proposal.hpp"
#include "protocol/transaction.hpp"

namespace hanse {

struct LogEntry {
  Address address;
  std::vector<Hash> topics;
  Bytes data;
  bool operator==(const LogEntry&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.address), field(2, self.topics), field(3, self.data); }
};

struct Receipt {
  std::int32_t version = 0;                 // native: the transaction's version; web3: 1
  std::int32_t status = 0;                  // FISCO TransactionStatus: 0 ok, 16 reverted, 12 out of gas, … (status.hpp)
  std::uint64_t gas_used = 0;
  std::uint64_t cumulative_gas_used = 0;
  std::optional<Address> contract_address;
  Bytes output;
  std::vector<LogEntry> logs;
  BlockNumber block_number = 0;
  std::uint32_t transaction_index = 0;
  std::uint32_t first_log_index = 0;        // of this receipt's logs within the block
  U256 effective_gas_price;
  std::string message;                      // why it failed, for a person; not hashed
  bool operator==(const Receipt&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.version), field(2, self.status), field(3, self.gas_used), field(4, self.cumulative_gas_used);
    field(5, self.contract_address), field(6, self.output), field(7, self.logs), field(8, self.block_number);
    field(9, self.transaction_index), field(10, self.first_log_index), field(11, self.effective_gas_price);
    field(12, self.message);
  }
};

// What a header's extraData commits to beyond FISCO's fields.
struct HeaderExtra {
  Epoch epoch = 0;
  View first_view = 0;                      // v0 of the proposal
  std::uint32_t state_root_scheme = 0;      // 0: write-set root
  Hash next_config;                         // config_hash of the configuration of number + 1
  Hash proposal;                            // proposal hash
  std::vector<std::uint32_t> not_run;       // places in the proposal that block_gas_limit left out
  static void fields(auto& self, auto&& field) {
    field(1, self.epoch), field(2, self.first_view), field(3, self.state_root_scheme), field(4, self.next_config);
    field(5, self.proposal), field(6, self.not_run);
  }
};

struct BlockHeader {
  std::int32_t version = 0x03100400;        // compatibility version that FISCO clients parse (3.16.4)
  BlockNumber number = 0;
  Hash parent_hash;                         // header hash of number − 1; zero in genesis
  Hash transactions_root;
  Hash receipts_root;
  Hash state_root;
  std::uint64_t gas_used = 0;
  TimeMs timestamp_ms = 0;
  std::int64_t sealer = 0;                  // the proposer's NodeIndex
  std::vector<NodeId> sealer_list;
  std::vector<std::int64_t> weights;
  Bytes extra_data;                         // tars of HeaderExtra; genesis: the genesis text
  bool operator==(const BlockHeader&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.version), field(2, self.number), field(3, self.parent_hash), field(4, self.transactions_root);
    field(5, self.receipts_root), field(6, self.state_root), field(7, self.gas_used), field(8, self.timestamp_ms);
    field(9, self.sealer), field(10, self.sealer_list), field(11, self.weights), field(12, self.extra_data);
  }
};

// A decided block as another node receives it. Receipts and state are not sent: they are executed again and must give
// certificate.header.
struct CertifiedBlock {
  Proposal proposal;
  Certificate certificate;
  std::vector<EncodedTransaction> transactions;   // in the order of the payload, those not run included
  static void fields(auto& self, auto&& field) {
    field(1, self.proposal), field(2, self.certificate), field(3, self.transactions);
  }
};

Hash header_hash(Suite suite, const BlockHeader& header);
// It covers the contract address as text, and clients recompute it from the text that they are shown: ours is "0x" and
// lower hex, or "".
std::string contract_address_text(const Receipt& receipt);
Hash receipt_hash(Suite suite, const Receipt& receipt);
Hash receipt_hash(Suite suite, const Receipt& receipt, std::string_view contract_address);
void receipt_hashes(Suite suite, std::span<const Receipt> receipts, std::span<Hash> hashes);   // as many
// Binary Merkle tree of FISCO BCOS: a parent hashes its two children, an odd last node alone; empty = zero hash.
Hash merkle_root(Suite suite, std::vector<Hash> leaves);
// From the leaf up: the one or two nodes that are hashed together, that of the path among them. A single leaf is the
// root and has no level.
struct MerkleProofLevel { std::vector<Hash> nodes; };
std::vector<MerkleProofLevel> merkle_proof(Suite suite, std::vector<Hash> leaves, std::size_t index);
bool merkle_proof_holds(Suite suite, const Hash& leaf, const std::vector<MerkleProofLevel>& proof, const Hash& root);

}  // namespace hanse
