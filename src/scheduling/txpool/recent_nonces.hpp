// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The account nonces that the last decided blocks left behind. A summary's account nonce was read from the ledger before
// the pool sees it; blocks decided in between may have raised it, and then the transaction would look as if a nonce were
// missing below it. Memory: the senders of kBlocks blocks.
#pragma once

#include <deque>
#include <span>
#include <unordered_map>
#include <vector>

#include "protocol/types.hpp"

namespace hanse::txpool {

class RecentNonces {
 public:
  static constexpr std::size_t kBlocks = 64;   // far more than are decided while a transaction is on its way here

  void add(std::span<const std::pair<Address, std::uint64_t>> nonces) {
    blocks_.emplace_back(nonces.begin(), nonces.end());
    for (const auto& [sender, nonce] : nonces) latest_[sender] = nonce;
    if (blocks_.size() <= kBlocks) return;
    for (const auto& [sender, nonce] : blocks_.front())
      if (const auto it = latest_.find(sender); it != latest_.end() && it->second == nonce) latest_.erase(it);
    blocks_.pop_front();
  }
  // 0 when no recent block has one of this sender.
  std::uint64_t after(const Address& sender) const {
    const auto it = latest_.find(sender);
    return it == latest_.end() ? 0 : it->second;
  }

 private:
  std::deque<std::vector<std::pair<Address, std::uint64_t>>> blocks_;
  std::unordered_map<Address, std::uint64_t> latest_;
};

}  // namespace hanse::txpool
