// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Contract code that was lately used, by its hash, with the form that the EVM made of it. Code never changes under its
// hash, so that a cache may serve any block and any group. Belongs to one thread.
#pragma once

#include <list>
#include <memory>
#include <unordered_map>

#include "base/bytes.hpp"

namespace hanse::state {

struct ContractCode {
  Hash hash;
  Bytes bytes;
  std::shared_ptr<const void> analysed;   // owned by the engine's library, which may keep references of its own
};
using CodeRef = std::shared_ptr<const ContractCode>;   // held by the cache and by each journal that met the code

class CodeCache {
 public:
  using Analyse = std::shared_ptr<const void> (*)(BytesView code);

  // `size_max`: bytes of code; the least lately used goes first.
  CodeCache(Analyse analyse, std::size_t size_max) : analyse_(analyse), size_max_(size_max) {}

  // A smaller bound than before is kept at once.
  void bound(std::size_t size_max);
  std::size_t size() const { return size_; }

  CodeRef find(const Hash& hash);
  // Code read from the state.
  CodeRef add(const Hash& hash, Bytes bytes);
  // Code that was just deployed, already analysed. It enters the cache when it is read again: it may still be undone.
  static CodeRef fresh(const Hash& hash, BytesView bytes, std::shared_ptr<const void> analysed);

 private:
  void make_room();

  Analyse analyse_;
  std::size_t size_max_;
  std::size_t size_ = 0;
  std::list<CodeRef> by_use_;   // the last used in front
  std::unordered_map<Hash, std::list<CodeRef>::iterator> by_hash_;
};

}  // namespace hanse::state
