// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the last decided blocks ran: transaction hashes, and the nonces of native transactions. A native transaction
// cannot be run again later than its block limit allows, so looking back `span` blocks is enough to find every repetition
// of one. Memory: the transactions of `span` blocks, which the group's configuration bounds.
#pragma once

#include <deque>
#include <unordered_map>

#include "scheduling/txpool/txpool.hpp"

namespace hanse::txpool {

class RecentBlocks {
 public:
  void add(const DecidedBlock& block, std::uint32_t span);

  bool ran(const Hash& hash) const { return hashes_.contains(hash); }
  // May a native transaction with this nonce stand in block `number`? The answer does not depend on how many blocks
  // this node has decided beyond those that `number` looks back on.
  bool nonce_used(const Hash& nonce_key, BlockNumber number, std::uint32_t span) const;

 private:
  void forget(const DecidedBlock& block);

  std::deque<DecidedBlock> blocks_;
  std::unordered_map<Hash, BlockNumber> hashes_;
  std::unordered_map<Hash, BlockNumber> nonce_keys_;   // the last block that used it
};

}  // namespace hanse::txpool
