// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/txpool/recent_blocks.hpp"

#include "base/check.hpp"

namespace hanse::txpool {

void RecentBlocks::add(const DecidedBlock& block, std::uint32_t span) {
  CHECK(blocks_.empty() || block.number > blocks_.back().number);
  for (const Hash& hash : block.hashes) hashes_[hash] = block.number;
  for (const Hash& key : block.nonce_keys) nonce_keys_[key] = block.number;
  blocks_.push_back(block);
  while (blocks_.front().number + span <= block.number) {
    forget(blocks_.front());
    blocks_.pop_front();
  }
}

void RecentBlocks::forget(const DecidedBlock& block) {
  const auto erase_if_of = [&block](auto& map, const Hash& key) {
    const auto found = map.find(key);
    if (found != map.end() && found->second == block.number) map.erase(found);
  };
  for (const Hash& hash : block.hashes) erase_if_of(hashes_, hash);
  for (const Hash& key : block.nonce_keys) erase_if_of(nonce_keys_, key);
}

bool RecentBlocks::nonce_used(const Hash& nonce_key, BlockNumber number, std::uint32_t span) const {
  const auto found = nonce_keys_.find(nonce_key);
  return found != nonce_keys_.end() && found->second + span >= number;
}

}  // namespace hanse::txpool
