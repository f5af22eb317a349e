// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// An insert-only hash map whose entries stand in the order of their insertion: iterating it is deterministic although
// the hash is seeded at random in each process (keys are chosen by outsiders: an unseeded hash could be attacked). An
// entry is known by its index, which stays valid; references do not survive an insertion.
#pragma once

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace hanse::state {

// Random words, drawn once in a process.
struct HashSeed { std::uint64_t words[6]; };
const HashSeed& process_hash_seed();

// Multiplies to 128 bits and folds the halves together.
inline std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

struct SlotKey {
  std::uint32_t account = 0;   // index of the account in the journal
  U256 key;
  bool operator==(const SlotKey&) const = default;
};

struct SeededHash {
  const HashSeed& seed = process_hash_seed();

  std::uint64_t operator()(const SlotKey& slot) const {
    const auto& k = slot.key.limbs;
    const auto& s = seed.words;
    return folded_product(folded_product(k[0] ^ s[0], k[1] ^ s[1]) + folded_product(k[2] ^ s[2], k[3] ^ s[3]),
                          slot.account ^ s[4]);
  }
  std::uint64_t operator()(const Address& address) const {
    std::uint64_t head, middle;
    std::uint32_t tail;
    std::memcpy(&head, address.bytes.data(), 8);
    std::memcpy(&middle, address.bytes.data() + 8, 8);
    std::memcpy(&tail, address.bytes.data() + 16, 4);
    const auto& s = seed.words;
    return folded_product(folded_product(head ^ s[0], middle ^ s[1]), tail ^ s[4]);
  }
  std::uint64_t operator()(const Bytes& key) const {
    std::uint64_t hash = seed.words[5] ^ key.size();
    for (std::size_t at = 0; at < key.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, key.data() + at, std::min<std::size_t>(8, key.size() - at));
      hash = folded_product(hash ^ seed.words[0], word ^ seed.words[1]);
    }
    return hash;
  }
};

constexpr std::uint32_t kAbsent = ~0u;

template <class Key, class Value>
class FlatMap {
 public:
  struct Entry {
    Key key;
    Value value;
  };

  std::uint32_t find(const Key& key) const {
    if (places_.empty()) return kAbsent;
    const std::uint64_t mask = places_.size() - 1;
    for (std::uint64_t place = hash_(key) & mask;; place = (place + 1) & mask) {
      const std::uint32_t index = places_[place] - 1;   // kAbsent for an empty place
      if (index == kAbsent || entries_[index].key == key) return index;
    }
  }
  // `key` is not in the map yet.
  std::uint32_t insert(const Key& key, Value value) {
    if ((entries_.size() + 1) * 2 > places_.size()) grow(std::max<std::size_t>(16, places_.size() * 2));
    entries_.push_back({key, std::move(value)});
    const auto index = static_cast<std::uint32_t>(entries_.size() - 1);
    place(index);
    return index;
  }
  Value& operator[](std::uint32_t index) { return entries_[index].value; }
  const Value& operator[](std::uint32_t index) const { return entries_[index].value; }
  const std::vector<Entry>& entries() const { return entries_; }
  std::size_t size() const { return entries_.size(); }
  void reserve(std::size_t count) {
    entries_.reserve(count);
    if (count * 2 > places_.size()) grow(std::bit_ceil(count * 2));
  }
  // Keeps a small table's memory, gives a large one's back.
  void clear() {
    if (entries_.empty()) return;
    if (places_.size() > 256) places_ = {};
    else std::ranges::fill(places_, 0);
    entries_.clear();
  }

 private:
  void place(std::uint32_t index) {
    const std::uint64_t mask = places_.size() - 1;
    std::uint64_t at = hash_(entries_[index].key) & mask;
    while (places_[at] != 0) at = (at + 1) & mask;
    places_[at] = index + 1;
  }
  void grow(std::size_t places) {
    places_.assign(places, 0);
    for (std::uint32_t index = 0; index < entries_.size(); ++index) place(index);
  }

  SeededHash hash_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> places_;   // index + 1 of an entry; 0 is empty; at most half full
};

}  // namespace hanse::state
