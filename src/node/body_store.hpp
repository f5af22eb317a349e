// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Transactions by identity, decoded once and shared: by admission, proposals in execution, the writer, and those that
// other nodes ask for. Shared ownership, because each of them lets go at its own time. A body that is in the ledger
// stays until newer ones need its place; the others stay until the pool names them, and so are bounded by the pool.
// Any thread; locks are short.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "protocol/transaction.hpp"

namespace hanse::node {

using Body = std::shared_ptr<const Transaction>;

class BodyStore {
 public:
  explicit BodyStore(std::size_t spare_bytes_max) : spare_bytes_max_(spare_bytes_max) {}

  void add(std::span<const Body> bodies);
  // Of blocks that are fetched and not executed: kept as those in the ledger are.
  void add_spare(std::span<const Body> bodies);

  Body find(const Hash& identity) const;
  Body find_by_hash(const Hash& hash) const;                   // as clients know it
  std::vector<Body> find_all(std::span<const Hash> identities) const;   // those that are there, in order

  void drop(std::span<const Hash> identities);                 // left the pool undecided
  void stored(std::span<const Body> bodies);                   // in the ledger now

  std::size_t size() const;
  struct Memory { std::size_t waiting = 0, spare = 0; };       // bytes
  Memory memory() const;

 private:
  struct Entry {
    Body body;
    bool spare = false;      // stands in spare_: may be dropped when its place is needed
  };
  // Each transaction is looked for here some ten times, among hundreds of thousands.
  using Bodies = boost::unordered_flat_map<Hash, Entry, std::hash<Hash>>;

  void insert(const Body& body, bool spare);
  void make_spare(Entry& entry);
  void erase(Bodies::iterator at);

  const std::size_t spare_bytes_max_;
  mutable std::mutex mutex_;
  Bodies bodies_;
  boost::unordered_flat_map<Hash, Hash, std::hash<Hash>> native_;   // hash → identity, where they differ
  std::deque<Body> spare_;                  // oldest first
  std::size_t bytes_ = 0;
  std::size_t spare_bytes_ = 0;
};

}  // namespace hanse::node
