// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/checkers/checkers.hpp"

#include <algorithm>

#include "sim/host.hpp"

namespace hanse::sim {

void Checkers::on_effects(const Host& host, const group::Effects& effects) {
  for (const auto& effect : effects) {
    if (const auto* send = std::get_if<group::SendVote>(&effect)) {
      votes_.on_asked(host, send->message);
      if (const auto* change = std::get_if<pbft::ViewChange>(&send->message)) view_is_near(host, change->list.view);
      if (std::holds_alternative<pbft::ViewChange>(send->message) && host.holds_commit())
        probes_.hit(Probe::commit_queued_while_leaving);
    }
    if (const auto* execute = std::get_if<group::Execute>(&effect)) hashes_fit(host, execute->proposal);
    if (const auto* persist = std::get_if<group::Persist>(&effect))
      if (const auto* prepared = std::get_if<group::PreparedRecord>(&persist->record))
        known_.learn(prepared->proposal.head);
  }
  if (effects.size() > 2'000)
    known_.violate("bounded", "n{} answered one event with {} effects", host.node(), effects.size());
}

void Checkers::on_vote_leaves(const Host& host, const SignedVote& vote) {
  if (const auto* prepare = std::get_if<pbft::Prepare>(&vote.message())) {
    if (known_.plan().nodes[host.node()].joins_late) probes_.hit(Probe::disk_replaced);
    if (host.has_lost_votes()) probes_.hit(Probe::votes_again);
    if (prepare->view > 0 && votes_.entered_without_asking(host.node(), prepare->epoch, prepare->view))
      probes_.hit(Probe::view_entered_by_new_view_only);
  }
  if (const auto* proposal = std::get_if<pbft::PrePrepare>(&vote.message())) leads(host, *proposal);
  votes_.on_leaves(host, vote);
  if (const auto* prepare = std::get_if<pbft::Prepare>(&vote.message()))
    if (votes_.views_of(prepare->number) >= 4) probes_.hit(Probe::four_views_for_one_number);
}

// A view is reached by timeouts of honest replicas, one after the other, none shorter than a quarter of the configured one.
void Checkers::view_is_near(const Host& host, View view) {
  const auto passed = static_cast<std::size_t>(host.now() / 1'000 / known_.plan().limits.view_timeout_ms);
  if (view > 32 + passed * 4)
    known_.violate("bounded", "n{} asks for view {}, at most {} can have failed", host.node(), view, 32 + passed * 4);
}

// A function of decided blocks says who proposes, the same for everybody; for a window, whose NewView it was.
void Checkers::leads(const Host& host, const pbft::PrePrepare& vote) {
  const ProposalHead& head = vote.proposal.head;
  if (!leaders_ || leaders_of_ != head.epoch || !known_.base_of(head.epoch)) return;
  const GroupConfig& config = *known_.plan().configs[head.epoch];
  // Of several NewViews of one view, which misbehaving leaders send, any may have been the first here.
  auto first_fresh = votes_.first_fresh(host.node(), head.epoch, vote.view);
  if (vote.view == 0) first_fresh.push_back(-static_cast<BlockNumber>(known_.plan().limits.window_max));
  const auto is_turn = [&](BlockNumber first) {
    const bool is_senders = head.number < first + known_.plan().limits.window_max;
    const NodeIndex turn = is_senders ? static_cast<NodeIndex>(vote.view % config.sealers.size())
                                      : leaders_->leader(head.number, vote.view);
    return config.sealers[turn].node == known_.keys().id(host.node());
  };
  if (std::ranges::none_of(first_fresh, is_turn))
    known_.violate("leader-rule", "n{} proposes n{} in view {}, but it is the turn of somebody else", host.node(),
                   head.number, vote.view);
}

// Hashes from the wire are recomputed.
void Checkers::hashes_fit(const Host& host, const Proposal& proposal) {
  if (payload_hash_of(known_.group_name().suite, proposal.payload) != proposal.head.payload_hash)
    known_.violate("proposal-hash", "n{} has n{} executed with a payload that its head does not name", host.node(),
                   proposal.head.number);
}

// Before anything of epoch e + 1 leaves, the block that ended epoch e is durable.
void Checkers::on_peer_message_leaves(const Host& host, const group::PeerMessage& message) {
  const auto* status = std::get_if<group::SyncStatus>(&message);
  if (!status) return;
  if (status->epoch > host.disk().head_outcome().state.epoch)
    known_.violate("durable-before-sent", "n{} speaks of epoch {} before the block that begins it is durable",
                   host.node(), status->epoch);
  if (status->number > host.disk().head())
    known_.violate("durable-before-sent", "n{} offers n{}, its ledger ends at n{}", host.node(), status->number,
                   host.disk().head());
}

void Checkers::on_vote_arrives(const Host& host, const SignedVote& vote) {
  if (const auto* new_view = std::get_if<pbft::NewView>(&vote.message()))
    for (const auto& one : new_view->lists)
      if (one.list.decided > host.decided()) {
        probes_.hit(Probe::new_view_above_a_lagging_replica);
        break;
      }
  votes_.on_arrives(host, vote);
}

void Checkers::on_append(const Host& host, const LedgerBlock& block) {
  known_.learn(block.proposal.head);
  if (block.certificate.view > block.proposal.head.first_view) probes_.hit(Probe::decided_when_proposed_again);
  if (block.proposal.head.epoch > 0) probes_.hit(Probe::decided_in_a_later_epoch);
  if (!block.outcome->summary.not_run.empty()) probes_.hit(Probe::gas_limit_reached);
  if (chain_.on_append(host, block)) note_leader(block.proposal.head);
}

void Checkers::note_leader(const ProposalHead& head) {
  const GroupConfig& config = *known_.plan().configs[head.epoch];
  leaders_of_ = head.epoch;
  if (!leaders_ || known_.base_of(head.epoch) == head.number - 1)
    leaders_.emplace(config.sealers.size(), config.leader_period, known_.plan().limits.window_max);
  const auto in_turn =
      (static_cast<std::uint64_t>(head.number) / config.leader_period + head.first_view) % config.sealers.size();
  if (leaders_->skipped(static_cast<NodeIndex>(in_turn), head.number)) probes_.hit(Probe::leader_skipped);
  leaders_->on_decided(head.number, head.first_view);
}

void Checkers::on_decided(const Host& host, const group::Decided& decided) {
  if (decided.number > known_.reference_head() || known_.reference(decided.number).header != decided.header)
    return known_.violate("told-only-decided", "n{} says that n{} is decided; it is not, or not so", host.node(),
                          decided.number);
  if (!std::ranges::equal(decided.hashes, known_.reference(decided.number).run))
    known_.violate("told-only-decided", "n{} names other transactions of n{} than were run", host.node(),
                   decided.number);
}

void Checkers::after_tick(const Host& host) {
  const auto status = host.core().status();
  const auto& limits = known_.plan().limits;
  const auto bounded = [&](const char* what, std::size_t is, std::size_t most) {
    if (is > most) known_.violate("bounded", "n{}: {} {}, at most {}", host.node(), is, what, most);
  };
  bounded("transactions wait", status.pending, 2 * limits.pool.count_max);   // peers bring more than clients may
  bounded("overlays", host.overlay_count(), 16 * limits.window_max + 16);
  bounded("sends wait for the log", host.held_count(), 4'000);
  const std::size_t sealers = known_.plan().nodes.size(), window = limits.window_max;
  bounded("messages are kept", status.kept, 4 * sealers + window * (2 + 5 * sealers) + 16 * window + 16);
}

}  // namespace hanse::sim
