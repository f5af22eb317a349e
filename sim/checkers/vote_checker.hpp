// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The rules for single messages of honest replicas. When a core asks for a vote: nothing above the end of an epoch, no
// Commit of what was not executed. When it leaves the host: no double vote, what is sent is durable, ancestors first,
// nothing in a view that was left, only what a NewView allows, claims that cover every Commit. Remembers across crashes
// what a replica may not.
#pragma once

#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "sim/checkers/knowledge.hpp"

namespace hanse::sim {

class Host;
class ChainChecker;

class VoteChecker {
 public:
  VoteChecker(Knowledge& known, ChainChecker& chain) : known_(known), chain_(chain) {}

  void on_boot(const Host& host);
  void on_asked(const Host& host, const pbft::Message& message);
  void on_leaves(const Host& host, const SignedVote& vote);
  void on_arrives(const Host& host, const SignedVote& vote);
  std::size_t views_of(BlockNumber number) const;         // in how many views honest replicas prepared for it
  std::vector<BlockNumber> first_fresh(NodeNumber node, Epoch epoch, View view) const;   // by each NewView that it has
  bool entered_without_asking(NodeNumber node, Epoch epoch, View view) const { return !view_asked_.contains({node, epoch, view}); }

 private:
  using Slot = std::tuple<Epoch, View, BlockNumber, Hash>;

  void check(const Host& host, const pbft::PrePrepare& vote, const Hash& digest);
  void check(const Host& host, const pbft::Prepare& vote, const Hash& digest);
  void check(const Host& host, const pbft::Commit& vote, const Hash& digest);
  void check(const Host& host, const pbft::ViewChange& message, const Hash& digest);
  void check(const Host& host, const pbft::NewView& message, const Hash& digest);

  void once(const Host& host, int kind, Epoch epoch, View view, BlockNumber number, const Hash& digest);
  void not_left(const Host& host, Epoch epoch, View view, const char* what);
  void vote_is_durable(const Host& host, const group::VoteRecord& vote, BlockNumber number);
  void view_is_durable(const Host& host, Epoch epoch, View view, const char* what);
  void prepared_is_durable(const Host& host, const pbft::Commit& vote);
  void ancestor_prepared(const Host& host, const pbft::Prepare& vote, const ProposalHead& head);
  void ancestor_committed(const Host& host, const pbft::Commit& vote, const ProposalHead& head);
  void allowed_by_new_view(const Host& host, const pbft::Prepare& vote);
  void not_above_epoch_end(const Host& host, Epoch epoch, View view, const ProposalHead& head, const char* what);
  void executed_before_commit(const Host& host, const pbft::Commit& vote);
  void claims_cover_commits(const Host& host, const pbft::ClaimList& list);
  bool may_be_prepared(const Slot& slot) const;
  bool decided_as(const Host& host, BlockNumber number, const Hash& proposal) const;

  Knowledge& known_;
  ChainChecker& chain_;
  std::map<std::tuple<NodeNumber, int, Epoch, View, BlockNumber>, Hash> sent_;
  std::set<std::tuple<NodeNumber, std::string_view, Epoch, View, BlockNumber>> asked_for_;
  std::map<Slot, std::set<NodeNumber>> prepares_;          // by honest replicas
  std::map<Slot, std::map<Hash, std::set<NodeNumber>>> commits_;   // by header
  std::map<NodeNumber, std::map<std::pair<BlockNumber, Epoch>, View>> commit_views_;   // the highest
  std::map<NodeNumber, std::pair<Epoch, View>> reached_;
  std::set<std::tuple<NodeNumber, Epoch, View>> view_asked_;    // ViewChanges sent
  std::map<BlockNumber, std::set<std::pair<Epoch, View>>> prepared_in_;
  std::map<NodeNumber, std::vector<AllowedView>> at_hand_; // in this life
  std::map<Hash, std::optional<AllowedView>> resolved_;    // by digest of the NewView
};

}  // namespace hanse::sim
