// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Transactions. Two families share one executable value: web3 (RLP and EIP-2718 envelopes: legacy, 2930, 1559, 7702)
// and native (the tars Transaction of FISCO BCOS, versions 0, 1 and 2; docs/WIRE.md §2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/group_config.hpp"
#include "protocol/types.hpp"

namespace hanse {

enum class TransactionKind : std::uint8_t { native = 0, web3 = 1 };

struct AccessListEntry {
  Address address;
  std::vector<Hash> slots;
};

struct Authorization {   // EIP-7702; the authority is recovered when the transaction runs
  U256 chain_id;
  Address address;
  std::uint64_t nonce = 0;
  std::uint8_t y_parity = 0;
  U256 r, s;
};

// A transaction that was decoded, whose signature was verified, and whose sender is known. `encoded` is the exact form
// it arrived in and is stored in: everything else derives from it.
struct Transaction {
  TransactionKind kind = TransactionKind::web3;
  std::uint8_t type = 0;                 // web3: EIP-2718 type (0, 1, 2, 4); native: version (0, 1, 2)
  Hash hash;                             // as clients know it
  // What scheduling orders and bodies are kept under. web3: the hash. native: H(hash ‖ sender), because a native hash
  // leaves out the signature: two keys can sign the same data, and then one hash has two senders.
  Hash identity;
  Address sender;
  std::optional<Address> to;             // none: creates a contract
  std::uint64_t nonce = 0;               // web3: the account nonce; native: unused
  std::string chain_text, group_text;    // native: the chain and group that it names
  std::string nonce_text;                // native: unique among the last block_limit_span blocks
  BlockNumber block_limit = 0;           // native: the last block that may hold it; 0 for web3
  U256 value;
  std::uint64_t gas_limit = 0;           // native: 0 (v0 has none) stands for the group's tx_gas_limit
  U256 gas_price;                        // legacy, 2930: price; 1559, 7702: max fee
  U256 max_priority_fee;
  std::optional<std::uint64_t> chain_id; // web3; none for a legacy transaction without EIP-155
  Bytes input;
  std::vector<AccessListEntry> access_list;
  std::vector<Authorization> authorizations;
  std::string abi;                       // native deployment: stored beside the code
  Bytes encoded;
};

// What arrives and what is stored: docs/WIRE.md §2.
struct EncodedTransaction {
  TransactionKind kind = TransactionKind::web3;
  Bytes bytes;

  bool operator==(const EncodedTransaction&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.kind), field(2, self.bytes); }
};

constexpr std::size_t kTransactionBytesMax = 4u << 20;   // refused before it is decoded

constexpr std::size_t kInitCodeSizeMax = 49152;          // EIP-3860

// Decodes, recomputes the hash, recovers the sender. Checks form only: no chain, group or state.
// Errors: malformed, too_large, not_canonical, value_too_long, invalid_signature.
Result<Transaction> decode_transaction(Suite suite, TransactionKind kind, BytesView encoded);
Result<Transaction> decode_transaction(Suite suite, EncodedTransaction encoded);   // keeps the bytes, without a copy

// decode_transaction in two halves, so that the signers of many transactions can be recovered at once (recover_all).
// Everything but the sender, and in a native one the identity, which covers the sender.
struct UnverifiedTransaction {
  Transaction tx;
  Hash digest;                                           // that was signed
  Bytes signature;
};
Result<UnverifiedTransaction> parse_transaction(Suite suite, EncodedTransaction encoded);
void put_sender(Suite suite, Transaction& tx, const Address& sender);   // and the identity that follows from it
Result<Transaction> with_signer(Suite suite, UnverifiedTransaction&& parsed, const Result<PublicKey>& signer);

// One that this node verified before it stored it, together with its sender.
Result<Transaction> decode_stored_transaction(Suite suite, EncodedTransaction encoded, const Address& sender);

// The stateless half of admission, in the order of the FISCO BCOS reference: chain and group id, init code length, gas
// limit. (Signature and value: decode_transaction. Nonces, block limit, balance: the pool.)
// Errors: wrong_chain_id, wrong_group_id, init_code_too_long, gas_limit_too_high.
Result<void> check_transaction(const GroupConfig& config, const Transaction& tx);
inline std::uint64_t gas_limit_of(const GroupConfig& config, const Transaction& tx) {
  return tx.kind == TransactionKind::native && tx.gas_limit == 0 ? config.tx_gas_limit : tx.gas_limit;
}

// For clients and tests: builds the signed wire form. `tx.kind`, `type` and the fields of that type are read.
Bytes sign_web3_transaction(const KeyPair& key, const Transaction& tx);
Bytes sign_native_transaction(const KeyPair& key, const Transaction& tx, std::string_view chain_id,
                              std::string_view group_id);

}  // namespace hanse
