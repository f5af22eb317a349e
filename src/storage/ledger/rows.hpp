// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The rows of a group's store: keys and the few values that are not plain tars (docs/STORAGE.md §2). The first byte of a
// key is its tag. State rows have tags below kFirstLedgerTag, the store's own row has 0xff, everything between is here.
// Numbers in keys are big-endian, so that the order of the keys is the order of the chain.
#pragma once

#include "base/result.hpp"
#include "protocol/block.hpp"

namespace hanse::ledger {

constexpr std::uint8_t kFirstLedgerTag = 0x80;

enum class Tag : std::uint8_t {
  head = 0x80,               // → Head
  header = 0x81,             // number → header hash ‖ tars BlockHeader
  proposal = 0x82,           // number → tars Proposal
  certificate = 0x83,        // number → tars Certificate
  transaction_place = 0x84,  // transaction hash → number ‖ index ‖ place
  body = 0x85,               // number ‖ place in the payload → kind ‖ sender ‖ encoded form
  receipt = 0x86,            // number ‖ index → tars Receipt
  block_number = 0x87,       // header hash → number
  log_filter = 0x88,         // number → filter (log_filter.hpp); only of blocks with logs
  config = 0x89,             // first number of the epoch → tars GroupConfig
  header_signatures = 0x8a,  // number → tars list of IndexedSignature (FISCO signatureList)
  nonce_keys = 0x8b,         // number → 32 bytes for each native transaction that ran; only where there are some
  native_hashes = 0x8c,      // number → hashes of all that ran; only where native ones did (their identity differs)
  log_record = 0x8d,         // consensus log: position → number or −1 ‖ record
  log_bodies = 0x8e,         // consensus log: number ‖ payload hash → size ‖ body of each transaction
};

Bytes key_of(Tag tag);
Bytes key_of(Tag tag, BlockNumber number);
Bytes key_of(Tag tag, BlockNumber number, std::uint32_t index);
Bytes key_of(Tag tag, const Hash& hash);
Bytes key_of(Tag tag, BlockNumber number, const Hash& hash);
constexpr std::size_t kNumberedKeySize = 9;   // a tag and a number
BlockNumber number_in(BytesView key);         // of a key that has one

// The last block in the ledger and what is counted up to it.
struct Head {
  BlockNumber number = 0;
  Hash header;
  Hash proposal;                        // genesis: the header hash
  TimeMs time_ms = 0;
  std::uint64_t transaction_count = 0;
  std::uint64_t failed_transaction_count = 0;
  bool operator==(const Head&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.number), field(2, self.header), field(3, self.proposal), field(4, self.time_ms);
    field(5, self.transaction_count), field(6, self.failed_transaction_count);
  }
};

struct Place {                          // where a transaction ran
  BlockNumber number = 0;
  std::uint32_t index = 0;              // among those that ran
  std::uint32_t place = 0;              // in the payload
};
Bytes place_value(const Place& place);
Result<Place> parse_place(BytesView value);

// A transaction as it is stored. The sender stands beside it so that reading does not recover it again.
struct StoredTransaction {
  TransactionKind kind = TransactionKind::web3;
  Address sender;
  Bytes encoded;
  bool operator==(const StoredTransaction&) const = default;
};
Bytes body_value(const Transaction& tx);
void append_body(Bytes& out, const Transaction& tx);
std::size_t body_size(const Transaction& tx);
Result<StoredTransaction> parse_body(BytesView value);

// 32-byte hashes one after another, as in the payload of a group's proposal. An incomplete last one is left out.
std::vector<Hash> split_hashes(BytesView bytes);

// What the pool knows a native nonce by.
Hash nonce_key_of(Suite suite, std::string_view nonce_text);

}  // namespace hanse::ledger
