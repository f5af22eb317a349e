// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Leaving a view, choosing what the next one proposes again, entering it; epochs; timers; what is sent again.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/plant.hpp"
#include "base/probe.hpp"
#include "scheduling/consensus/pbft/pbft.hpp"

namespace hanse::pbft {

// --------------------------------------------------------------------------------------------------- leaving a view

// The view is durable before the ViewChange leaves; nothing is voted in lower ones any more.
void Pbft::leave_view(View next, Effects& effects) {
  CHECK(next > view_);
  effects.push_back(Note{fmt::format("leaves view {} of epoch {} for view {}; last decided {}", view_, epoch(), next,
                                     decided_.number)});
  view_ = next;
  in_view_ = false;
  ++failed_views_;
  plan_.reset();
  new_view_.reset();
  view_change_quorum_at_.reset();
  clear_view_state();
  if (!PLANTED(view_not_durable)) persist(ViewRecord{epoch(), view_, std::nullopt}, effects);
  effects.push_back(SendVote{std::nullopt, my_view_change()});
  sent_at_ = now_;
  if (PLANTED(commit_after_view_change)) advance(effects);
}

void Pbft::clear_view_state() {
  for (auto& [number, slot] : slots_) {
    slot.my_pre_prepare.reset();
    slot.my_prepare.reset();
    slot.proposal.reset();
    if (PLANTED(commit_after_view_change)) continue;
    slot.prepared.reset();
    slot.my_commit.reset();
  }
}

// Claims are what the log holds: a claim is set in the step that lists its Persist, and this message waits for that.
ViewChange Pbft::my_view_change() const {
  ViewChange out;
  out.list = {epoch(), view_, decided_.number, decided_.proposal, {}};
  if (decided_.certificate && decided_.certificate->epoch == epoch()) out.decided_proof = decided_.certificate;
  for (const auto& [number, slot] : slots_) {
    if (!slot.claim || (PLANTED(last_view_claims) && slot.claim->prepared.view + 1 != view_)) continue;
    const auto& prepared = slot.claim->prepared;
    if (prepared.view >= view_) continue;
    out.list.claims.push_back({number, prepared.view, prepared.proposal});
    out.proofs.push_back({slot.claim->head, prepared});
  }
  return out;
}

void Pbft::on(const ViewChange& message, NodeIndex from, const Bytes& signature, Effects& effects) {
  const auto& list = message.list;
  if (list.epoch != epoch() || list.decided < decided_.number)
    answer_stale(from, list.epoch, list.epoch < epoch() ? 0 : std::min(list.decided, decided_.number) + 1, list.view, effects);
  if (list.epoch != epoch() || !well_formed(list, limits_.window_max)) return;
  if (list.view <= view_ && in_view_) return pass_new_view(from, effects);
  auto [it, added] = view_changes_.try_emplace(from);
  if (!added && (it->second.message.list.view > list.view || it->second.message == message)) return;
  it->second = {message, signature, false};
  std::erase_if(verifying_, [&](const auto& one) { return one.second.view_change_of == from; });   // of the one before
  if (PLANTED(view_changes_unbounded)) verifying_[next_token_++].view = list.view;
  join_higher_view(effects);
  WeightSum sum = 0;
  for (const auto& [node, stored] : view_changes_)
    if (stored.message.list.view >= view_) sum += sealers_.weight(node);
  if (!in_view_ && !view_change_quorum_at_ && sum >= sealers_.quorum()) view_change_quorum_at_ = now_;
  prove(from, effects);
}

// The leader of the view asked for checks the proofs beside a ViewChange; a list that cannot be proved is left out.
void Pbft::prove(NodeIndex from, Effects& effects) {
  auto it = view_changes_.find(from);
  if (it == view_changes_.end() || it->second.proved) return;
  const auto& message = it->second.message;
  if (!self_index_ || message.list.view % sealers_.size() != *self_index_) return;
  std::vector<SignatureCheck> checks;
  auto add = [&](std::vector<SignatureCheck> more) { std::ranges::move(more, std::back_inserter(checks)); };
  if (message.list.decided > epoch_base_ && !PLANTED(base_unproved)) {
    if (PLANTED(missing_part_crashes)) CHECK(message.decided_proof);
    if (!message.decided_proof || !proves_decided(sealers_, message.list, *message.decided_proof)) return;
    add(signatures_of(group_, sealers_, *message.decided_proof));
  }
  if (message.proofs.size() != message.list.claims.size()) return;
  for (std::size_t i = 0; i < message.proofs.size(); ++i) {
    if (!proves(group_, sealers_, message.list.claims[i], message.proofs[i])) return;
    add(signatures_of(group_, sealers_, message.proofs[i].prepared));
  }
  const std::uint64_t token = next_token_++;
  verifying_[token].view_change_of = from;
  verifying_[token].view = message.list.view;
  if (checks.empty() || PLANTED(nested_unchecked)) return on_verified(token, true, effects);
  effects.push_back(Verify{token, std::move(checks)});
}

// The highest view that sealers of weight > f ask for, or more: at least one of them is honest.
void Pbft::join_higher_view(Effects& effects) {
  if (!votes()) return;
  std::vector<std::pair<View, WeightSum>> asked;
  for (const auto& [node, stored] : view_changes_)
    asked.emplace_back(stored.message.list.view, sealers_.weight(node));
  std::ranges::sort(asked, std::greater{}, &std::pair<View, WeightSum>::first);
  WeightSum sum = 0;
  for (const auto& [view, weight] : asked) {
    sum += weight;
    if (sum <= sealers_.faulty_max() && !PLANTED(one_drags_all)) continue;
    if (view <= view_) return;
    PROBE(joined_higher_view);
    return leave_view(view, effects);
  }
}

// -------------------------------------------------------------------------------------------------- building a NewView

NewView Pbft::new_view_of(const std::vector<NodeIndex>& nodes) const {
  NewView out{epoch(), view_, {}, {}, {}};
  BlockNumber decided = -1;
  for (NodeIndex node : nodes) {
    const auto& stored = view_changes_.at(node);
    out.lists.push_back({node, stored.message.list, stored.signature});
    if (stored.message.list.decided <= decided) continue;
    decided = stored.message.list.decided;
    out.decided_proof = stored.message.decided_proof;
  }
  for (const auto& winner : winners(out.lists)) {
    for (NodeIndex node : nodes) {
      const auto& message = view_changes_.at(node).message;
      auto claim = std::ranges::find(message.list.claims, winner);
      if (claim == message.list.claims.end()) continue;
      out.proofs.push_back(message.proofs[claim - message.list.claims.begin()]);
      break;
    }
  }
  return out;
}

bool Pbft::claims(NodeIndex node, const Hash& proposal) const {
  return std::ranges::any_of(view_changes_.at(node).message.list.claims,
                             [&](const Claim& claim) { return claim.proposal == proposal; });
}

bool Pbft::is_claimed(const Hash& proposal) const {
  return std::ranges::any_of(view_changes_, [&](const auto& one) { return claims(one.first, proposal); });
}

std::optional<Reproposal> Pbft::first_not_held(const ViewPlan& plan) const {
  for (const auto& one : plan.reproposals) {
    if (one.number <= decided_.number) continue;
    auto known = known_.find(one.proposal);
    if (known == known_.end() || !known->second.considered) return one;
  }
  return std::nullopt;
}

// Sent only when every body that it proposes again is held here; meanwhile without the lists that claim a missing one,
// if the others are a quorum.
void Pbft::try_new_view(Effects& effects) {
  if (in_view_ || !votes() || view_ % sealers_.size() != *self_index_ || new_view_sent_ == view_) return;
  std::vector<NodeIndex> nodes;
  for (const auto& [node, stored] : view_changes_)
    if (stored.proved && stored.message.list.view == view_) nodes.push_back(node);
  // Who keeps certificates to itself could start every view above numbers that nobody else can decide. So lists above what
  // is decided here are used only when there is no quorum without them: any quorum names all that may be decided.
  auto within_reach = nodes;
  std::erase_if(within_reach, [&](NodeIndex n) { return view_changes_.at(n).message.list.decided > decided_.number; });
  if (plan_of(group_, sealers_, new_view_of(within_reach), epoch_base_, limits_.window_max)) {
    if (within_reach.size() < nodes.size()) PROBE(list_out_of_reach);
    nodes = within_reach;
  } else if (failed_views_ > 1 && view_change_quorum_at_ &&
             now_ - *view_change_quorum_at_ < backed_off(new_view_timeout()) / 2) {
    return;                                                     // it did not help last time: wait for more of them
  }
  while (!nodes.empty()) {
    const NewView candidate = new_view_of(nodes);
    const auto plan = plan_of(group_, sealers_, candidate, epoch_base_, limits_.window_max);
    if (!plan) return;                                          // no quorum yet
    const auto missing = first_not_held(*plan);
    if (!missing) {
      new_view_sent_ = view_;
      effects.push_back(SendVote{std::nullopt, candidate});
      return;
    }
    std::vector<NodeIndex> claimants;
    std::ranges::copy_if(nodes, std::back_inserter(claimants), [&](NodeIndex n) { return claims(n, missing->proposal); });
    if (!known_.contains(missing->proposal)) fetch(missing->proposal, claimants, effects);
    if (claimants.empty()) return;
    PROBE(list_left_out);
    std::erase_if(nodes, [&](NodeIndex node) { return claims(node, missing->proposal); });
  }
}

void Pbft::fetch(const Hash& proposal, const std::vector<NodeIndex>& from, Effects& effects) {
  if (now_ - fetched_at_ < limits_.resend_ms / 4) return;       // a tick comes back here
  fetched_at_ = now_;
  FetchProposal out{proposal, {}};
  for (NodeIndex node : from)
    if (node != self_index_) out.from.push_back(sealers_.node(node));
  if (!out.from.empty()) effects.push_back(std::move(out));
}

// ----------------------------------------------------------------------------------------------------- entering a view

// Any sealer may pass a NewView on: the signed claim lists prove it. The first valid one of a view wins here.
void Pbft::on(const NewView& message, NodeIndex from, const Bytes&, Effects& effects) {
  if (message.epoch != epoch()) return answer_stale(from, message.epoch, 0, message.view, effects);
  if (message.view == 0 || message.view < view_ || (message.view == view_ && in_view_)) return;
  const auto pending = std::ranges::count_if(verifying_, [](const auto& one) { return !!one.second.new_view; });
  if (static_cast<std::size_t>(pending) >= 2 * sealers_.size()) return;
  const auto plan = plan_of(group_, sealers_, message, epoch_base_, limits_.window_max);
  if (!plan) return;
  if (PLANTED(nested_unchecked)) return enter_view(message, *plan, effects);
  const std::uint64_t token = next_token_++;
  verifying_[token].new_view = message;
  effects.push_back(Verify{token, signatures_of(group_, sealers_, message)});
}

void Pbft::enter_view(const NewView& message, const ViewPlan& plan, Effects& effects) {
  if (message.view < view_ || (message.view == view_ && in_view_)) return;
  view_ = message.view;
  in_view_ = true;
  new_view_ = message;
  plan_ = plan;
  view_change_quorum_at_.reset();
  view_entered_at_ = progress_at_ = now_;
  clear_view_state();
  if (PLANTED(commit_after_view_change))
    for (auto& [number, slot] : slots_) slot.prepared.reset(), slot.my_commit.reset();
  std::erase_if(view_changes_, [&](const auto& one) { return one.second.message.list.view <= view_; });
  if (!PLANTED(view_not_durable) && !lost_) persist(ViewRecord{epoch(), view_, message}, effects);
  effects.push_back(Note{fmt::format("enters view {} of epoch {}: decided {}, {} proposed again", view_, epoch(),
                                     plan.decided, plan.reproposals.size())});
  fetched_at_ = 0;
  // The proof of d is a certificate like any other; it may be the only copy that reaches us.
  if (Slot* slot = slot_of(plan.decided); slot && !slot->certificate) slot->certificate = message.decided_proof;
  take_reproposals(effects);
  forget_unreferenced(effects);
  take_early(effects);
  advance(effects);
}

// The proposals of the NewView need no PrePrepare of their own.
void Pbft::take_reproposals(Effects& effects) {
  if (!in_view_ || !plan_ || PLANTED(newview_ignored)) return;
  for (const auto& one : plan_->reproposals) {
    Slot* slot = slot_of(one.number);
    if (!slot || slot->proposal) continue;
    auto known = known_.find(one.proposal);
    if (known != known_.end()) {
      slot->proposal = one.proposal;
      if (!known->second.considered) effects.push_back(Consider{known->second.proposal});
      continue;
    }
    std::vector<NodeIndex> from;
    for (const auto& list : new_view_->lists)
      if (std::ranges::any_of(list.list.claims, [&](const Claim& c) { return c.proposal == one.proposal; }))
        from.push_back(list.node);
    fetch(one.proposal, from, effects);
  }
}

void Pbft::take_early(Effects& effects) {
  for (BlockNumber number = decided_.number + 1; number <= decided_.number + limits_.window_max; ++number) {
    Slot* slot = slots_.contains(number) ? slot_of(number) : nullptr;
    if (!slot || !slot->early || slot->early->second.view > view_) continue;
    const auto [from, message] = *std::exchange(slot->early, std::nullopt);
    if (message.view != view_) continue;
    PROBE(early_proposal_taken);
    on(message, from, {}, effects);
  }
}

// "When n is decided, everything of e above n is void, the epoch goes up by one, the view returns to 0."
void Pbft::switch_epoch(const GroupConfig& next, Effects& effects) {
  CHECK(next.epoch == config_.epoch + 1);
  effects.push_back(Note{fmt::format("epoch {} begins above block {}: {} sealers", next.epoch, decided_.number,
                                     next.sealers.size())});
  config_ = next;
  if (!PLANTED(old_weights)) sealers_ = SealerSet(config_.sealers);
  leaders_ = LeaderRule(config_.sealers.size(), config_.leader_period, limits_.window_max);
  self_index_ = sealers_.index_of(self_);
  epoch_base_ = decided_.number;
  view_ = 0;
  in_view_ = true;
  new_view_.reset();
  plan_.reset();
  new_view_sent_.reset();
  view_change_quorum_at_.reset();
  if (!slots_.empty()) PROBE(undecided_voided);
  slots_.clear();
  view_changes_.clear();
  if (lost_) lost_->begin_epoch();
  for (const auto& [token, pending] : verifying_)              // their answers will not be understood any more
    if (pending.certified) effects.push_back(RefuseCertified{pending.certified->second.number});
  verifying_.clear();
  answered_at_.clear();
}

// Gives up what is decided otherwise, and, within a view, what neither this view nor a prepared record refers to.
void Pbft::forget_unreferenced(Effects& effects) {
  for (auto it = known_.begin(); it != known_.end();) {
    const BlockNumber number = it->second.proposal.head.number;
    const Slot* slot = slot_at(number);
    const bool referenced = slot && (slot->proposal == it->first ||
                                     (slot->claim && slot->claim->prepared.proposal == it->first) ||
                                     (slot->certificate && slot->certificate->proposal == it->first));
    const bool old = number <= decided_.number || it->second.proposal.head.epoch != epoch();
    if (!old && (referenced || !in_view_)) {
      ++it;
      continue;
    }
    effects.push_back(Forget{it->first});
    if (it->second.executing || it->second.executed) effects.push_back(Discard{it->first});
    it = known_.erase(it);
  }
}

// --------------------------------------------------------------------------------------------------------- timers

// Four times what the slowest of the last blocks took, so that a chain that is quick notices a failed leader quickly, and
// within bounds, so that a leader that dawdles gains nothing by it.
TimeMs Pbft::view_timeout() const {
  return std::clamp(4 * slowest_ms_, limits_.view_timeout_ms / 2, limits_.view_timeout_ms);
}

// From a quorum of ViewChanges to the NewView are two delays, where a block takes three and its execution.
TimeMs Pbft::new_view_timeout() const { return view_timeout() / 2; }

void Pbft::note_pace() {
  const TimeMs took = now_ - std::max(progress_at_, view_entered_at_);
  slowest_ms_ = std::max(took, slowest_ms_ - slowest_ms_ / 16);
  if (failed_views_ > 0) slowest_ms_ = std::max(slowest_ms_, limits_.view_timeout_ms / 4);   // patient again for a while
}

// The first view after a failed one gets no more time than that: its leader may be the one that failed.
TimeMs Pbft::backed_off(TimeMs timeout) const {
  return std::min(timeout << std::clamp(failed_views_ - 1, 0, 20), std::max(timeout, limits_.view_timeout_ms_max));
}

// Who is behind has no cause against the leader: it fetches, for a while, instead of leaving a view that works alone.
bool Pbft::view_timer_expired(std::optional<TimeMs> waiting_since, std::uint64_t backlog, bool behind) const {
  const Slot* lowest = slot_at(decided_.number + 1);
  if (lowest && lowest->prepared) {                             // it stands still while that one executes, for a while
    auto known = known_.find(lowest->prepared->proposal);
    if (known != known_.end() && known->second.executing &&
        now_ - known->second.executing_since < limits_.execution_budget_ms) {
      PROBE(timer_stood_still);
      return false;
    }
  }
  const TimeMs idle = now_ - std::max(progress_at_, view_entered_at_), timeout = backed_off(view_timeout());
  if (idle >= timeout * (behind ? 3 : 1)) return true;
  if (idle >= timeout) PROBE(patient_while_behind);
  if (!waiting_since) return false;
  const TimeMs patience = limits_.leave_out_timeout_ms * static_cast<TimeMs>(1 + std::min<std::uint64_t>(backlog, 1000));
  const bool too_long = now_ - std::max(*waiting_since, view_entered_at_) >= backed_off(patience);
  if (too_long) PROBE(left_out_too_long);
  return too_long;
}

void Pbft::on_tick(TimeMs now, std::optional<TimeMs> waiting_since, std::uint64_t backlog, bool behind,
                   Effects& effects) {
  if (now_ == 0) progress_at_ = view_entered_at_ = sent_at_ = now;
  now_ = std::max(now_, now);                                   // a clock that jumps back is not followed
  if (halted_) return;
  const bool work = waiting_since || std::ranges::any_of(slots_, [](const auto& one) {
                      return one.second.proposal || one.second.certificate;
                    });
  if (!work) progress_at_ = now_;                               // the timer starts when there is something to do
  vote_again_if(effects);
  if (votes()) {
    const bool expired = in_view_ ? work && view_timer_expired(waiting_since, backlog, behind)
                                  : view_change_quorum_at_ &&
                                        now_ - *view_change_quorum_at_ >= backed_off(new_view_timeout());
    if (expired) leave_view(view_ + 1, effects);
    try_new_view(effects);
    resend(effects);
  }
  take_reproposals(effects);
  advance(effects);                                             // proposals from a clock ahead of ours, fetches
}

// Votes and view changes are sent again until something supersedes them.
void Pbft::resend(Effects& effects) {
  if (now_ - sent_at_ < limits_.resend_ms) return;
  sent_at_ = now_;
  if (!in_view_) {
    effects.push_back(SendVote{std::nullopt, my_view_change()});
    new_view_sent_.reset();
    return;
  }
  if (now_ - progress_at_ < limits_.resend_ms) return;
  for (const auto& [number, slot] : slots_) {
    if (slot.my_pre_prepare) effects.push_back(SendVote{std::nullopt, *slot.my_pre_prepare});
    if (slot.my_prepare) effects.push_back(SendVote{std::nullopt, Prepare{epoch(), view_, number, *slot.my_prepare}});
    if (slot.my_commit) effects.push_back(SendVote{std::nullopt, *slot.my_commit});
  }
}

// A sealer that restarted, or was away, does not know the view: votes of a view it is not in mean nothing to it.
void Pbft::on_peer_view(const NodeId& from, Epoch of, View view, Effects& effects) {
  const auto index = sealers_.index_of(from);
  if (index && of == epoch() && view < view_ && in_view_) pass_new_view(*index, effects);
}

// Not by who is silent: its log does not hold that view.
void Pbft::pass_new_view(NodeIndex to, Effects& effects) {
  if (!votes() || !new_view_ || !may_answer(to)) return;
  PROBE(stale_answered);
  effects.push_back(SendVote{sealers_.node(to), *new_view_});
}

std::size_t Pbft::kept() const {
  std::size_t sum = view_changes_.size() + verifying_.size() + known_.size();
  for (const auto& [number, slot] : slots_) sum += 1 + slot.prepares.size() + slot.commits.size();
  return sum;
}

bool Pbft::may_answer(NodeIndex from) {
  if (from == self_index_) return false;
  auto [it, first] = answered_at_.try_emplace(from, now_);
  if (!first && now_ - it->second < limits_.resend_ms / 2) return false;
  it->second = now_;
  return true;
}

// A vote for what is decided here is answered with the certificate, one of a lower view with the NewView. Votes that are
// merely the last of a quorum arrive a moment after the decision: they need no answer.
void Pbft::answer_stale(NodeIndex from, Epoch of, BlockNumber number, View view, Effects& effects) {
  if (of > epoch()) return;                                     // we are the ones behind: sync
  if (of < epoch() || number <= decided_.number) {
    const BlockNumber answer = std::min(number, decided_.number);
    for (const auto& [recent, at] : decided_at_)
      if (recent == answer && now_ - at < limits_.resend_ms) return;
    if (answer > 0 && may_answer(from)) effects.push_back(AnswerDecided{sealers_.node(from), answer});
  } else if (view < view_ && in_view_) {
    pass_new_view(from, effects);
  }
}

}  // namespace hanse::pbft
