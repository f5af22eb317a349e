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
#include "sim/model.hpp"

namespace hanse::sim {

// The event that a core is told is built once, with the message in it: most messages are read by many.
struct SignedVote {
  SignedVote(NodeId from, pbft::Message message, Bytes signature, const Hash& digest, const Hash& claimed_digest)
      : digest(digest), claimed_digest(claimed_digest), event(group::VoteReceived{from, std::move(message), std::move(signature)}) {}

  const NodeId& from() const { return vote().from; }   // as it claims; the gateway is not asked about votes
  const pbft::Message& message() const { return vote().message; }
  const Bytes& signature() const { return vote().signature; }
  const group::VoteReceived& vote() const { return std::get<group::VoteReceived>(event); }

  Hash digest;                       // digest_of(message), computed once
  Hash claimed_digest;               // what its sender says it is: nobody has to believe it
  group::Event event;
};

struct PeerWire {
  PeerWire(NodeId from, group::PeerMessage message);

  const group::PeerMessage& message() const { return std::get<group::PeerReceived>(event).message; }

  group::Event event;
  std::vector<std::optional<ModelTransaction>> decoded;   // of Bodies
};

struct Wire {
  NodeNumber from = 0;               // who really sent it (the gateway proved the node key)
  std::variant<SignedVote, PeerWire> content;
};
using WirePtr = std::shared_ptr<const Wire>;

WirePtr signed_wire(const pbft::GroupName& group, const KeyRing& keys, NodeNumber from, pbft::Message message);
WirePtr peer_wire(const KeyRing& keys, NodeNumber from, group::PeerMessage message);

std::string describe(const pbft::Message& message);   // short, for traces
std::string describe(const group::PeerMessage& message);
std::string describe(const Wire& wire);
std::string brief(const Hash& hash);                  // its first six digits

}  // namespace hanse::sim
