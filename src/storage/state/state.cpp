// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/state.hpp"

#include "base/check.hpp"
#include "protocol/block.hpp"

namespace hanse::state {
namespace {

constexpr std::size_t kLengthSize = 4;

template <std::size_t... kSizes>
auto tagged(char tag, const FixedBytes<kSizes>&... parts) {
  FixedBytes<(1 + ... + kSizes)> key;
  key.bytes[0] = static_cast<std::uint8_t>(tag);
  std::uint8_t* at = key.bytes.data() + 1;
  (..., (at = std::ranges::copy(parts.bytes, at).out));
  return key;
}

std::strong_ordering order(BytesView a, BytesView b) {
  const int first = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
  return first != 0 ? first <=> 0 : a.size() <=> b.size();
}

}  // namespace

FixedBytes<21> account_key(const Address& address) { return tagged('a', address); }
FixedBytes<53> slot_key(const Address& address, const Hash& slot) { return tagged('s', address, slot); }
FixedBytes<33> code_key(const Hash& code_hash) { return tagged('c', code_hash); }

Bytes table_key(std::string_view table, BytesView row) {
  CHECK(table.size() < 256);
  const auto size = static_cast<std::uint8_t>(table.size());   // in front, so that no table's rows hold another's
  Bytes key{'t', size};
  append(key, as_bytes(table));
  append(key, row);
  return key;
}

StateDiff::StateDiff(std::initializer_list<std::pair<Bytes, std::optional<Bytes>>> in_order) {
  for (const auto& [key, value] : in_order) {
    if (value) put(key, *value);
    else erase(key);
  }
}

void StateDiff::reserve(std::size_t changes, std::size_t bytes) {
  changes_.ends.reserve(changes);
  changes_.bytes.reserve(bytes);
}

void StateDiff::begin_one(BytesView key, bool has_value) {
  CHECK(!key.empty() && (empty() || order((*this)[size() - 1].key, key) < 0));
  append_be(changes_.bytes, static_cast<std::uint32_t>(key.size()));
  append(changes_.bytes, key);
  changes_.bytes.push_back(has_value);
}

void StateDiff::put(BytesView key, BytesView value) {
  begin_one(key, true);
  append(changes_.bytes, value);
  changes_.end_one();
}

void StateDiff::erase(BytesView key) {
  begin_one(key, false);
  changes_.end_one();
}

BytesView StateDiff::message(std::size_t at) const {
  const std::size_t begin = at == 0 ? 0 : changes_.ends[at - 1];
  return BytesView(changes_.bytes).subspan(begin, changes_.ends[at] - begin);
}

StateDiff::Change StateDiff::operator[](std::size_t at) const {
  const BytesView one = message(at);
  const std::size_t key_size = read_be<std::uint32_t>(one.data());
  const BytesView rest = one.subspan(kLengthSize + key_size);
  return {one.subspan(kLengthSize, key_size), rest[0] != 0 ? std::optional(rest.subspan(1)) : std::nullopt};
}

std::optional<StateDiff::Change> StateDiff::find(BytesView key) const {
  std::size_t first = 0, last = size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const Change change = (*this)[middle];
    const auto place = order(change.key, key);
    if (place == 0) return change;
    if (place < 0) first = middle + 1;
    else last = middle;
  }
  return std::nullopt;
}

void StateDiff::copy(const StateDiff& from, std::size_t at) {
  append(changes_.bytes, from.message(at));
  changes_.end_one();
}

StateDiff StateDiff::merged(const StateDiff& a, const StateDiff& b) {
  StateDiff both;
  both.reserve(a.size() + b.size(), a.changes_.bytes.size() + b.changes_.bytes.size());
  std::size_t from_a = 0, from_b = 0;
  while (from_a < a.size() && from_b < b.size()) {
    const auto place = order(a[from_a].key, b[from_b].key);
    if (place <= 0) both.copy(a, from_a++);
    else both.copy(b, from_b);
    if (place >= 0) ++from_b;
  }
  while (from_a < a.size()) both.copy(a, from_a++);
  while (from_b < b.size()) both.copy(b, from_b++);
  return both;
}

Overlay::Overlay(std::shared_ptr<const StateReader> below, std::shared_ptr<const StateDiff> diff)
    : below_(std::move(below)), diff_(std::move(diff)) {}

Result<std::optional<Bytes>> Overlay::get(BytesView key) const {
  const auto change = diff_->find(key);
  if (!change) return below_->get(key);
  return change->value ? std::optional(to_bytes(*change->value)) : std::nullopt;
}

Hash write_set_root(Suite suite, const StateDiff& diff) {
  std::vector<Hash> leaves(diff.size());
  hash_each(suite, diff.messages(), leaves);
  return merkle_root(suite, std::move(leaves));
}

}  // namespace hanse::state
