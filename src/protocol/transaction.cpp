// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/transaction.hpp"

#include "protocol/native_transaction.hpp"
#include "protocol/web3_transaction.hpp"

namespace hanse {
namespace {

Result<void> check_kind(Suite suite, TransactionKind kind, BytesView encoded) {
  if (encoded.size() > kTransactionBytesMax)
    return fail(Code::too_large, "a transaction of {} bytes, at most {} are allowed", encoded.size(), kTransactionBytesMax);
  if (kind == TransactionKind::web3 && suite != Suite::standard)
    return fail(Code::malformed, "a group of the sm suite takes no web3 transactions");
  if (kind != TransactionKind::web3 && kind != TransactionKind::native)
    return fail(Code::malformed, "transaction kind {} is unknown", static_cast<int>(kind));
  return {};
}

Result<Transaction> decode(Suite suite, TransactionKind kind, BytesView encoded, const Address* known_sender = nullptr) {
  if (auto good = check_kind(suite, kind, encoded); !good) return pass(good);
  return kind == TransactionKind::native ? decode_native_transaction(suite, encoded, known_sender)
                                         : decode_web3_transaction(encoded, known_sender);
}

Result<void> check_chain_and_group(const GroupConfig& config, const Transaction& tx) {
  if (tx.kind == TransactionKind::web3) {
    // A legacy transaction without EIP-155 names no chain and runs on any: that is what its signer chose.
    if (tx.chain_id && *tx.chain_id != config.web3_chain_id)
      return fail(Code::wrong_chain_id, "the transaction is for chain {}, this is {}", *tx.chain_id, config.web3_chain_id);
    return {};
  }
  if (tx.chain_text != config.chain_id)
    return fail(Code::wrong_chain_id, "the transaction is for chain \"{}\", this is {}", tx.chain_text, config.chain_id);
  if (tx.group_text != config.group_id)
    return fail(Code::wrong_group_id, "the transaction is for group \"{}\", this is {}", tx.group_text, config.group_id);
  return {};
}

}  // namespace

Result<Transaction> decode_transaction(Suite suite, TransactionKind kind, BytesView encoded) {
  auto tx = decode(suite, kind, encoded);
  if (tx) tx->encoded = to_bytes(encoded);
  return tx;
}

Result<Transaction> decode_transaction(Suite suite, EncodedTransaction encoded) {
  auto tx = decode(suite, encoded.kind, encoded.bytes);
  if (tx) tx->encoded = std::move(encoded.bytes);
  return tx;
}

Result<UnverifiedTransaction> parse_transaction(Suite suite, EncodedTransaction encoded) {
  if (auto good = check_kind(suite, encoded.kind, encoded.bytes); !good) return pass(good);
  auto parsed = encoded.kind == TransactionKind::native ? parse_native_transaction(suite, encoded.bytes)
                                                        : parse_web3_transaction(encoded.bytes);
  if (parsed) parsed->tx.encoded = std::move(encoded.bytes);
  return parsed;
}

void put_sender(Suite suite, Transaction& tx, const Address& sender) {
  tx.sender = sender;
  if (tx.kind == TransactionKind::native) tx.identity = Hasher(suite).update(tx.hash).update(sender).finish();
}

Result<Transaction> with_signer(Suite suite, UnverifiedTransaction&& parsed, const Result<PublicKey>& signer) {
  if (!signer) return fail(Code::invalid_signature, "{}", signer.error().text);
  put_sender(suite, parsed.tx, address_of(suite, *signer));
  return std::move(parsed.tx);
}

Result<Transaction> decode_stored_transaction(Suite suite, EncodedTransaction encoded, const Address& sender) {
  auto tx = decode(suite, encoded.kind, encoded.bytes, &sender);
  if (tx) tx->encoded = std::move(encoded.bytes);
  return tx;
}

Result<void> check_transaction(const GroupConfig& config, const Transaction& tx) {
  if (auto good = check_chain_and_group(config, tx); !good) return good;
  if (!tx.to && tx.input.size() > kInitCodeSizeMax)
    return fail(Code::init_code_too_long, "the init code has {} bytes, at most {} are allowed", tx.input.size(),
                kInitCodeSizeMax);
  if (tx.gas_limit > config.tx_gas_limit)
    return fail(Code::gas_limit_too_high, "the gas limit is {}, this group allows {} a transaction", tx.gas_limit,
                config.tx_gas_limit);
  return {};
}

}  // namespace hanse
