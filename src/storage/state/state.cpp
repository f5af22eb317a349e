// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/state.hpp"

#include "base/check.hpp"
#include "protocol/block.hpp"

namespace hanse::state {
namespace {

Bytes tagged(char tag, BytesView first, BytesView second = {}) {
  Bytes key;
  key.reserve(1 + first.size() + second.size());
  key.push_back(static_cast<std::uint8_t>(tag));
  append(key, first);
  append(key, second);
  return key;
}

}  // namespace

Bytes account_key(const Address& address) { return tagged('a', address); }
Bytes slot_key(const Address& address, const Hash& slot) { return tagged('s', address, slot); }
Bytes code_key(const Hash& code_hash) { return tagged('c', code_hash); }

Bytes table_key(std::string_view table, BytesView row) {
  CHECK(table.size() < 256);
  const auto size = static_cast<std::uint8_t>(table.size());   // in front, so that no table's rows hold another's
  Bytes key = tagged('t', {&size, 1}, as_bytes(table));
  append(key, row);
  return key;
}

Overlay::Overlay(std::shared_ptr<const StateReader> below, std::shared_ptr<const StateDiff> diff)
    : below_(std::move(below)), diff_(std::move(diff)) {}

Result<std::optional<Bytes>> Overlay::get(BytesView key) const {
  const auto found = diff_->find(to_bytes(key));
  if (found != diff_->end()) return found->second;
  return below_->get(key);
}

Hash write_set_root(Suite suite, const StateDiff& diff) {
  Messages messages;
  for (const auto& [key, value] : diff) {
    append_be(messages.bytes, static_cast<std::uint32_t>(key.size()));
    append(messages.bytes, key);
    messages.bytes.push_back(value.has_value());
    if (value) append(messages.bytes, *value);
    messages.end_one();
  }
  std::vector<Hash> leaves(diff.size());
  hash_each(suite, messages, leaves);
  return merkle_root(suite, std::move(leaves));
}

}  // namespace hanse::state
