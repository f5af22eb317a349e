// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/native_transaction.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/hex.hpp"

namespace hanse {
namespace {

constexpr std::size_t kIdSizeMax = 64, kNonceSizeMax = 256;
constexpr std::size_t kNumberDigitsMax = 512;     // leading zeros included, as FISCO BCOS accepts them

// "0x" and hex digits, or nothing, which is zero.
Result<U256> number_of(std::string_view what, std::string_view text) {
  if (text.empty()) return U256{};
  if (!text.starts_with("0x")) return fail(Code::malformed, "{} is hex text that begins with 0x, or empty", what);
  text.remove_prefix(2);
  if (text.size() > kNumberDigitsMax)
    return fail(Code::value_too_long, "{} has {} digits, at most {} are allowed", what, text.size(), kNumberDigitsMax);
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > 64) return fail(Code::value_too_long, "{} does not fit into 256 bits", what);
  const auto bytes = from_hex(text.size() % 2 == 0 ? std::string(text) : "0" + std::string(text));
  if (!bytes) return fail(Code::malformed, "{} is not hex: {}", what, bytes.error().text);
  return U256::from_be(*bytes);
}

Result<std::optional<Address>> recipient_of(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto address = fixed_from_hex<Address::kSize>(text);
  if (!address) return fail(Code::malformed, "`to` is not an address: {}", address.error().text);
  return *address;
}

Result<void> check_form(const native::Transaction& wire) {
  if (wire.type != 0) return fail(Code::malformed, "transaction type {} is not native; send its RLP form", wire.type);
  if (wire.data.version < 0 || wire.data.version > 2)
    return fail(Code::malformed, "native transaction version {}; 0, 1 and 2 are known", wire.data.version);
  if (wire.data.nonce.empty() || wire.data.nonce.size() > kNonceSizeMax)
    return fail(Code::malformed, "a nonce is a text of 1 to {} bytes, got {}", kNonceSizeMax, wire.data.nonce.size());
  if (wire.data.chain_id.size() > kIdSizeMax || wire.data.group_id.size() > kIdSizeMax)
    return fail(Code::malformed, "a chain or group id has at most {} bytes", kIdSizeMax);
  if (!wire.data_hash.empty() && wire.data_hash.size() != Hash::kSize)
    return fail(Code::malformed, "the transaction hash has {} bytes, not 32", wire.data_hash.size());
  if (wire.data.gas_limit < 0) return fail(Code::malformed, "the gas limit is {}", wire.data.gas_limit);
  return {};
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_0x_address(std::string_view text) {
  return text.size() == 2 + 2 * Address::kSize && (text.starts_with("0x") || text.starts_with("0X")) &&
         std::ranges::all_of(text.substr(2), is_hex_digit);
}
bool is_list_text(std::string_view text) {
  const auto in_text = [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; };
  return text.size() >= 2 && text.front() == '[' && text.back() == ']' && std::ranges::all_of(text, in_text);
}

// The hash covers texts one after another without their lengths, as FISCO BCOS's clients compute it. Whoever passes a
// transaction on could cut it elsewhere: the end of a call's input would become an ABI, its recipient a part of the nonce,
// and the signature would still hold. What only such a cut makes is refused.
Result<void> check_cuts(const native::TransactionData& data) {
  constexpr std::size_t kSize = 2 + 2 * Address::kSize;
  if (!data.abi.empty() && !is_list_text(data.abi)) return fail(Code::malformed, "the ABI is no JSON list");
  if (data.to.size() == 2 * Address::kSize && std::ranges::all_of(data.to, [](char c) { return c >= '0' && c <= '9'; }))
    return fail(Code::malformed, "`to` cannot be told from the nonce before it; begin it with 0x");
  if (!data.to.empty()) return {};
  const std::string_view nonce = data.nonce, input = as_text(data.input);
  if (nonce.size() > kSize && is_0x_address(nonce.substr(nonce.size() - kSize)))
    return fail(Code::malformed, "the nonce of a deployment ends in an address");
  if (is_0x_address(input.substr(0, kSize))) return fail(Code::malformed, "the code of a deployment begins with an address");
  return {};
}

// From version 1 on these are signed; in version 0 anyone could have put them there.
Result<void> read_payment(const native::TransactionData& data, Transaction& tx) {
  const auto value = number_of("value", data.value);
  if (!value) return pass(value);
  const auto price = number_of("gasPrice", data.gas_price);
  if (!price) return pass(price);
  const auto max_fee = number_of("maxFeePerGas", data.max_fee);
  if (!max_fee) return pass(max_fee);
  const auto priority = number_of("maxPriorityFeePerGas", data.max_priority_fee);
  if (!priority) return pass(priority);
  tx.value = *value;
  tx.gas_price = data.gas_price.empty() ? *max_fee : *price;
  tx.max_priority_fee = *priority;
  tx.gas_limit = static_cast<std::uint64_t>(data.gas_limit);
  return {};
}

}  // namespace

Hash native_transaction_hash(Suite suite, const native::TransactionData& data) {
  Bytes bytes;
  bytes.reserve(256 + data.input.size() + data.abi.size() + data.extension.size());
  append_be(bytes, data.version);
  append(bytes, as_bytes(data.chain_id));
  append(bytes, as_bytes(data.group_id));
  append_be(bytes, data.block_limit);
  append(bytes, as_bytes(data.nonce));
  append(bytes, as_bytes(data.to));
  append(bytes, data.input);
  append(bytes, as_bytes(data.abi));
  if (data.version >= 1) {
    append(bytes, as_bytes(data.value));
    append(bytes, as_bytes(data.gas_price));
    append_be(bytes, data.gas_limit);
    append(bytes, as_bytes(data.max_fee));
    append(bytes, as_bytes(data.max_priority_fee));
  }
  if (data.version >= 2) append(bytes, data.extension);
  return hash_of(suite, bytes);
}

Result<UnverifiedTransaction> parse_native_transaction(Suite suite, BytesView encoded) {
  const auto wire = tars::decode<native::Transaction>(encoded);
  if (!wire) return fail(wire.error().code == Code::too_large ? Code::too_large : Code::malformed, "{}", wire.error().text);
  if (auto good = check_form(*wire); !good) return pass(good);
  if (auto good = check_cuts(wire->data); !good) return pass(good);
  const native::TransactionData& data = wire->data;
  Transaction tx;
  tx.kind = TransactionKind::native;
  tx.type = static_cast<std::uint8_t>(data.version);
  const auto to = recipient_of(data.to);
  if (!to) return pass(to);
  tx.to = *to;
  if (data.version >= 1)
    if (auto good = read_payment(data, tx); !good) return pass(good);

  tx.hash = native_transaction_hash(suite, data);
  if (!wire->data_hash.empty() && !equal(wire->data_hash, tx.hash))
    return fail(Code::malformed, "transaction hash mismatching: {} is claimed, the data has {}", to_hex0x(wire->data_hash),
                to_hex0x(tx.hash));
  tx.chain_text = data.chain_id;
  tx.group_text = data.group_id;
  tx.nonce_text = data.nonce;
  tx.block_limit = data.block_limit;
  tx.input = to_bytes(data.input);
  tx.abi = data.abi;
  const Hash digest = tx.hash;
  return UnverifiedTransaction{std::move(tx), digest, to_bytes(wire->signature)};
}

Result<Transaction> decode_native_transaction(Suite suite, BytesView encoded, const Address* known_sender) {
  auto unverified = parse_native_transaction(suite, encoded);
  if (!unverified) return pass(unverified);
  if (known_sender) {
    put_sender(suite, unverified->tx, *known_sender);
    return std::move(unverified->tx);
  }
  const auto signer = recover(suite, unverified->digest, unverified->signature);
  return with_signer(suite, std::move(*unverified), signer);
}

Bytes sign_native_transaction(const KeyPair& key, const Transaction& tx, std::string_view chain_id,
                              std::string_view group_id) {
  CHECK(tx.kind == TransactionKind::native && tx.type <= 2);
  const auto text_of = [](const U256& number) { return number.is_zero() ? std::string() : number.to_quantity(); };
  const std::string to = tx.to ? to_hex0x(*tx.to) : std::string();
  const std::string value = text_of(tx.value), price = text_of(tx.gas_price), tip = text_of(tx.max_priority_fee);
  native::Transaction wire;
  wire.data = {.version = tx.type, .chain_id = chain_id, .group_id = group_id, .block_limit = tx.block_limit,
               .nonce = tx.nonce_text, .to = to, .input = tx.input, .abi = tx.abi};
  if (tx.type >= 1) {
    wire.data.value = value;
    wire.data.gas_price = price;
    wire.data.gas_limit = static_cast<std::int64_t>(tx.gas_limit);
    wire.data.max_priority_fee = tip;
  }
  const Hash hash = native_transaction_hash(key.suite, wire.data);
  const Bytes signature = sign(key, hash);
  wire.data_hash = hash;
  wire.signature = signature;
  return tars::encode(wire);
}

}  // namespace hanse
