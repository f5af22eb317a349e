// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/checkers/vote_checker.hpp"

#include <algorithm>

#include "sim/checkers/chain_checker.hpp"
#include "sim/host.hpp"

namespace hanse::sim {

namespace {

enum Kind { pre_prepare, prepare, commit };

bool has_bodies(const LogEntry& entry, const Proposal& proposal) {
  const auto hashes = hashes_of(proposal);
  return std::ranges::equal(entry.bodies, hashes, {}, &ModelTransaction::hash);
}

}  // namespace

void VoteChecker::on_boot(const Host& host) {
  auto& views = at_hand_[host.node()];
  views.clear();
  for (const LogEntry& entry : host.disk().log())
    if (const auto* record = std::get_if<group::ViewRecord>(&entry.record); record && record->entered_by)
      if (auto allowed = resolve(known_, *record->entered_by)) views.push_back(*allowed);
}

void VoteChecker::on_arrives(const Host& host, const SignedVote& vote) {
  known_.learn(vote.digest, vote.message());
  const auto* new_view = std::get_if<pbft::NewView>(&vote.message());
  if (!new_view) return;
  // The digest covers the lists, not the proofs beside them, so a NewView that was not valid once is looked at again.
  auto& resolved = resolved_[vote.digest];
  if (!resolved) resolved = resolve(known_, *new_view);
  if (resolved) at_hand_[host.node()].push_back(*resolved);
}

void VoteChecker::on_asked(const Host& host, const pbft::Message& message) {
  if (const auto* pre_prepare = std::get_if<pbft::PrePrepare>(&message)) {
    known_.learn(pre_prepare->proposal.head);
    not_above_epoch_end(host, pre_prepare->proposal.head.epoch, pre_prepare->view, pre_prepare->proposal.head,
                        "PrePrepare");
  } else if (const auto* prepare = std::get_if<pbft::Prepare>(&message)) {
    if (const ProposalHead* head = known_.head(prepare->proposal))
      not_above_epoch_end(host, prepare->epoch, prepare->view, *head, "Prepare");
  } else if (const auto* commit = std::get_if<pbft::Commit>(&message)) {
    executed_before_commit(host, *commit);
  }
}

void VoteChecker::on_leaves(const Host& host, const SignedVote& vote) {
  known_.learn(vote.digest, vote.message());
  std::visit([&](const auto& message) { check(host, message, vote.digest); }, vote.message());
}

void VoteChecker::check(const Host& host, const pbft::PrePrepare& vote, const Hash& digest) {
  const ProposalHead& head = vote.proposal.head;
  once(host, pre_prepare, head.epoch, vote.view, head.number, digest);
  not_left(host, head.epoch, vote.view, "PrePrepare");
  vote_is_durable(host, {vote}, head.number);
}

void VoteChecker::check(const Host& host, const pbft::Prepare& vote, const Hash& digest) {
  once(host, prepare, vote.epoch, vote.view, vote.number, digest);
  not_left(host, vote.epoch, vote.view, "Prepare");
  vote_is_durable(host, {vote}, vote.number);
  const ProposalHead* head = known_.head(vote.proposal);
  if (!head)
    return known_.violate("known-proposal", "n{} prepares {}, which nobody proposed", host.node(),
                          brief(vote.proposal));
  if (head->number != vote.number || head->epoch != vote.epoch)
    known_.violate("known-proposal", "n{} prepares {} as number {} of epoch {}", host.node(), brief(vote.proposal),
                   vote.number, vote.epoch);
  ancestor_prepared(host, vote, *head);
  allowed_by_new_view(host, vote);
  prepares_[{vote.epoch, vote.view, vote.number, vote.proposal}].insert(host.node());
  prepared_in_[vote.number].emplace(vote.epoch, vote.view);
}

void VoteChecker::check(const Host& host, const pbft::Commit& vote, const Hash& digest) {
  once(host, commit, vote.epoch, vote.view, vote.number, digest);
  not_left(host, vote.epoch, vote.view, "Commit");
  const ProposalHead* head = known_.head(vote.proposal);
  if (!head)
    return known_.violate("known-proposal", "n{} commits {}, which nobody proposed", host.node(), brief(vote.proposal));
  if (!may_be_prepared({vote.epoch, vote.view, vote.number, vote.proposal}))
    known_.violate("commit-only-prepared", "n{} commits {} at n{} v{} without a quorum of Prepares", host.node(),
                   brief(vote.proposal), vote.number, vote.view);
  ancestor_committed(host, vote, *head);
  prepared_is_durable(host, vote);

  auto& highest = commit_views_[host.node()][{vote.number, vote.epoch}];
  highest = std::max(highest, vote.view);
  auto& voters = commits_[{vote.epoch, vote.view, vote.number, vote.proposal}][vote.header];
  voters.insert(host.node());
  if (known_.known_epoch(vote.epoch) &&
      known_.weight(vote.epoch, voters) + known_.byzantine(vote.epoch) >= known_.quorum(vote.epoch))
    chain_.decided_by_votes(*head, vote.proposal, vote.header, vote.view);
}

void VoteChecker::check(const Host& host, const pbft::ViewChange& message, const Hash&) {
  const pbft::ClaimList& list = message.list;
  not_left(host, list.epoch, list.view, "ViewChange");
  view_is_durable(host, list.epoch, list.view, "ViewChange");
  claims_cover_commits(host, list);
  view_asked_.insert({host.node(), list.epoch, list.view});
  if (list.decided <= known_.reference_head() && known_.reference(list.decided).proposal != list.decided_proposal)
    known_.violate("agreement", "n{} claims {} as decided at n{}", host.node(), brief(list.decided_proposal),
                   list.decided);
}

void VoteChecker::check(const Host& host, const pbft::NewView& message, const Hash& digest) {
  view_is_durable(host, message.epoch, message.view, "NewView");
  auto& resolved = resolved_[digest];
  if (!resolved) resolved = resolve(known_, message);
  if (!resolved)
    return known_.violate("new-view-valid", "n{} sends a NewView e{} v{} that proves nothing", host.node(),
                          message.epoch, message.view);
  at_hand_[host.node()].push_back(*resolved);
}

// ---- the rules ----
void VoteChecker::once(const Host& host, int kind, Epoch epoch, View view, BlockNumber number, const Hash& digest) {
  static constexpr const char* kNames[] = {"PrePrepares", "Prepares", "Commits"};
  auto [at, first] = sent_.try_emplace({host.node(), kind, epoch, view, number}, digest);
  if (!first && at->second != digest)
    known_.violate("no-double-vote", "n{} sent two {} for e{} v{} n{}", host.node(), kNames[kind], epoch, view, number);
}

void VoteChecker::not_left(const Host& host, Epoch epoch, View view, const char* what) {
  if (epoch > host.disk().head_outcome().state.epoch)
    known_.violate("durable-before-sent", "n{} sends a {} of epoch {} before the block that begins it is durable",
                   host.node(), what, epoch);
  auto& reached = reached_[host.node()];
  const std::pair<Epoch, View> here{epoch, view};
  if (here < reached)
    known_.violate("no-vote-in-a-left-view", "n{} sends a {} of e{} v{}, but had reached e{} v{}", host.node(), what,
                   epoch, view, reached.first, reached.second);
  reached = std::max(reached, here);
}

void VoteChecker::vote_is_durable(const Host& host, const group::VoteRecord& vote, BlockNumber number) {
  if (host.disk().head() >= number) return;
  for (const LogEntry& entry : host.disk().log())
    if (const auto* record = std::get_if<group::VoteRecord>(&entry.record); record && record->vote == vote.vote) return;
  known_.violate("durable-before-sent", "n{} sends a vote for n{} that is not in its durable log", host.node(), number);
}

void VoteChecker::view_is_durable(const Host& host, Epoch epoch, View view, const char* what) {
  for (const LogEntry& entry : host.disk().log())
    if (const auto* record = std::get_if<group::ViewRecord>(&entry.record);
        record && std::pair(record->epoch, record->view) >= std::pair(epoch, view))
      return;
  known_.violate("durable-before-sent", "n{} sends a {} of e{} v{} before that view is durable", host.node(), what,
                 epoch, view);
}

// A Commit that waited for the disk may leave together with a decision of its number that came about without it; the
// ledger row then stands for the records that it erased.
void VoteChecker::prepared_is_durable(const Host& host, const pbft::Commit& vote) {
  Hash proposal = vote.proposal;
  for (BlockNumber number = vote.number; number > host.disk().head(); --number) {
    const auto& log = host.disk().log();
    const auto record = std::ranges::find_if(log, [&](const LogEntry& entry) {
      const auto* prepared = std::get_if<group::PreparedRecord>(&entry.record);
      return prepared && prepared->prepared.proposal == proposal && prepared->prepared.view == vote.view &&
             prepared->prepared.epoch == vote.epoch && (number != vote.number || prepared->header == vote.header) &&
             has_bodies(entry, prepared->proposal);
    });
    if (record == log.end())
      return known_.violate("durable-before-sent",
                            "n{} commits n{} v{}, but n{} {} is not durable there with its bodies", host.node(),
                            vote.number, vote.view, number, brief(proposal));
    proposal = std::get<group::PreparedRecord>(record->record).proposal.head.parent;
  }
}

bool VoteChecker::decided_as(const Host& host, BlockNumber number, const Hash& proposal) const {
  return host.decided() >= number && number <= known_.reference_head() && known_.reference(number).proposal == proposal;
}

bool VoteChecker::may_be_prepared(const Slot& slot) const {
  auto at = prepares_.find(slot);
  const Epoch epoch = std::get<0>(slot);
  return at != prepares_.end() && known_.known_epoch(epoch) &&
         known_.weight(epoch, at->second) + known_.byzantine(epoch) >= known_.quorum(epoch);
}

void VoteChecker::ancestor_prepared(const Host& host, const pbft::Prepare& vote, const ProposalHead& head) {
  const Slot parent{vote.epoch, vote.view, vote.number - 1, head.parent};
  if (auto at = prepares_.find(parent); at != prepares_.end() && at->second.contains(host.node())) return;
  if (decided_as(host, vote.number - 1, head.parent) || may_be_prepared(parent)) return;
  known_.violate("ancestor-rule", "n{} prepares n{} v{} without a word for its parent {}", host.node(), vote.number,
                 vote.view, brief(head.parent));
}

void VoteChecker::ancestor_committed(const Host& host, const pbft::Commit& vote, const ProposalHead& head) {
  if (auto at = commits_.find({vote.epoch, vote.view, vote.number - 1, head.parent}); at != commits_.end())
    for (const auto& [header, voters] : at->second)
      if (voters.contains(host.node())) return;
  if (decided_as(host, vote.number - 1, head.parent)) return;
  known_.violate("ancestor-rule", "n{} commits n{} v{} before its parent {} in that view", host.node(), vote.number,
                 vote.view, brief(head.parent));
}

void VoteChecker::allowed_by_new_view(const Host& host, const pbft::Prepare& vote) {
  if (vote.view == 0) return;
  for (const AllowedView& allowed : at_hand_[host.node()]) {
    if (allowed.epoch != vote.epoch || allowed.view != vote.view || vote.number <= allowed.decided) continue;
    const auto place = static_cast<std::size_t>(vote.number - allowed.decided - 1);
    if (place >= allowed.again.size() || allowed.again[place] == vote.proposal) return;
  }
  known_.violate("new-view-obeyed", "n{} prepares {} at n{} v{}, which no NewView that it has allows", host.node(),
                 brief(vote.proposal), vote.number, vote.view);
}

// A vote that is only repeated was right when it was made.
void VoteChecker::not_above_epoch_end(const Host& host, Epoch epoch, View view, const ProposalHead& head,
                                      const char* what) {
  if (!asked_for_.emplace(host.node(), std::string_view(what), epoch, view, head.number).second) return;
  const auto parent = host.executed(head.parent);
  if (parent && parent->state.epoch != epoch)
    known_.violate("epoch-end", "n{} votes ({}) in epoch {} for n{}, but executed its parent into epoch {}",
                   host.node(), what, epoch, head.number, parent->state.epoch);
}

void VoteChecker::executed_before_commit(const Host& host, const pbft::Commit& vote) {
  const auto outcome = host.executed(vote.proposal);
  if (!outcome)
    return known_.violate("commit-only-executed", "n{} commits {} at n{}, not executed there", host.node(),
                          brief(vote.proposal), vote.number);
  if (outcome->header != vote.header)
    known_.violate("commit-only-executed", "n{} commits another header than it executed at n{}", host.node(),
                   vote.number);
  const ProposalHead* head = known_.head(vote.proposal);
  const auto parent = head ? host.executed(head->parent) : nullptr;
  if (parent && parent->state.epoch != vote.epoch)
    known_.violate("epoch-end", "n{} commits n{} in epoch {}, but its parent leads into epoch {}", host.node(),
                   vote.number, vote.epoch, parent->state.epoch);
}

void VoteChecker::claims_cover_commits(const Host& host, const pbft::ClaimList& list) {
  for (const auto& [slot, view] : commit_views_[host.node()]) {
    const auto& [number, epoch] = slot;
    if (epoch != list.epoch || number <= list.decided || view >= list.view) continue;
    const auto claim = std::ranges::find(list.claims, number, &pbft::Claim::number);
    if (claim == list.claims.end() || claim->view < view)
      known_.violate("claims-cover-commits", "n{} asks for v{} without claiming n{}, committed in v{}", host.node(),
                     list.view, number, view);
  }
  for (const auto& claim : list.claims) {
    const bool durable = std::ranges::any_of(host.disk().log(), [&](const LogEntry& entry) {
      const auto* record = std::get_if<group::PreparedRecord>(&entry.record);
      return record && record->prepared.view == claim.view && record->prepared.proposal == claim.proposal;
    });
    if (!durable && host.disk().head() < claim.number)
      known_.violate("durable-before-sent", "n{} claims n{} v{}, which is not in its durable log", host.node(),
                     claim.number, claim.view);
  }
}

std::vector<BlockNumber> VoteChecker::first_fresh(NodeNumber node, Epoch epoch, View view) const {
  std::vector<BlockNumber> out;
  if (auto at = at_hand_.find(node); at != at_hand_.end())
    for (const AllowedView& allowed : at->second)
      if (allowed.epoch == epoch && allowed.view == view)
        out.push_back(allowed.decided + static_cast<BlockNumber>(allowed.again.size()) + 1);
  return out;
}

std::size_t VoteChecker::views_of(BlockNumber number) const {
  auto at = prepared_in_.find(number);
  return at == prepared_in_.end() ? 0 : at->second.size();
}

}  // namespace hanse::sim
