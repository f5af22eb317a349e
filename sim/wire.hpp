// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What travels in the simulated network. Shared and never changed once sent: a broadcast is one value.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "scheduling/group/events.hpp"
#include "sim/identity.hpp"

namespace hanse::sim {

struct SignedVote {
  NodeId from;                       // as it claims; the gateway is not asked about votes
  pbft::Message message;
  Bytes signature;
  Hash digest;                       // digest_of(message), computed once
};

struct Wire {
  NodeNumber from = 0;               // who really sent it (the gateway proved the node key)
  std::variant<SignedVote, group::PeerMessage> content;
};
using WirePtr = std::shared_ptr<const Wire>;

inline WirePtr signed_wire(const pbft::GroupName& group, const KeyRing& keys, NodeNumber from, pbft::Message message) {
  const Hash digest = pbft::digest_of(group, message);
  return std::make_shared<Wire>(Wire{from, SignedVote{keys.id(from), std::move(message), keys.sign(from, digest), digest}});
}
inline WirePtr peer_wire(NodeNumber from, group::PeerMessage message) {
  return std::make_shared<Wire>(Wire{from, std::move(message)});
}

std::string describe(const pbft::Message& message);   // short, for traces
std::string describe(const group::PeerMessage& message);
std::string describe(const Wire& wire);
std::string brief(const Hash& hash);                  // its first six digits

}  // namespace hanse::sim
