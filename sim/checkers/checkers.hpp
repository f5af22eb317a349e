// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Every checker behind one door; the world calls it after each thing that happens. The first violation ends the run.
#pragma once

#include "scheduling/consensus/pbft/leader_rule.hpp"
#include "scheduling/group/events.hpp"
#include "sim/checkers/chain_checker.hpp"
#include "sim/checkers/client_checker.hpp"
#include "sim/checkers/vote_checker.hpp"
#include "sim/probes.hpp"

namespace hanse::sim {

class Checkers {
 public:
  Checkers(const Plan& plan, const KeyRing& keys, std::shared_ptr<const Outcome> genesis, Probes& probes)
      : known_(plan, keys, std::move(genesis)), chain_(known_), votes_(known_, chain_), clients_(known_), probes_(probes) {}

  void on_boot(const Host& host) { votes_.on_boot(host); }
  void on_effects(const Host& host, const group::Effects& effects);
  void on_vote_leaves(const Host& host, const SignedVote& vote);
  void on_peer_message_leaves(const Host& host, const group::PeerMessage& message);
  void on_vote_arrives(const Host& host, const SignedVote& vote);
  void on_append(const Host& host, const LedgerBlock& block);
  void on_decided(const Host& host, const group::Decided& decided);
  void on_told(const Host& host, const Hash& hash, BlockNumber number, const Hash& header) { clients_.on_told(host, hash, number, header); }
  void on_disk_lost(NodeNumber node) { clients_.on_disk_lost(node); }
  void on_read(const Host& host, const Outcome& answer) { clients_.on_read(host, answer); }
  void after_tick(const Host& host);
  void at_end(const Host& host) { clients_.at_end(host); }
  void learn(const ProposalHead& head) { known_.learn(head); }

  template <class... Args>
  void violate(std::string invariant, fmt::format_string<Args...> text, Args&&... args) {
    known_.violate(std::move(invariant), text, std::forward<Args>(args)...);
  }
  const std::optional<Violation>& violation() const { return known_.violation(); }
  const Knowledge& known() const { return known_; }

 private:
  void view_is_near(const Host& host, View view);
  void leads(const Host& host, const pbft::PrePrepare& vote);
  void hashes_fit(const Host& host, const Proposal& proposal);
  void note_leader(const ProposalHead& head);

  Knowledge known_;
  ChainChecker chain_;
  VoteChecker votes_;
  ClientChecker clients_;
  Probes& probes_;
  std::optional<pbft::LeaderRule> leaders_;      // of the reference's epoch
  Epoch leaders_of_ = 0;
};

}  // namespace hanse::sim
