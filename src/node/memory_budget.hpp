// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// How the memory of a node process (config.ini, memory_budget_mb) is divided among what grows with use. A value. Each part is
// a bound that its holder keeps by itself, so that their sum is one:
//
//   rest      the program, its threads and their stacks, what is under way between them, what the allocator holds back; for
//             each group a few lanes more. Not given to anybody.
//   code      analysed contract code, of all threads that execute together: a sixteenth. Code is shared by many
//             transactions, and what does not fit is analysed again in microseconds.
//   groups    what is left in equal shares: a group must not live from what another one leaves. Of a share a quarter each
//             goes to the store's blocks (a read that misses them costs a look at the disk), the store's write buffers (the
//             larger, the less often a row is written again), transactions that wait (a full pool refuses), and bodies that
//             are in the ledger already (for members a few blocks behind, and clients that ask for what they just sent).
//
// Outgoing messages are bounded by [p2p] queue_bytes_max of each peer and stand outside: they are there while a line is slow.
#pragma once

#include "scheduling/txpool/txpool.hpp"
#include "storage/kv/kv_store.hpp"

namespace hanse::node {

std::size_t memory_budget_mb_min(std::size_t group_count);       // with less the largest transaction would fit no pool
std::size_t memory_budget_mb_default(std::size_t group_count);   // 384, and more where so many groups need it

struct MemoryShare {                                          // of one group, in bytes
  kv::StoreMemory store;
  std::size_t pool = 0;
  std::size_t spare_bodies = 0;
};

struct MemoryBudget {
  std::size_t total = 0;
  std::size_t rest = 0;
  std::size_t code = 0;
  std::size_t group_count = 1;
  MemoryShare of_group;

  // `total_mb` is memory_budget_mb_min(group_count) at least, and a group there is.
  static MemoryBudget divide(std::size_t total_mb, std::size_t group_count);
};

// No more than `limits`, and no more than fits into the pool's share when it is full of the smallest or of the largest.
txpool::PoolLimits bounded(txpool::PoolLimits limits, const MemoryShare& share);

}  // namespace hanse::node
