// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// For tests: the root of Ethereum's Merkle Patricia trie (Yellow Paper, appendix D) over hashed keys.
#pragma once

#include <map>

#include "codec/rlp.hpp"
#include "crypto/suite.hpp"

namespace hanse::vm {

namespace trie {

using Nibbles = Bytes;
using Leaves = std::map<Nibbles, Bytes>;

inline Nibbles nibbles_of(const Hash& key) {
  Nibbles nibbles;
  for (const std::uint8_t byte : key.bytes) nibbles.push_back(byte >> 4), nibbles.push_back(byte & 15);
  return nibbles;
}

// Hex-prefix encoding of key[from, to).
inline Bytes packed(const Nibbles& key, std::size_t from, std::size_t to, bool is_leaf) {
  const bool odd = (to - from) % 2;
  Bytes out{static_cast<std::uint8_t>(((is_leaf ? 2 : 0) + odd) << 4)};
  if (odd) out[0] |= key[from++];
  for (; from < to; from += 2) out.push_back(key[from] << 4 | key[from + 1]);
  return out;
}

inline void put_node(Bytes& out, const Bytes& node) {
  if (node.size() < 32) append(out, node);
  else rlp::put_bytes(out, keccak256(node));
}

// The node over leaves[begin, end), which agree in their first `depth` nibbles.
inline Bytes node_of(Leaves::const_iterator begin, Leaves::const_iterator end, std::size_t depth) {
  Bytes items, node;
  const auto last = std::prev(end);
  if (begin == last) {
    rlp::put_bytes(items, packed(begin->first, depth, 64, true));
    rlp::put_bytes(items, begin->second);
  } else if (std::size_t fork = depth; begin->first[fork] == last->first[fork]) {
    while (begin->first[fork] == last->first[fork]) ++fork;
    rlp::put_bytes(items, packed(begin->first, depth, fork, false));
    put_node(items, node_of(begin, end, fork));
  } else {
    for (std::uint8_t nibble = 0; nibble < 16; ++nibble) {
      const auto from = begin;
      while (begin != end && begin->first[depth] == nibble) ++begin;
      if (from == begin) rlp::put_bytes(items, {});
      else put_node(items, node_of(from, begin, depth + 1));
    }
    rlp::put_bytes(items, {});
  }
  rlp::put_list(node, items);
  return node;
}

}  // namespace trie

class TrieRoot {
 public:
  void put(BytesView key, Bytes value) { leaves_[trie::nibbles_of(keccak256(key))] = std::move(value); }
  Hash root() const {
    if (leaves_.empty()) return keccak256(Bytes{0x80});
    return keccak256(trie::node_of(leaves_.begin(), leaves_.end(), 0));
  }

 private:
  trie::Leaves leaves_;
};

}  // namespace hanse::vm
