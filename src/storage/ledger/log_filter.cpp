// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/log_filter.hpp"

#include <algorithm>

namespace hanse::ledger {
namespace {

constexpr std::size_t kBitsPerItem = 10;
constexpr int kProbes = 5;

// Topics are chosen by outsiders: without mixing, small numbers would all fall on the same bits. `domain` tells an
// address (0) from a topic by its position (1 and up).
std::uint64_t mix(BytesView item, std::uint64_t domain) {
  std::uint64_t hash = 0x9e3779b97f4a7c15ull * (domain + 1);
  for (std::size_t at = 0; at < item.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, item.data() + at, std::min<std::size_t>(8, item.size() - at));
    hash = (hash ^ word) * 0xff51afd7ed558ccdull;
    hash ^= hash >> 32;
  }
  hash *= 0xc4ceb9fe1a85ec53ull;
  return hash ^ (hash >> 29);
}

// Calls `at` with each bit of the item; double hashing over the halves of one 64-bit hash.
template <class At>
bool all_probes(std::size_t bits, std::uint64_t hash, At at) {
  std::uint64_t place = hash;
  const std::uint64_t step = (hash >> 33) | 1;
  for (int i = 0; i < kProbes; ++i, place += step)
    if (!at(place % bits)) return false;
  return true;
}

bool holds(BytesView filter, BytesView item, std::uint64_t domain) {
  return all_probes(filter.size() * 8, mix(item, domain),
                    [&](std::size_t bit) { return (filter[bit / 8] >> (bit % 8) & 1) != 0; });
}

template <class Items, class Holds>
bool any_of_or_free(const Items& items, Holds holds) { return items.empty() || std::ranges::any_of(items, holds); }

}  // namespace

Bytes make_log_filter(std::span<const Receipt> receipts) {
  std::vector<std::uint64_t> items;
  for (const Receipt& receipt : receipts) {
    for (const LogEntry& log : receipt.logs) {
      items.push_back(mix(log.address, 0));
      for (std::size_t i = 0; i < log.topics.size(); ++i) items.push_back(mix(log.topics[i], i + 1));
    }
  }
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
  if (items.empty()) return {};
  Bytes filter((items.size() * kBitsPerItem + 63) / 64 * 8);
  for (const std::uint64_t item : items) {
    all_probes(filter.size() * 8, item, [&](std::size_t bit) {
      filter[bit / 8] |= static_cast<std::uint8_t>(1 << (bit % 8));
      return true;
    });
  }
  return filter;
}

bool may_match(BytesView filter, const port::GetLogs& query) {
  if (filter.empty()) return false;
  if (!any_of_or_free(query.addresses, [&](const Address& address) { return holds(filter, address, 0); })) return false;
  for (std::size_t i = 0; i < query.topics.size(); ++i)
    if (!any_of_or_free(query.topics[i], [&](const Hash& topic) { return holds(filter, topic, i + 1); })) return false;
  return true;
}

bool matches(const LogEntry& log, const port::GetLogs& query) {
  if (!any_of_or_free(query.addresses, [&](const Address& address) { return address == log.address; })) return false;
  if (query.topics.size() > log.topics.size()) return false;
  for (std::size_t i = 0; i < query.topics.size(); ++i)
    if (!any_of_or_free(query.topics[i], [&](const Hash& topic) { return topic == log.topics[i]; })) return false;
  return true;
}

}  // namespace hanse::ledger
