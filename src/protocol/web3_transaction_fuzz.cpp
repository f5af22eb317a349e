// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Web3 transactions by kind. RLP has one form: what decodes, written again item by item, is the same bytes. The writer
// here is not the one of the product: that one would agree with a decoder that shares its mistake.
#include "base/fuzz_target.hpp"
#include "codec/rlp.hpp"
#include "protocol/web3_transaction.hpp"

namespace hanse {
namespace {

void put_access_list(Bytes& out, const std::vector<AccessListEntry>& list) {
  Bytes entries;
  for (const AccessListEntry& entry : list) {
    Bytes items, slots;
    rlp::put_bytes(items, entry.address);
    for (const Hash& slot : entry.slots) rlp::put_bytes(slots, slot);
    rlp::put_list(items, slots);
    rlp::put_list(entries, items);
  }
  rlp::put_list(out, entries);
}

void put_authorizations(Bytes& out, const std::vector<Authorization>& list) {
  Bytes entries;
  for (const Authorization& entry : list) {
    Bytes items;
    rlp::put_uint(items, entry.chain_id), rlp::put_bytes(items, entry.address), rlp::put_uint(items, entry.nonce);
    rlp::put_uint(items, std::uint64_t{entry.y_parity}), rlp::put_uint(items, entry.r), rlp::put_uint(items, entry.s);
    rlp::put_list(entries, items);
  }
  rlp::put_list(out, entries);
}

Bytes written_again(const Transaction& tx, const Web3Signature& signature) {
  Bytes items, out;
  if (tx.type != 0) rlp::put_uint(items, *tx.chain_id), out.push_back(tx.type);
  rlp::put_uint(items, tx.nonce);
  if (tx.type >= 2) rlp::put_uint(items, tx.max_priority_fee);
  rlp::put_uint(items, tx.gas_price), rlp::put_uint(items, tx.gas_limit);
  rlp::put_bytes(items, tx.to ? BytesView(*tx.to) : BytesView());
  rlp::put_uint(items, tx.value), rlp::put_bytes(items, tx.input);
  if (tx.type != 0) put_access_list(items, tx.access_list);
  if (tx.type == 4) put_authorizations(items, tx.authorizations);
  rlp::put_uint(items, signature.v), rlp::put_uint(items, signature.r), rlp::put_uint(items, signature.s);
  rlp::put_list(out, items);
  return out;
}

void check_form(BytesView encoded) {
  constexpr Address kSender{{7}};          // as when a stored one is read: no curve is asked
  const auto tx = decode_web3_transaction(encoded, &kSender);
  const auto signature = web3_signature_of(encoded);
  CHECK(tx.has_value() == signature.has_value());
  if (!tx) return;
  CHECK(written_again(*tx, *signature) == to_bytes(encoded));
  CHECK(tx->max_priority_fee <= tx->gas_price && tx->hash == keccak256(encoded));
}

void check_typed(std::uint8_t type, BytesView items) {
  Bytes encoded{type};
  append(encoded, items);
  check_form(encoded);
}

FUZZ_TARGET(transaction_legacy) {
  if (!input.empty() && input[0] >= 0xc0) check_form(input);
}
FUZZ_TARGET(transaction_access_list) { check_typed(1, input); }
FUZZ_TARGET(transaction_dynamic_fee) { check_typed(2, input); }
FUZZ_TARGET(transaction_set_code) { check_typed(4, input); }

}  // namespace
}  // namespace hanse
