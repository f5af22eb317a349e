// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Native transactions by version. Tars has many forms of one value, so the rule is another: what is not signed changes
// nothing that executes.
#include "base/fuzz_target.hpp"
#include "protocol/native_transaction.hpp"

namespace hanse {
namespace {

void check_same_meaning(const Transaction& a, const Transaction& b) {
  CHECK(a.hash == b.hash && a.identity == b.identity && a.type == b.type && a.to == b.to && a.value == b.value);
  CHECK(a.gas_limit == b.gas_limit && a.gas_price == b.gas_price && a.max_priority_fee == b.max_priority_fee);
  CHECK(a.chain_text == b.chain_text && a.group_text == b.group_text && a.nonce_text == b.nonce_text);
  CHECK(a.block_limit == b.block_limit && a.input == b.input && a.abi == b.abi);
}

void change_what_is_not_signed(native::Transaction& wire, std::int32_t version) {
  wire.import_time ^= 1, wire.attribute ^= 1;
  wire.extra_data = "other", wire.sender = as_bytes("somebody"), wire.extra_bytes = as_bytes("more");
  if (version < 2) wire.data.extension = as_bytes("later");
  if (version == 0) wire.data.value = "0x1", wire.data.gas_price = "0x2", wire.data.gas_limit = 3, wire.data.max_fee = "0x4";
}

// The hash has no lengths in it: a recipient that is counted to its neighbours must not make another transaction of it.
void check_cut_elsewhere(Suite suite, const native::Transaction& wire, const Hash& hash) {
  constexpr Address kSender{{7}};
  if (wire.data.to.size() != 2 + 2 * Address::kSize) return;
  native::Transaction cut = wire;
  const std::string nonce = std::string(wire.data.nonce) + std::string(wire.data.to);
  cut.data.nonce = nonce, cut.data.to = {};
  CHECK(native_transaction_hash(suite, cut.data) == hash && !decode_native_transaction(suite, tars::encode(cut), &kSender));
  Bytes input = to_bytes(wire.data.to);
  append(input, wire.data.input);
  cut.data.nonce = wire.data.nonce, cut.data.input = input;
  CHECK(native_transaction_hash(suite, cut.data) == hash && !decode_native_transaction(suite, tars::encode(cut), &kSender));
}

void check_version(std::int32_t version, Suite suite, BytesView input) {
  constexpr Address kSender{{7}};
  auto wire = tars::decode<native::Transaction>(input);
  if (!wire) return;
  wire->data.version = version, wire->type = 0, wire->data_hash = {};
  const auto tx = decode_native_transaction(suite, tars::encode(*wire), &kSender);
  if (!tx) return;
  CHECK(tx->type == version && tx->hash == native_transaction_hash(suite, wire->data));
  check_cut_elsewhere(suite, *wire, tx->hash);
  change_what_is_not_signed(*wire, version);
  wire->data_hash = tx->hash;
  const auto changed = decode_native_transaction(suite, tars::encode(*wire), &kSender);
  CHECK(changed.has_value());
  check_same_meaning(*tx, *changed);
}

FUZZ_TARGET(transaction_native_v0) { check_version(0, Suite::standard, input); }
FUZZ_TARGET(transaction_native_v1) { check_version(1, Suite::sm, input); }
FUZZ_TARGET(transaction_native_v2) { check_version(2, Suite::standard, input); }

}  // namespace
}  // namespace hanse
