// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The steps of one number: PrePrepare, Prepare, execution, Commit, decision.
#include "scheduling/consensus/pbft/pbft.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "base/plant.hpp"
#include "base/probe.hpp"

namespace hanse::pbft {

Pbft::Pbft(Start start, Limits limits)
    : config_(std::move(start.config)), group_{config_.suite, config_.chain_id, config_.group_id}, limits_(limits),
      self_(start.self), sealers_(config_.sealers),
      leaders_(config_.sealers.size(), config_.leader_period, limits.window_max),
      self_index_(sealers_.index_of(self_)), next_position_(start.next_position), decided_(std::move(start.head)) {
  if (!decided_.certificate || decided_.certificate->epoch != epoch()) epoch_base_ = decided_.number;
  if (!start.steps.empty() && start.steps.front().epoch == epoch() && start.steps.front().number > 1)
    leaders_.begin_at(start.steps.front().number, start.steps.front().first_view);   // the epoch began further back
  for (const auto& step : start.steps) {
    if (step.epoch != epoch()) epoch_base_ = std::max(epoch_base_, step.number);
    else if (!PLANTED(leaders_forgotten)) leaders_.on_decided(step.number, step.first_view);
  }
  restore(start.records);
}

// ---------------------------------------------------------------------------------------------------- small questions

Pbft::Slot* Pbft::slot_of(BlockNumber number) {
  if (number <= decided_.number) return nullptr;
  if (number > decided_.number + limits_.window_max && !PLANTED(numbers_unbounded)) return nullptr;
  return &slots_[number];
}

const Pbft::Slot* Pbft::slot_at(BlockNumber number) const {
  auto it = slots_.find(number);
  return it == slots_.end() ? nullptr : &it->second;
}

const Proposal* Pbft::find(const Hash& proposal) const {
  auto it = known_.find(proposal);
  return it == known_.end() ? nullptr : &it->second.proposal;
}

const ExecutionSummary* Pbft::executed(const Hash& proposal) const {
  auto it = known_.find(proposal);
  return it == known_.end() || !it->second.executed ? nullptr : &*it->second.executed;
}

std::vector<Hash> Pbft::undecided_ancestors(const Hash& parent) const {
  std::vector<Hash> out;
  for (Hash at = parent; at != decided_.proposal;) {
    const Proposal* proposal = find(at);
    if (!proposal || proposal->head.number <= decided_.number) break;
    out.push_back(at);
    at = proposal->head.parent;
  }
  return out;
}

// Within a view > 0 the sender of its NewView leads a window from the first fresh number on (leader_rule.hpp).
NodeIndex Pbft::leader(BlockNumber number) const {
  if (view_ > 0 && plan_ && number < plan_->first_fresh() + limits_.window_max)
    return static_cast<NodeIndex>(view_ % sealers_.size());
  return leaders_.leader(number, view_);
}

BlockNumber Pbft::next_free() const {
  BlockNumber number = decided_.number + 1;
  if (plan_ && !PLANTED(newview_ignored)) number = std::max(number, plan_->first_fresh());
  for (const Slot* slot = slot_at(number); slot && slot->proposal; slot = slot_at(number)) ++number;
  return number;
}

std::optional<Hash> Pbft::tip() const {
  const BlockNumber number = next_free();
  if (number == decided_.number + 1) return decided_.proposal;
  const Slot* below = slot_at(number - 1);
  return below ? below->proposal : std::nullopt;
}

// True when an executed, undecided ancestor-to-be of `number` in this view ended the epoch.
bool Pbft::ends_epoch_below(BlockNumber number) const {
  if (PLANTED(epoch_end_ignored)) return false;
  for (const auto& [n, slot] : slots_) {
    if (n >= number) break;
    if (!slot.proposal) continue;
    const auto* summary = executed(*slot.proposal);
    if (summary && summary->next_config) return true;
  }
  return false;
}

TimeMs Pbft::parent_time(const ProposalHead& head) const {
  if (head.parent == decided_.proposal) return decided_.time_ms;
  const Proposal* parent = find(head.parent);
  return parent ? parent->head.time_ms : 0;
}

// In a view > 0: nothing up to d, exactly the re-proposals up to the last of them, above them fresh ones.
bool Pbft::plan_allows(BlockNumber number, const Hash& proposal) const {
  if (view_ == 0 || PLANTED(newview_ignored)) return true;
  if (!plan_) return PLANTED(newview_not_needed);
  if (number <= plan_->decided) return PLANTED(votes_below_base);
  if (number >= plan_->first_fresh()) return true;
  return plan_->reproposals[number - plan_->decided - 1].proposal == proposal;
}

// ------------------------------------------------------------------------------------------------------------- events

void Pbft::on_vote(const NodeId& from, const Message& message, const Bytes& signature, Effects& effects) {
  auto index = sealers_.index_of(from);
  if (PLANTED(strangers_count) && !index) index = from.bytes[0] % sealers_.size();
  if (!index || halted_) return;
  std::visit([&](const auto& one) { on(one, *index, signature, effects); }, message);
}

void Pbft::on(const PrePrepare& message, NodeIndex from, const Bytes&, Effects& effects) {
  const auto& head = message.proposal.head;
  const bool of_this_epoch = head.epoch == epoch() || PLANTED(epoch_not_bound);
  if (!of_this_epoch || message.view < view_ || head.number <= decided_.number)
    return answer_stale(from, head.epoch, head.number, message.view, effects);
  Slot* slot = slot_of(head.number);
  if (!slot) return;
  if (message.view > view_ || !in_view_) {                     // may be right as soon as the NewView is here
    if (!slot->early || slot->early->second.view < message.view) slot->early = {from, message};
    return;
  }
  if (from != leader(head.number) || head.proposer != from || head.first_view != view_) return;
  const bool of_new_view = plan_ && head.number < plan_->first_fresh();     // those need no PrePrepare
  if (of_new_view && !PLANTED(newview_ignored) && !(PLANTED(votes_below_base) && head.number <= plan_->decided)) return;
  if (slot->proposal) return;                                  // the first one wins; another is equivocation
  if (!PLANTED(hash_from_wire) && payload_hash_of(group_.suite, message.proposal.payload) != head.payload_hash) return;
  accept_proposal(head.number, message.proposal, effects);
  advance(effects);
}

void Pbft::accept_proposal(BlockNumber number, const Proposal& proposal, Effects& effects) {
  const Hash hash = proposal_hash(group_.suite, group_.chain_id, group_.group_id, proposal.head);
  slots_[number].proposal = hash;
  auto& known = known_.try_emplace(hash, Known{proposal}).first->second;
  if (!known.considered) effects.push_back(Consider{known.proposal});
}

void Pbft::on(const Prepare& vote, NodeIndex from, const Bytes& signature, Effects& effects) {
  const bool of_this_epoch = vote.epoch == epoch() || PLANTED(epoch_not_bound);
  if (!of_this_epoch || vote.number <= decided_.number || vote.view < view_)
    return answer_stale(from, vote.epoch, vote.number, vote.view, effects);
  Slot* slot = slot_of(vote.number);
  if (!slot) return;
  slot->prepares.add(from, vote, signature);
  advance(effects);
}

void Pbft::on(const Commit& vote, NodeIndex from, const Bytes& signature, Effects& effects) {
  if (vote.epoch != epoch() || vote.number <= decided_.number)
    return answer_stale(from, vote.epoch, vote.number, vote.view, effects);
  Slot* slot = slot_of(vote.number);
  if (!slot) return;
  slot->commits.add(from, vote, signature);
  check_results_agree(vote.number, effects);
  if (vote.view < view_) answer_stale(from, vote.epoch, vote.number, vote.view, effects);
  advance(effects);
}

void Pbft::on_considered(const Hash& proposal, Effects& effects) {
  auto it = known_.find(proposal);
  if (it == known_.end()) return;
  it->second.considered = true;
  try_new_view(effects);
  advance(effects);
}

void Pbft::on_executed(const ExecutionSummary& summary, Effects& effects) {
  auto it = known_.find(summary.proposal);
  if (it == known_.end() || it->second.executed) return;       // given up meanwhile
  const BlockNumber number = it->second.proposal.head.number;
  it->second.executing = false;
  it->second.executed = summary;
  Slot* slot = slot_of(number);
  if (slot && slot->claim && slot->claim->prepared.proposal == summary.proposal &&
      slot->claim->header != summary.header)
    return halt(fmt::format("block {} was executed again with another result: header {} voted before, {} now", number,
                            to_hex0x(slot->claim->header), to_hex0x(summary.header)),
                effects);
  if (PLANTED(epoch_at_execution) && slot && summary.next_config && number == decided_.number + 1)
    slot->certificate = Certificate{epoch(), view_, number, summary.proposal, summary.header, {}};
  check_results_agree(number, effects);
  advance(effects);
}

void Pbft::on_proposal(const Proposal& proposal, Effects& effects) {
  const Hash hash = proposal_hash(group_.suite, group_.chain_id, group_.group_id, proposal.head);
  const BlockNumber number = proposal.head.number;
  if (proposal.head.epoch != epoch() || !slot_of(number) || known_.contains(hash)) return;
  if (payload_hash_of(group_.suite, proposal.payload) != proposal.head.payload_hash) return;
  Slot& slot = slots_[number];
  const bool certified = slot.certificate && slot.certificate->proposal == hash;
  const bool prepared_by_others = in_view_ && !slot.proposal && slot.prepares.quorum_proposal(sealers_, view_) == hash;
  if (prepared_by_others && plan_allows(number, hash)) {
    accept_proposal(number, proposal, effects);
  } else if (certified || (in_view_ && view_ > 0 && plan_allows(number, hash) && number < plan_->first_fresh()) ||
             (!in_view_ && self_index_ && (is_claimed(hash) || PLANTED(proposals_unbounded)))) {
    // re-proposed, or needed to propose it again
    known_.emplace(hash, Known{proposal});
    effects.push_back(Consider{proposal});
    if (in_view_) take_reproposals(effects);
  } else {
    return;
  }
  advance(effects);
}

// ------------------------------------------------------------------------------------------- what the state now allows

void Pbft::advance(Effects& effects) {
  if (halted_) return;
  do {
    execute_ready(effects);
    for (BlockNumber number = decided_.number + 1; number <= decided_.number + limits_.window_max; ++number) {
      if (!slots_.contains(number)) continue;
      prepare_if(number, effects);
      note_prepared(number, effects);
      commit_if(number, effects);
      note_certificate(number, effects);
    }
  } while (decide_next(effects));
}

// Speculative, from the PrePrepare on; a certified proposal goes before what this view says.
void Pbft::execute_ready(Effects& effects) {
  Hash parent = decided_.proposal;
  for (BlockNumber number = decided_.number + 1;; ++number) {
    const Slot* slot = slot_at(number);
    if (!slot || (!slot->certificate && !slot->proposal)) return;
    auto it = known_.find(slot->certificate ? slot->certificate->proposal : *slot->proposal);
    if (it == known_.end() || !it->second.considered || it->second.proposal.head.parent != parent) return;
    if (!it->second.executed) {
      if (!it->second.executing) {
        it->second.executing = true;
        it->second.executing_since = now_;
        effects.push_back(Execute{it->second.proposal});
      }
      return;
    }
    if (it->second.executed->next_config && !PLANTED(epoch_end_ignored)) return;
    parent = it->first;
  }
}

bool Pbft::parent_allows_prepare(const ProposalHead& head) const {
  if (head.number == decided_.number + 1) return head.parent == decided_.proposal;
  if (PLANTED(prepare_without_parent)) return true;
  const Slot* below = slot_at(head.number - 1);
  return below && below->proposal == head.parent && (below->my_prepare == head.parent || below->prepared);
}

// Prepare: bodies at hand and stateless checks passed; the parent prepared here, voted for, or decided; the NewView of a
// view > 0 at hand and allowing it; nothing below it ended the epoch. Durable before it leaves, and never two.
void Pbft::prepare_if(BlockNumber number, Effects& effects) {
  Slot& slot = slots_[number];
  if (!votes() || !in_view_ || !slot.proposal || slot.my_prepare) return;
  const auto& known = known_.at(*slot.proposal);
  const auto& head = known.proposal.head;
  if (!known.considered || !plan_allows(number, *slot.proposal) || !parent_allows_prepare(head)) return;
  if (ends_epoch_below(number) || (slot.certificate && slot.certificate->proposal != *slot.proposal)) return;
  if (head.time_ms <= parent_time(head) || !time_is_come(head)) return;
  const Prepare vote{epoch(), view_, number, *slot.proposal};
  slot.my_prepare = slot.proposal;
  persist(VoteRecord{vote}, effects);
  effects.push_back(SendVote{std::nullopt, vote});
  sent_at_ = now_;
}

// A proposal ahead of our clock waits: a tick comes back here. Not one that is proposed again, nor one that is as early as
// its parent lets it be: clocks that were wrong for a while would stop the group until the time that they showed.
bool Pbft::time_is_come(const ProposalHead& head) const {
  if (head.first_view < view_ || head.time_ms <= now_ + limits_.proposal_ahead_ms_max) return true;
  const bool earliest = head.time_ms == parent_time(head) + 1 && !PLANTED(late_time_refused);
  if (earliest) PROBE(time_of_parent_ahead);
  else PROBE(time_ahead);
  return earliest;
}

void Pbft::note_prepared(BlockNumber number, Effects& effects) {
  Slot& slot = slots_[number];
  if (!in_view_ || slot.prepared) return;
  if (slot.proposal) {
    slot.prepared = slot.prepares.quorum(sealers_, view_, *slot.proposal);
    return;
  }
  const auto missed = slot.prepares.quorum_proposal(sealers_, view_);     // the PrePrepare did not arrive here
  if (!missed || !plan_allows(number, *missed)) return;
  PROBE(prepared_unseen);
  if (known_.contains(*missed)) {
    slot.proposal = missed;
    slot.prepared = slot.prepares.quorum(sealers_, view_, *missed);
    return;
  }
  fetch(*missed, slot.prepares.voters(view_, *missed), effects);
}

bool Pbft::parent_allows_commit(const ProposalHead& head) const {
  if (head.number == decided_.number + 1) return head.parent == decided_.proposal;
  if (PLANTED(no_ancestor_rule)) return true;
  const Slot* below = slot_at(head.number - 1);
  if (PLANTED(ancestor_prepare_only)) return below && below->my_prepare == head.parent;
  if (PLANTED(ancestor_other_view) && below && below->claim && below->claim->prepared.proposal == head.parent) return true;
  return below && below->my_commit && below->my_commit->proposal == head.parent && below->my_commit->view == view_;
}

// Commit: prepared in this view, executed here with all ancestors, none of which ended the epoch, and Commit(n − 1) of
// the same view sent or n − 1 decided. The prepared record with proposal, bodies and header is durable before it leaves.
void Pbft::commit_if(BlockNumber number, Effects& effects) {
  Slot& slot = slots_[number];
  if (!votes() || !slot.prepared || slot.my_commit) return;
  if (!PLANTED(commit_after_view_change) && (!in_view_ || slot.prepared->view != view_)) return;
  const auto known = known_.find(slot.prepared->proposal);
  if (known == known_.end() || !known->second.executed) return;
  if (slot.certificate && slot.certificate->proposal != slot.prepared->proposal) return;
  if (!parent_allows_commit(known->second.proposal.head) || ends_epoch_below(number)) return;
  const Commit vote{epoch(), slot.prepared->view, number, slot.prepared->proposal, known->second.executed->header};
  const bool recorded = slot.claim && slot.claim->prepared.view == vote.view && slot.claim->prepared.proposal == vote.proposal;
  if (recorded) PROBE(commit_repeated);
  slot.my_commit = vote;
  slot.claim = OwnClaim{*slot.prepared, known->second.proposal.head, vote.header};
  if (!PLANTED(commit_not_durable) && !recorded)
    persist(PreparedRecord{known->second.proposal, *slot.prepared, vote.header}, effects);
  effects.push_back(SendVote{std::nullopt, vote});
  sent_at_ = now_;
}

void Pbft::note_certificate(BlockNumber number, Effects& effects) {
  Slot& slot = slots_[number];
  if (!slot.certificate) slot.certificate = slot.commits.quorum(sealers_);
  if (!slot.certificate || known_.contains(slot.certificate->proposal)) return;
  PROBE(certified_unseen);
  std::vector<NodeIndex> from;
  for (const auto& one : slot.certificate->signatures) from.push_back(one.node);
  fetch(slot.certificate->proposal, from, effects);
}

// Decides number decided + 1 when it is certified and executed here with the certified header.
bool Pbft::decide_next(Effects& effects) {
  const BlockNumber number = decided_.number + 1;
  auto at = slots_.find(number);
  if (halted_ || at == slots_.end() || !at->second.certificate) return false;
  if (PLANTED(abort_forgets_decision) && !in_view_) return false;
  const Certificate certificate = *at->second.certificate;
  auto it = known_.find(certificate.proposal);
  if (it == known_.end() || !it->second.executed) return false;
  const Known known = it->second;
  if (known.executed->header != certificate.header) {
    halt(fmt::format("block {} gave header {} here, but a quorum of epoch {} view {} signed {}", number,
                     to_hex0x(known.executed->header), certificate.epoch, certificate.view,
                     to_hex0x(certificate.header)),
         effects);
    return false;
  }
  if (!in_view_) PROBE(decided_out_of_view);
  if (certificate.view < view_) PROBE(result_of_an_old_view);
  decided_ = {number, certificate.proposal, certificate.header, known.proposal.head.time_ms, certificate};
  decided_at_.emplace_back(number, now_);
  if (decided_at_.size() > limits_.window_max) decided_at_.pop_front();
  leaders_.on_decided(number, known.proposal.head.first_view);
  slots_.erase(slots_.begin(), slots_.upper_bound(number));
  note_pace();
  progress_at_ = now_;
  failed_views_ = 0;
  stopped_ = false;
  effects.push_back(Decide{known.proposal, certificate, *known.executed});
  known_.erase(certificate.proposal);                          // its overlay lives until the host has appended it
  if (known.executed->next_config) switch_epoch(*known.executed->next_config, effects);
  forget_unreferenced(effects);
  take_reproposals(effects);
  return true;
}

// Sealers of weight > f signed another header than mine for a proposal that is prepared here: vote no more. When no
// header can reach a quorum any more: halt.
void Pbft::check_results_agree(BlockNumber number, Effects& effects) {
  Slot* slot = slot_of(number);
  if (!slot || !slot->prepared || stopped_ || halted_) return;
  const auto* mine = executed(slot->prepared->proposal);
  if (!mine) return;
  if (slot->commits.weight_against(sealers_, slot->prepared->proposal, mine->header) <= sealers_.faulty_max()) return;
  const auto other = slot->commits.other_header(slot->prepared->proposal, mine->header);
  stopped_ = true;
  std::string difference = fmt::format("block {} gave header {} here and {} at others", number, to_hex0x(mine->header),
                                       to_hex0x(*other));
  if (!slot->commits.some_header_can_win(sealers_, slot->prepared->proposal))
    return halt(difference + "; no result can reach a quorum", effects);
  effects.push_back(Note{difference + "; this node stops voting"});
}

// ------------------------------------------------------------------------------------------------------ sealing, sync

std::optional<BlockNumber> Pbft::may_propose() const {
  if (!votes() || !in_view_ || (plan_ && decided_.number < plan_->decided)) return std::nullopt;
  const BlockNumber number = next_free();
  if (number > decided_.number + limits_.window_max || leader(number) != *self_index_) return std::nullopt;
  const Slot* slot = slot_at(number);
  if (slot && (slot->my_pre_prepare || slot->certificate)) return std::nullopt;
  if (ends_epoch_below(number)) {
    PROBE(epoch_end_held_up);
    return std::nullopt;
  }
  if (number == decided_.number + 1) return number;
  const Slot* below = slot_at(number - 1);
  const auto* parent = below && below->proposal ? find(*below->proposal) : nullptr;
  if (!parent) return std::nullopt;
  const bool same_leader = leader(number - 1) == *self_index_ && parent->head.proposer == *self_index_;
  const bool parent_voted = below->my_prepare == below->proposal;
  return below->prepared || (same_leader && parent_voted) ? std::optional(number) : std::nullopt;
}

void Pbft::propose(Bytes payload, Effects& effects) {
  const auto number = may_propose();
  CHECK(number);
  Proposal proposal;
  proposal.head = {epoch(), *number, *tip(), now_, *self_index_, view_, payload_hash_of(group_.suite, payload)};
  proposal.head.time_ms = std::max(now_, parent_time(proposal.head) + 1);
  proposal.payload = std::move(payload);
  const Hash hash = proposal_hash(group_.suite, group_.chain_id, group_.group_id, proposal.head);
  Slot& slot = slots_[*number];
  slot.proposal = hash;
  slot.my_pre_prepare = PrePrepare{view_, proposal};
  known_[hash] = Known{std::move(proposal), true};
  persist(VoteRecord{*slot.my_pre_prepare}, effects);
  effects.push_back(SendVote{std::nullopt, *slot.my_pre_prepare});
  sent_at_ = now_;
  advance(effects);
}

// A block of this epoch directly above what is decided or certified.
bool Pbft::takes_certified(const Certificate& certificate) const {
  if (certificate.epoch != epoch() || certificate.number <= decided_.number ||
      certificate.number > decided_.number + limits_.window_max)
    return false;
  const std::size_t unchecked = std::ranges::count_if(verifying_, [](const auto& v) { return !!v.second.certified; });
  return unchecked < limits_.window_max;
}

void Pbft::on_certified(const Proposal& proposal, const Certificate& certificate, Effects& effects) {
  const auto& head = proposal.head;
  const bool sound =
      takes_certified(certificate) && head.epoch == certificate.epoch && head.number == certificate.number &&
      proposal_hash(group_.suite, group_.chain_id, group_.group_id, head) == certificate.proposal &&
      payload_hash_of(group_.suite, proposal.payload) == head.payload_hash &&
      (PLANTED(sync_unchecked) || sealers_.weight_of(certificate.signatures) >= sealers_.quorum());
  if (!sound) {
    effects.push_back(RefuseCertified{certificate.number});
    return;
  }
  const std::uint64_t token = next_token_++;
  verifying_[token].certified = {proposal, certificate};
  if (PLANTED(sync_unchecked)) return on_verified(token, true, effects);
  effects.push_back(Verify{token, signatures_of(group_, sealers_, certificate)});
}

void Pbft::on_verified(std::uint64_t token, bool good, Effects& effects) {
  auto it = verifying_.find(token);
  if (it == verifying_.end()) return;                          // of an epoch that is over
  PendingVerify pending = std::move(it->second);
  verifying_.erase(it);
  if (pending.certified) {
    const auto& [proposal, certificate] = *pending.certified;
    Slot* slot = slot_of(certificate.number);
    if (!good) effects.push_back(RefuseCertified{certificate.number});
    if (!good || !slot || certificate.epoch != epoch()) return;
    if (!slot->certificate || PLANTED(sync_unchecked)) slot->certificate = certificate;
    known_.try_emplace(certificate.proposal, Known{proposal}).first->second.considered = true;   // its bodies came along
    advance(effects);
  } else if (pending.view_change_of && good) {
    auto stored = view_changes_.find(*pending.view_change_of);
    if (stored == view_changes_.end() || stored->second.message.list.view != pending.view) return;
    stored->second.proved = true;
    try_new_view(effects);
  } else if (pending.new_view && good && pending.new_view->epoch == epoch()) {
    const auto plan = plan_of(group_, sealers_, *pending.new_view, epoch_base_, limits_.window_max);
    if (plan) enter_view(*pending.new_view, *plan, effects);
  }
}

void Pbft::persist(Record record, Effects& effects) { effects.push_back(Persist{next_position_++, std::move(record)}); }

void Pbft::halt(std::string reason, Effects& effects) {
  halted_ = true;
  effects.push_back(Halt{std::move(reason)});
}

}  // namespace hanse::pbft
