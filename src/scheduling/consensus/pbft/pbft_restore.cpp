// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A restart: (epoch, view) is the highest in any durable record; recorded votes of it are repeated, never others.
#include <fmt/format.h>

#include <algorithm>

#include "base/plant.hpp"
#include "base/probe.hpp"
#include "scheduling/consensus/pbft/pbft.hpp"

namespace hanse::pbft {
namespace {

std::pair<Epoch, View> epoch_and_view(const Record& record) {
  if (const auto* vote = std::get_if<VoteRecord>(&record)) {
    if (const auto* pre_prepare = std::get_if<PrePrepare>(&vote->vote))
      return {pre_prepare->proposal.head.epoch, pre_prepare->view};
    const auto& prepare = std::get<Prepare>(vote->vote);
    return {prepare.epoch, prepare.view};
  }
  if (const auto* prepared = std::get_if<PreparedRecord>(&record))
    return {prepared->prepared.epoch, prepared->prepared.view};
  if (const auto* view = std::get_if<ViewRecord>(&record)) return {view->epoch, view->view};
  return {};
}

}  // namespace

void Pbft::restore(const std::vector<Record>& records) {
  for (const auto& record : records) {
    const auto [of, view] = epoch_and_view(record);
    if (of == epoch()) view_ = std::max(view_, view);
    if (of > epoch()) halted_ = true;      // start() says so: the block that ended our epoch is missing from the ledger
  }
  for (const auto& record : records) {
    if (const auto* lost = std::get_if<VotesLostRecord>(&record)) lost_.emplace(lost->question);
    if (std::holds_alternative<ViewRecord>(record)) lost_.reset();
  }
  for (const auto& record : records) {
    const auto* entered = std::get_if<ViewRecord>(&record);
    if (!entered || entered->epoch != epoch() || entered->view != view_ || !entered->entered_by) continue;
    new_view_ = entered->entered_by;
    plan_ = plan_of(group_, sealers_, *new_view_, epoch_base_, limits_.window_max);
  }
  in_view_ = view_ == 0 || plan_ || PLANTED(newview_not_needed);
  if (!in_view_) PROBE(restored_without_new_view);
  for (const auto& record : records)
    if (const auto* prepared = std::get_if<PreparedRecord>(&record)) restore_prepared(*prepared);
  for (const auto& record : records)
    if (const auto* vote = std::get_if<VoteRecord>(&record); vote && !PLANTED(double_vote_after_restart))
      restore_vote(*vote);
}

void Pbft::restore_prepared(const PreparedRecord& record) {
  const auto& prepared = record.prepared;
  Slot* slot = prepared.epoch == epoch() ? slot_of(prepared.number) : nullptr;
  if (!slot) return;
  if (!slot->claim || slot->claim->prepared.view <= prepared.view)
    slot->claim = OwnClaim{prepared, record.proposal.head, record.header};
  known_.try_emplace(prepared.proposal, Known{record.proposal, true});      // its bodies are durable with it
  if (!in_view_ || prepared.view != view_) return;
  slot->proposal = prepared.proposal;
  slot->prepared = prepared;                                                // the Commit is repeated after execution
}

void Pbft::restore_vote(const VoteRecord& record) {
  if (const auto* mine = std::get_if<PrePrepare>(&record.vote)) {
    const auto& head = mine->proposal.head;
    Slot* slot = head.epoch == epoch() && mine->view == view_ && in_view_ ? slot_of(head.number) : nullptr;
    if (!slot) return;
    const Hash hash = proposal_hash(group_.suite, group_.chain_id, group_.group_id, head);
    slot->my_pre_prepare = *mine;
    slot->proposal = hash;
    known_.try_emplace(hash, Known{mine->proposal});
    return;
  }
  const auto& vote = std::get<Prepare>(record.vote);
  Slot* slot = vote.epoch == epoch() && vote.view == view_ && in_view_ ? slot_of(vote.number) : nullptr;
  if (!slot) return;
  slot->my_prepare = vote.proposal;
  if (known_.contains(vote.proposal)) slot->proposal = vote.proposal;
}

// Votes that may have been lost with the crash are sent again; what is known is considered and executed again.
void Pbft::start(Effects& effects) {
  if (halted_) {
    effects.push_back(Halt{"the consensus log holds votes of a later epoch than the ledger: the ledger was replaced by an "
                           "older copy; this key must not vote again, let a configuration change admit a new one"});
    return;
  }
  for (const auto& [number, slot] : slots_) {
    if (!slot.proposal) continue;
    const auto& known = known_.at(*slot.proposal);
    if (!known.considered) effects.push_back(Consider{known.proposal});
  }
  take_reproposals(effects);
  if (votes()) {
    progress_at_ = now_ - limits_.resend_ms;
    sent_at_ = now_ - limits_.resend_ms;
    resend(effects);
  }
  advance(effects);
}

// ---------------------------------------------------------------------------------------------------- a lost log

std::optional<std::uint64_t> Pbft::question() const {
  return lost_ ? std::optional(lost_->question()) : std::nullopt;
}

void Pbft::on_standing(const NodeId& from, std::uint64_t question, Epoch of, BlockNumber decided, View view) {
  const auto index = sealers_.index_of(from);
  if (lost_ && index && question == lost_->question() && of == epoch()) lost_->answered(*index, decided, view);
}

// From here on this replica is one that asked for that view before it restarted: nothing is voted in a lower one. Where
// the others have entered that view or a higher one meanwhile, it is in it like them.
void Pbft::vote_again_if(Effects& effects) {
  if (!lost_ || !self_index_ || halted_) return;
  const bool proved = decided_.certificate && decided_.certificate->epoch == epoch();
  const View reached = std::max(view_, proved ? decided_.certificate->view : 0);
  const auto view = lost_->view_to_ask_for(sealers_, *self_index_, decided_.number, reached, limits_.window_max);
  if (!view) return;
  lost_.reset();
  effects.push_back(Note{fmt::format("votes again from view {} of epoch {} on: all that it may have voted for is decided",
                                     std::max(*view, view_), epoch())});
  if (view_ >= *view) persist(ViewRecord{epoch(), view_, new_view_}, effects);
  else leave_view(*view, effects);
}

}  // namespace hanse::pbft
