// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/peer_inbox.hpp"

#include <algorithm>

namespace hanse::node {

std::size_t PeerInbox::push(const NodeId& from, Bytes message) {
  const std::size_t cost = cost_of(message);
  Queue& queue = queues_[from];
  queue.messages.push_back(std::move(message));
  queue.cost += cost;
  cost_ += cost;
  std::size_t dropped = 0;
  for (; cost_ > kCostMax; ++dropped)
    drop_newest(std::ranges::max_element(queues_, {}, [](const auto& one) { return one.second.cost; }));
  return dropped;
}

void PeerInbox::drop_newest(Queues::iterator at) {
  Queue& queue = at->second;
  const std::size_t cost = cost_of(queue.messages.back());
  queue.messages.pop_back();
  queue.cost -= cost;
  cost_ -= cost;
  if (queue.messages.empty()) queues_.erase(at);
}

void PeerInbox::take(std::vector<PeerMessageBytes>& out) {
  for (auto at = queues_.begin(); at != queues_.end();) {
    Queue& queue = at->second;
    for (std::size_t taken = 0; !queue.messages.empty() && taken < kTurnCostMax;) {
      const std::size_t cost = cost_of(queue.messages.front());
      out.push_back({at->first, std::move(queue.messages.front())});
      queue.messages.pop_front();
      queue.cost -= cost;
      cost_ -= cost;
      taken += cost;
    }
    at = queue.messages.empty() ? queues_.erase(at) : std::next(at);
  }
}

}  // namespace hanse::node
