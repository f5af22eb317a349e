// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/rows.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "storage/kv/format.hpp"

namespace hanse::ledger {

static_assert(std::ranges::equal(kv::kRisingTags, std::array{Tag::proposal, Tag::body, Tag::receipt}, {},
                                 {}, [](Tag tag) { return static_cast<std::uint8_t>(tag); }));

Bytes key_of(Tag tag) { return {static_cast<std::uint8_t>(tag)}; }

Bytes key_of(Tag tag, BlockNumber number) {
  Bytes key;
  key.reserve(41);
  key.push_back(static_cast<std::uint8_t>(tag));
  append_be(key, number);
  return key;
}

Bytes key_of(Tag tag, BlockNumber number, std::uint32_t index) {
  Bytes key = key_of(tag, number);
  append_be(key, index);
  return key;
}

Bytes key_of(Tag tag, const Hash& hash) {
  Bytes key;
  key.reserve(33);
  key.push_back(static_cast<std::uint8_t>(tag));
  append(key, hash);
  return key;
}

Bytes key_of(Tag tag, BlockNumber number, const Hash& hash) {
  Bytes key = key_of(tag, number);
  append(key, hash);
  return key;
}

BlockNumber number_in(BytesView key) {
  CHECK(key.size() >= kNumberedKeySize);
  return read_be<BlockNumber>(key.data() + 1);
}

Bytes place_value(const Place& place) {
  Bytes value;
  value.reserve(16);
  append_be(value, place.number);
  append_be(value, place.index);
  append_be(value, place.place);
  return value;
}

Result<Place> parse_place(BytesView value) {
  if (value.size() != 16) return fail(Code::corrupt, "ledger: a transaction's place has {} bytes instead of 16", value.size());
  return Place{read_be<BlockNumber>(value.data()), read_be<std::uint32_t>(value.data() + 8),
               read_be<std::uint32_t>(value.data() + 12)};
}

std::size_t body_size(const Transaction& tx) { return 1 + Address::kSize + tx.encoded.size(); }

void append_body(Bytes& out, const Transaction& tx) {
  out.push_back(static_cast<std::uint8_t>(tx.kind));
  append(out, tx.sender);
  append(out, tx.encoded);
}

Bytes body_value(const Transaction& tx) {
  Bytes value;
  value.reserve(body_size(tx));
  append_body(value, tx);
  return value;
}

Result<StoredTransaction> parse_body(BytesView value) {
  if (value.size() < 21 || value[0] > static_cast<std::uint8_t>(TransactionKind::web3))
    return fail(Code::corrupt, "ledger: a stored transaction of {} bytes has no kind and sender", value.size());
  return StoredTransaction{static_cast<TransactionKind>(value[0]), Address::of(value.subspan(1)),
                           to_bytes(value.subspan(21))};
}

std::vector<Hash> split_hashes(BytesView bytes) {
  std::vector<Hash> hashes;
  hashes.reserve(bytes.size() / Hash::kSize);
  for (; bytes.size() >= Hash::kSize; bytes = bytes.subspan(Hash::kSize)) hashes.push_back(Hash::of(bytes));
  return hashes;
}

Hash nonce_key_of(Suite suite, std::string_view nonce_text) { return hash_of(suite, as_bytes(nonce_text)); }

}  // namespace hanse::ledger
