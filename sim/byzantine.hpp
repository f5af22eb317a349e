// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A sealer that misbehaves: a real core whose every message passes through here on its way out, and who listens to
// everything its host receives. It has its own key and nobody else's: what it invents of others carries a signature that
// must be refused. What it does is drawn from the plan (Trait).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/plan.hpp"
#include "sim/wire.hpp"

namespace hanse::sim {

class Host;
class World;

class Byzantine {
 public:
  Byzantine(World& world, Host& host, std::uint64_t seed);

  void send(NodeNumber to, WirePtr wire);        // in place of the network
  void on_receive(const WirePtr& wire);
  void on_tick();

 private:
  bool has(Trait trait) const { return plan_.has(trait); }
  bool other_half(NodeNumber to, BlockNumber number, View view) const;
  void pass(NodeNumber to, WirePtr wire);
  void send_vote(NodeNumber to, const WirePtr& wire, const SignedVote& vote);
  void say(NodeNumber to, pbft::Message message);
  void say_to_all(const pbft::Message& message);

  // changed fields
  bool mutates_now();
  void send_changed(NodeNumber to, const SignedVote& vote, pbft::Message message, bool sign_again);
  void note_mutation(const std::string& path, bool signed_again);
  // equivocation
  const Proposal* alternative(const Proposal& proposal);
  void spoil(ProposalHead& head);
  std::vector<Hash> other_payload(std::vector<Hash> hashes);
  pbft::Message equivocate(NodeNumber to, const pbft::Message& message);
  // votes for whatever is said
  void echo(const pbft::Message& message, const Hash& digest);
  // view changes
  void remember(const WirePtr& wire);
  void remember(const pbft::ClaimProof& proof, Epoch epoch);
  void hide_claims(pbft::ViewChange& change);
  void forge_new_view();
  void go_wild();
  void rewrite();
  void flood();
  // sync
  group::BlockReply broken(group::BlockReply reply);
  void truncate(group::BlockReply& reply);
  void replace_block(CertifiedBlock& block);
  void sign_block(Certificate& proof, Epoch epoch);
  void lie_about_number();

  World& world_;
  Host& host_;
  const NodePlan& plan_;
  Prng prng_;
  std::map<Hash, Proposal> alternatives_;        // of the proposal with this hash
  std::map<Hash, Proposal> own_proposals_;       // the alternatives, by their own hash
  std::set<Hash> echoed_;
  View flooded_view_ = 0;
  std::map<std::pair<Epoch, View>, std::map<NodeIndex, WirePtr>> changes_;
  std::map<std::pair<Epoch, BlockNumber>, std::vector<pbft::ClaimProof>> proofs_;
  std::vector<WirePtr> heard_;                   // the last few, to be sent again changed
};

}  // namespace hanse::sim
