// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/web3_transaction.hpp"

#include "base/check.hpp"
#include "codec/rlp.hpp"

namespace hanse {
namespace {

constexpr std::uint8_t kLegacy = 0, kAccessList = 1, kDynamicFee = 2, kSetCode = 4;
constexpr std::uint8_t kFirstListByte = 0xc0;
constexpr std::uint64_t kNoReplayProtectionV = 27, kReplayProtectionV = 35;   // EIP-155

// The parts of a transaction before its signature was looked at. `fields` are the signed items, as they arrived.
struct Parsed {
  Transaction tx;
  BytesView fields;
  Web3Signature signature;
  std::uint8_t parity = 0;
};

std::optional<Address> read_recipient(rlp::Reader& in) {
  const BytesView to = in.read_bytes();
  if (to.empty()) return std::nullopt;
  if (to.size() == Address::kSize) return Address::of(to);
  in.fail(Code::bad_encoding, "`to` is neither an address nor empty");
  return std::nullopt;
}

std::uint8_t read_parity(rlp::Reader& in) {
  const std::uint64_t parity = in.read_u64();
  if (parity > 1) in.fail(Code::bad_encoding, "a parity is 0 or 1");
  return static_cast<std::uint8_t>(parity);
}

void read_access_list(rlp::Reader& in, std::vector<AccessListEntry>& list) {
  in.enter_list();
  while (in.more()) {
    in.enter_list();
    AccessListEntry& entry = list.emplace_back();
    entry.address = in.read_fixed<Address::kSize>();
    in.enter_list();
    while (in.more()) entry.slots.push_back(in.read_fixed<Hash::kSize>());
    in.leave_list();
    in.leave_list();
  }
  in.leave_list();
}

void read_authorizations(rlp::Reader& in, std::vector<Authorization>& list) {
  in.enter_list();
  while (in.more()) {
    in.enter_list();
    Authorization& entry = list.emplace_back();
    entry.chain_id = in.read_u256();
    entry.address = in.read_fixed<Address::kSize>();
    entry.nonce = in.read_u64();
    const std::uint64_t parity = in.read_u64();              // above 1: the authorisation is void when it runs
    if (parity > 255) in.fail(Code::bad_encoding, "an authorisation's parity is beyond a byte");
    entry.y_parity = static_cast<std::uint8_t>(parity);
    entry.r = in.read_u256();
    entry.s = in.read_u256();
    in.leave_list();
  }
  in.leave_list();
}

void read_legacy(rlp::Reader& in, Parsed& parsed) {
  Transaction& tx = parsed.tx;
  in.enter_list();
  const std::uint8_t* first = in.position();
  tx.nonce = in.read_u64();
  tx.gas_price = in.read_u256();
  tx.max_priority_fee = tx.gas_price;
  tx.gas_limit = in.read_u64();
  tx.to = read_recipient(in);
  tx.value = in.read_u256();
  tx.input = to_bytes(in.read_bytes());
  parsed.fields = {first, in.position()};
  const std::uint64_t v = parsed.signature.v = in.read_u64();
  if (v >= kReplayProtectionV) {
    tx.chain_id = (v - kReplayProtectionV) / 2;
    parsed.parity = static_cast<std::uint8_t>((v - kReplayProtectionV) % 2);
  } else if (v == kNoReplayProtectionV || v == kNoReplayProtectionV + 1) {
    parsed.parity = static_cast<std::uint8_t>(v - kNoReplayProtectionV);
  } else {
    in.fail(Code::bad_encoding, "v is neither 27, 28 nor that of EIP-155");
  }
}

void read_typed(rlp::Reader& in, Parsed& parsed) {
  Transaction& tx = parsed.tx;
  in.enter_list();
  const std::uint8_t* first = in.position();
  tx.chain_id = in.read_u64();
  tx.nonce = in.read_u64();
  if (tx.type >= kDynamicFee) tx.max_priority_fee = in.read_u256();
  tx.gas_price = in.read_u256();
  if (tx.type < kDynamicFee) tx.max_priority_fee = tx.gas_price;
  tx.gas_limit = in.read_u64();
  tx.to = read_recipient(in);
  tx.value = in.read_u256();
  tx.input = to_bytes(in.read_bytes());
  read_access_list(in, tx.access_list);
  if (tx.type == kSetCode) read_authorizations(in, tx.authorizations);
  parsed.fields = {first, in.position()};
  parsed.parity = read_parity(in);
  parsed.signature.v = parsed.parity;
}

Result<void> check_form(const Transaction& tx) {
  if (tx.nonce == ~0ull) return fail(Code::malformed, "the nonce 2^64 - 1 is not allowed (EIP-2681)");
  if (tx.max_priority_fee > tx.gas_price)
    return fail(Code::malformed, "the priority fee {} is above the maximal fee {}", tx.max_priority_fee.to_decimal(),
                tx.gas_price.to_decimal());
  if (tx.type == kSetCode && !tx.to) return fail(Code::malformed, "a transaction of type 4 cannot create a contract");
  if (tx.type == kSetCode && tx.authorizations.empty())
    return fail(Code::malformed, "a transaction of type 4 needs an authorisation");
  return {};
}

Result<Parsed> parse(BytesView encoded) {
  if (encoded.empty()) return fail(Code::malformed, "an empty transaction");
  Parsed parsed;
  const std::uint8_t first = encoded[0];
  if (first < kFirstListByte) {
    if (first != kAccessList && first != kDynamicFee && first != kSetCode)
      return fail(Code::malformed, "transaction type {} is not supported; 0, 1, 2 and 4 are", first);
    parsed.tx.type = first;
    encoded = encoded.subspan(1);
  }
  rlp::Reader in(encoded);
  parsed.tx.type == kLegacy ? read_legacy(in, parsed) : read_typed(in, parsed);
  parsed.signature.r = in.read_u256();
  parsed.signature.s = in.read_u256();
  in.leave_list();
  in.finish();
  if (in.failed()) {
    const Error error = in.error();
    return fail(error.code == Code::bad_encoding ? Code::malformed : error.code, "{}", error.text);
  }
  if (auto good = check_form(parsed.tx); !good) return pass(good);
  return parsed;
}

// H(type ‖ list(fields ‖ EIP-155 tail)) without copying the fields.
Hash signing_digest(const Transaction& tx, BytesView fields) {
  Bytes head, tail;
  if (tx.type != kLegacy) head.push_back(tx.type);
  if (tx.type == kLegacy && tx.chain_id) {
    rlp::put_uint(tail, *tx.chain_id);
    rlp::put_uint(tail, std::uint64_t{0}), rlp::put_uint(tail, std::uint64_t{0});
  }
  rlp::put_list_head(head, fields.size() + tail.size());
  return Hasher(Suite::standard).update(head).update(fields).update(tail).finish();
}

void put_recipient(Bytes& out, const std::optional<Address>& to) {
  rlp::put_bytes(out, to ? BytesView(*to) : BytesView{});
}

void put_access_list(Bytes& out, const std::vector<AccessListEntry>& list) {
  Bytes entries;
  for (const AccessListEntry& entry : list) {
    Bytes slots, pair;
    for (const Hash& slot : entry.slots) rlp::put_bytes(slots, slot);
    rlp::put_bytes(pair, entry.address);
    rlp::put_list(pair, slots);
    rlp::put_list(entries, pair);
  }
  rlp::put_list(out, entries);
}

void put_authorizations(Bytes& out, const std::vector<Authorization>& list) {
  Bytes entries;
  for (const Authorization& entry : list) {
    Bytes tuple;
    rlp::put_uint(tuple, entry.chain_id);
    rlp::put_bytes(tuple, entry.address);
    rlp::put_uint(tuple, entry.nonce);
    rlp::put_uint(tuple, std::uint64_t{entry.y_parity});
    rlp::put_uint(tuple, entry.r), rlp::put_uint(tuple, entry.s);
    rlp::put_list(entries, tuple);
  }
  rlp::put_list(out, entries);
}

Bytes signed_fields(const Transaction& tx) {
  Bytes out;
  out.reserve(160 + tx.input.size());
  if (tx.type != kLegacy) rlp::put_uint(out, tx.chain_id.value_or(0));
  rlp::put_uint(out, tx.nonce);
  if (tx.type >= kDynamicFee) rlp::put_uint(out, tx.max_priority_fee);
  rlp::put_uint(out, tx.gas_price);
  rlp::put_uint(out, tx.gas_limit);
  put_recipient(out, tx.to);
  rlp::put_uint(out, tx.value);
  rlp::put_bytes(out, tx.input);
  if (tx.type != kLegacy) put_access_list(out, tx.access_list);
  if (tx.type == kSetCode) put_authorizations(out, tx.authorizations);
  return out;
}

void put_identity(Transaction& tx, BytesView encoded) {
  tx.kind = TransactionKind::web3;
  tx.hash = tx.identity = keccak256(encoded);
}

}  // namespace

Result<UnverifiedTransaction> parse_web3_transaction(BytesView encoded) {
  auto parsed = parse(encoded);
  if (!parsed) return pass(parsed);
  UnverifiedTransaction out{.digest = signing_digest(parsed->tx, parsed->fields), .signature = Bytes(65)};
  out.tx = std::move(parsed->tx);
  std::ranges::copy(parsed->signature.r.to_be().bytes, out.signature.begin());
  std::ranges::copy(parsed->signature.s.to_be().bytes, out.signature.begin() + 32);
  out.signature[64] = parsed->parity;
  put_identity(out.tx, encoded);
  return out;
}

Result<Transaction> decode_web3_transaction(BytesView encoded, const Address* known_sender) {
  if (!known_sender) {
    auto unverified = parse_web3_transaction(encoded);
    if (!unverified) return pass(unverified);
    const auto signer = recover(Suite::standard, unverified->digest, unverified->signature);
    return with_signer(Suite::standard, std::move(*unverified), signer);
  }
  auto parsed = parse(encoded);
  if (!parsed) return pass(parsed);
  put_identity(parsed->tx, encoded);
  put_sender(Suite::standard, parsed->tx, *known_sender);
  return std::move(parsed->tx);
}

Result<Web3Signature> web3_signature_of(BytesView encoded) {
  const auto parsed = parse(encoded);
  if (!parsed) return pass(parsed);
  return parsed->signature;
}

Bytes sign_web3_transaction(const KeyPair& key, const Transaction& tx) {
  CHECK(key.suite == Suite::standard && tx.kind == TransactionKind::web3);
  Bytes items = signed_fields(tx);
  const Bytes signature = sign(key, signing_digest(tx, items));
  const std::uint64_t parity = signature[64];
  std::uint64_t v = parity;
  if (tx.type == kLegacy) v += tx.chain_id ? kReplayProtectionV + 2 * *tx.chain_id : kNoReplayProtectionV;
  rlp::put_uint(items, v);
  rlp::put_uint(items, U256::from_be(BytesView(signature).first(32)));
  rlp::put_uint(items, U256::from_be(BytesView(signature).subspan(32, 32)));
  Bytes out;
  out.reserve(items.size() + 10);
  if (tx.type != kLegacy) out.push_back(tx.type);
  rlp::put_list(out, items);
  return out;
}

}  // namespace hanse
