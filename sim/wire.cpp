// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/wire.hpp"

#include "base/hex.hpp"

namespace hanse::sim {

PeerWire::PeerWire(NodeId from, group::PeerMessage message)
    : event(group::PeerReceived{from, std::move(message)}) {
  if (const auto* bodies = std::get_if<group::Bodies>(&this->message()))
    for (const auto& encoded : bodies->transactions) decoded.push_back(decode(encoded));
}

WirePtr signed_wire(const pbft::GroupName& group, const KeyRing& keys, NodeNumber from, pbft::Message message) {
  const Hash digest = pbft::digest_of(group, message);
  return std::make_shared<Wire>(from, SignedVote(keys.id(from), std::move(message), keys.sign(from, digest), digest, digest));
}

WirePtr peer_wire(const KeyRing& keys, NodeNumber from, group::PeerMessage message) {
  return std::make_shared<Wire>(from, PeerWire(keys.id(from), std::move(message)));
}

std::string brief(const Hash& hash) { return to_hex(BytesView(hash).first(3)); }

namespace {

struct VoteText {
  std::string operator()(const pbft::PrePrepare& m) const {
    const ProposalHead& head = m.proposal.head;
    return fmt::format("PrePrepare e{} v{} n{} txs {} parent {} v0 {}", head.epoch, m.view, head.number,
                       m.proposal.payload.size() / 32, brief(head.parent), head.first_view);
  }
  std::string operator()(const pbft::Prepare& m) const {
    return fmt::format("Prepare e{} v{} n{} {}", m.epoch, m.view, m.number, brief(m.proposal));
  }
  std::string operator()(const pbft::Commit& m) const {
    return fmt::format("Commit e{} v{} n{} {} header {}", m.epoch, m.view, m.number, brief(m.proposal),
                       brief(m.header));
  }
  std::string operator()(const pbft::ViewChange& m) const {
    std::string text = fmt::format("ViewChange e{} v{} d{}", m.list.epoch, m.list.view, m.list.decided);
    for (const auto& claim : m.list.claims)
      text += fmt::format(" [n{} v{} {}]", claim.number, claim.view, brief(claim.proposal));
    return text;
  }
  std::string operator()(const pbft::NewView& m) const {
    std::string text = fmt::format("NewView e{} v{} of", m.epoch, m.view);
    for (const auto& one : m.lists) text += fmt::format(" {}(d{})", one.node, one.list.decided);
    for (const auto& proof : m.proofs)
      text += fmt::format(" [n{} v{} {}]", proof.head.number, proof.prepared.view, brief(proof.prepared.proposal));
    return text;
  }
};

struct PeerText {
  std::string operator()(const group::SyncStatus& m) const {
    return fmt::format("SyncStatus n{} e{}", m.number, m.epoch);
  }
  std::string operator()(const group::BlockRequest& m) const {
    return fmt::format("BlockRequest n{} +{}", m.first, m.count);
  }
  std::string operator()(const group::BlockReply& m) const {
    return fmt::format("BlockReply {} from n{}", m.blocks.size(),
                       m.blocks.empty() ? 0 : m.blocks.front().proposal.head.number);
  }
  std::string operator()(const group::ProposalRequest& m) const { return "ProposalRequest " + brief(m.proposal); }
  std::string operator()(const group::ProposalReply& m) const {
    return fmt::format("ProposalReply n{}", m.proposal.head.number);
  }
  std::string operator()(const group::BodyRequest& m) const { return fmt::format("BodyRequest {}", m.hashes.size()); }
  std::string operator()(const group::Bodies& m) const { return fmt::format("Bodies {}", m.transactions.size()); }
  std::string operator()(const group::StandingRequest&) const { return "StandingRequest"; }
  std::string operator()(const group::StandingReply& m) const {
    return fmt::format("StandingReply e{} n{} v{}", m.epoch, m.decided, m.view);
  }
};

}  // namespace

std::string describe(const pbft::Message& message) { return std::visit(VoteText{}, message); }
std::string describe(const group::PeerMessage& message) { return std::visit(PeerText{}, message); }
std::string describe(const Wire& wire) {
  if (const auto* vote = std::get_if<SignedVote>(&wire.content)) return describe(vote->message());
  return describe(std::get<PeerWire>(wire.content).message());
}

}  // namespace hanse::sim
