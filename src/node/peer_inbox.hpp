// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Messages of other members that wait for the incoming lane. All together they have one bound; when it is reached, room is
// made at the expense of whoever holds the most, so that a member that floods this node loses its own messages and not
// those of others. They are taken a few of each member at a time. A value; the incoming lane locks it.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "protocol/types.hpp"

namespace hanse::node {

struct PeerMessageBytes {
  NodeId from;
  Bytes bytes;
};

class PeerInbox {
 public:
  static constexpr std::size_t kCostMax = 128u << 20;          // a single message may be up to kEnvelopeBytesMax
  static constexpr std::size_t kMessageCost = 32u << 10;       // beside its bytes: bounds the count of small ones
  static constexpr std::size_t kTurnCostMax = 64 * kMessageCost;   // of one member in one turn; its first always goes

  // Answers how many messages were dropped, this one or others.
  std::size_t push(const NodeId& from, Bytes message);
  // Adds to `out` a fair part of what waits, in the order of each member.
  void take(std::vector<PeerMessageBytes>& out);
  bool empty() const { return queues_.empty(); }

 private:
  struct Queue {
    std::deque<Bytes> messages;                                // never empty
    std::size_t cost = 0;
  };
  using Queues = std::map<NodeId, Queue>;
  static std::size_t cost_of(const Bytes& message) { return message.size() + kMessageCost; }
  void drop_newest(Queues::iterator at);

  Queues queues_;                                              // of members: the gateway lets nobody else in
  std::size_t cost_ = 0;
};

}  // namespace hanse::node
