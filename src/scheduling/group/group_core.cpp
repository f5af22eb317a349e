// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/group/group_core.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "base/plant.hpp"
#include "base/probe.hpp"
#include "scheduling/consensus/pbft/pbft.hpp"
#include "scheduling/group/considering.hpp"
#include "scheduling/group/payload.hpp"
#include "scheduling/sync/sync.hpp"

namespace hanse::group {
namespace {

constexpr std::uint32_t kBlocksServedMax = 64;     // of one BlockRequest; the host bounds the bytes as well
constexpr TimeMs kHousekeepingMs = 100;            // expiry, gossip again
constexpr TimeMs kStatusMs = 50;                   // at most one status to all in this time
constexpr TimeMs kStatusAgainMs = 2'000;
constexpr TimeMs kBehindPatienceMs = 150;          // votes usually bring the next number sooner than a fetch
constexpr TimeMs kGossipAgainIdleMs = 300;         // nothing is decided: gossip may have been lost
constexpr TimeMs kGossipAgainBusyMs = 3'000;       // a backlog explains the waiting
constexpr std::size_t kGossipAgainMax = 500;

pbft::Start pbft_start(const Restored& restored) {
  pbft::Start out{restored.config, restored.self, {}, {}, restored.records, restored.next_position};
  const auto& head = restored.head;
  out.head = {head.number, head.proposal, head.header, head.time_ms, head.certificate};
  for (const auto& block : restored.recent) out.steps.push_back({block.number, block.epoch, block.first_view});
  return out;
}

pbft::Limits pbft_limits(const GroupLimits& limits) {
  pbft::Limits out;
  out.view_timeout_ms = limits.view_timeout_ms;
  out.view_timeout_ms_max = limits.view_timeout_ms_max;
  out.leave_out_timeout_ms = limits.leave_out_timeout_ms;
  out.resend_ms = limits.resend_ms;
  out.proposal_ahead_ms_max = limits.proposal_ahead_ms_max;
  out.window_max = limits.window_max;
  return out;
}

std::vector<txpool::DecidedBlock> pool_recent(const Restored& restored) {
  std::vector<txpool::DecidedBlock> out;
  for (const auto& block : restored.recent) out.push_back({block.number, block.hashes, block.nonce_keys});
  return out;
}

}  // namespace

struct GroupCore::Parts {
  Parts(const Restored& restored, GroupLimits limits)
      : limits(limits), pbft(pbft_start(restored), pbft_limits(limits)),
        pool(restored.config, limits.pool, restored.head.number, pool_recent(restored)),
        sync(sync::SyncLimits{}, restored.head.number), appended(restored.head.number),
        appended_header(restored.head.header) {
    for (const auto& record : restored.records)   // their bodies are durable: the pool must not give them up
      if (const auto* prepared = std::get_if<PreparedRecord>(&record); prepared && pbft.find(prepared->prepared.proposal))
        pool.proposed(prepared->prepared.proposal, hashes_of(prepared->proposal.payload));
  }

  // events
  void on(const Tick& tick, Effects& effects);
  void on(const VoteReceived& event, Effects& effects);
  void on(const PeerReceived& event, Effects& effects);
  void on(const PeerChanged& event, Effects& effects);
  void on(const TransactionsAdmitted& event, Effects& effects);
  void on(const Verified& event, Effects& effects);
  void on(const Executed& event, Effects& effects);
  void on(const Appended& event, Effects& effects);
  void on_message(const NodeId& from, const SyncStatus& message, Effects& effects);
  void on_message(const NodeId& from, const BlockRequest& message, Effects& effects);
  void on_message(const NodeId& from, const BlockReply& message, Effects& effects);
  void on_message(const NodeId& from, const ProposalRequest& message, Effects& effects);
  void on_message(const NodeId& from, const ProposalReply& message, Effects& effects);
  void on_message(const NodeId& from, const StandingRequest& message, Effects& effects);
  void on_message(const NodeId& from, const StandingReply& message, Effects& effects);
  void on_message(const NodeId&, const BodyRequest&, Effects&) {}   // the host answers these
  void on_message(const NodeId&, const Bodies&, Effects&) {}

  // consensus effects that the other cores answer
  void carry_out(Effects& effects);
  void answer(pbft::Consider& effect, Effects& effects);
  void answer(pbft::Forget& effect, Effects& effects);
  void answer(pbft::FetchProposal& effect, Effects& effects);
  void answer(pbft::AnswerDecided& effect, Effects& effects);
  void answer(pbft::Decide& effect, Effects& effects);
  void answer(pbft::RefuseCertified& effect, Effects& effects);
  template <class HostEffect>
  void answer(HostEffect& effect, Effects& effects) {
    if constexpr (std::is_same_v<HostEffect, Halt>) halt_reason = effect.reason;
    effects.push_back(std::move(effect));
  }

  void settle(Effects& effects);
  bool feed_certified();
  bool seal();
  std::vector<Hash> undecided_ancestors() const;
  void fetch(Effects& effects);
  void release_bodies(Effects& effects);
  void send_status(std::optional<NodeId> to, Effects& effects);

  GroupLimits limits;
  pbft::Pbft pbft;
  pbft::Effects asked;                       // by consensus, not yet carried out
  txpool::TxPool pool;
  sync::Sync sync;
  Considering considering;
  std::deque<CertifiedBlock> fetched;        // in order, not yet taken by consensus; at most a window
  std::map<BlockNumber, Hash> feeding;       // taken by consensus from there, neither decided nor refused yet
  std::vector<Hash> released;                // by the pool, while fetched blocks may still need the bodies
  BlockNumber appended;
  Hash appended_header;
  std::map<BlockNumber, Hash> deciding;      // decided, not yet appended: header hashes
  TimeMs now = 0, decided_at = 0, housekept_at = 0, status_at = 0;
  bool status_due = false;
  std::string halt_reason;
};

GroupCore::GroupCore(Restored restored, GroupLimits limits) : parts_(std::make_unique<Parts>(restored, limits)) {}
GroupCore::~GroupCore() = default;

void GroupCore::start(Effects& effects) {
  parts_->pbft.start(parts_->asked);
  parts_->settle(effects);
}

void GroupCore::step(const Event& event, Effects& effects) {
  std::visit([&](const auto& one) { parts_->on(one, effects); }, event);
  parts_->settle(effects);
}

// ------------------------------------------------------------------------------------------------------------- events

void GroupCore::Parts::on(const Tick& tick, Effects& effects) {
  now = std::max(now, tick.now_ms);
  if (decided_at == 0) decided_at = now;
  pbft.on_tick(now, pool.oldest_includable_since(), pool.size() / std::max(pbft.config().tx_count_limit, 1u),
               sync.highest_known() > pbft.decided().number, asked);
  considering.on_tick(pbft, pool, now, effects);
  if ((status_due && now - status_at >= kStatusMs) || now - status_at >= kStatusAgainMs) send_status({}, effects);
  if (now - housekept_at < kHousekeepingMs) return;
  housekept_at = now;
  for (const auto& [hash, code] : pool.expire(now)) effects.push_back(Verdict{hash, code});
  const TimeMs age = now - decided_at >= kGossipAgainIdleMs ? kGossipAgainIdleMs : kGossipAgainBusyMs;
  if (auto again = pool.to_gossip_again(now, age, kGossipAgainMax); !again.empty())
    effects.push_back(Gossip{std::move(again)});
}

void GroupCore::Parts::on(const VoteReceived& event, Effects&) {
  pbft.on_vote(event.from, event.message, event.signature, asked);
}

void GroupCore::Parts::on(const Verified& event, Effects&) { pbft.on_verified(event.token, event.good, asked); }

void GroupCore::Parts::on(const Executed& event, Effects&) { pbft.on_executed(event.summary, asked); }

void GroupCore::Parts::on(const Appended& event, Effects&) {
  if (event.number <= appended) return;
  appended = event.number;
  if (auto it = deciding.find(appended); it != deciding.end()) appended_header = it->second;
  deciding.erase(deciding.begin(), deciding.upper_bound(appended));
  status_due = true;
}

void GroupCore::Parts::on(const PeerChanged& event, Effects& effects) {
  sync.on_peer(event.peer, event.connected);
  if (event.connected) send_status(event.peer, effects);
}

void GroupCore::Parts::on(const TransactionsAdmitted& event, Effects& effects) {
  std::vector<Hash> accepted;
  const bool from_client = !event.from;
  for (const auto& tx : event.transactions) {
    const auto refused = pool.add(tx, now, from_client, event.asked);
    if (!from_client) continue;
    if (refused) effects.push_back(Verdict{tx.hash, *refused});
    else accepted.push_back(tx.hash);
  }
  if (accepted.empty()) return;
  effects.push_back(Accepted{accepted});
  effects.push_back(Gossip{std::move(accepted)});
}

void GroupCore::Parts::on(const PeerReceived& event, Effects& effects) {
  std::visit([&](const auto& message) { on_message(event.from, message, effects); }, event.message);
}

void GroupCore::Parts::on_message(const NodeId& from, const SyncStatus& message, Effects&) {
  sync.on_status(from, message.number, now);
  pbft.on_peer_view(from, message.epoch, message.view, asked);
}

void GroupCore::Parts::on_message(const NodeId& from, const BlockRequest& message, Effects& effects) {
  if (message.first < 1 || message.first > appended || message.count == 0) return;
  effects.push_back(ServeBlocks{from, message.first, std::min(message.count, kBlocksServedMax)});
}

void GroupCore::Parts::on_message(const NodeId& from, const BlockReply& message, Effects&) {
  sync.on_blocks(from, message.blocks, now);
}

void GroupCore::Parts::on_message(const NodeId& from, const ProposalRequest& message, Effects& effects) {
  if (const auto* proposal = pbft.find(message.proposal)) effects.push_back(SendPeer{from, ProposalReply{*proposal}});
}

void GroupCore::Parts::on_message(const NodeId&, const ProposalReply& message, Effects&) {
  pbft.on_proposal(message.proposal, asked);
}

void GroupCore::Parts::on_message(const NodeId& from, const StandingRequest& message, Effects& effects) {
  if (!pbft.question())
    effects.push_back(SendPeer{from, StandingReply{message.question, pbft.epoch(), pbft.decided().number, pbft.view()}});
}

void GroupCore::Parts::on_message(const NodeId& from, const StandingReply& message, Effects&) {
  pbft.on_standing(from, message.question, message.epoch, message.decided, message.view);
}

// ---------------------------------------------------------------------------------------------- what consensus asks for

void GroupCore::Parts::carry_out(Effects& effects) {
  while (!asked.empty()) {
    pbft::Effects batch;
    batch.swap(asked);                        // answers may ask for more
    for (auto& effect : batch) std::visit([&](auto& one) { answer(one, effects); }, effect);
  }
}

void GroupCore::Parts::answer(pbft::Consider& effect, Effects&) {
  considering.add(pbft, pool, effect.proposal, now);
}

// One that sync has handed on is still needed: its certificate is being checked.
void GroupCore::Parts::answer(pbft::Forget& effect, Effects&) {
  considering.forget(effect.proposal);
  if (!PLANTED(dropped_stays_listed) && std::ranges::none_of(feeding, [&](const auto& fed) { return fed.second == effect.proposal; }))
    pool.dropped(effect.proposal);
}

void GroupCore::Parts::answer(pbft::FetchProposal& effect, Effects& effects) {
  for (const auto& node : effect.from) effects.push_back(SendPeer{node, ProposalRequest{effect.proposal}});
}

void GroupCore::Parts::answer(pbft::AnswerDecided& effect, Effects& effects) { send_status(effect.to, effects); }

void GroupCore::Parts::answer(pbft::Decide& effect, Effects& effects) {
  const auto& summary = effect.summary;
  const BlockNumber number = effect.proposal.head.number;
  const std::set<Hash> left_out(summary.not_run.begin(), summary.not_run.end());
  txpool::DecidedBlock block{number, {}, summary.nonce_keys};
  for (const auto& hash : hashes_of(effect.proposal.payload))
    if (!left_out.contains(hash) || PLANTED(left_out_forgotten)) block.hashes.push_back(hash);
  const bool ends_epoch = summary.next_config.has_value();
  deciding[number] = summary.header;
  decided_at = now;
  sync.on_decided(number);
  considering.forget(summary.proposal);
  if (PLANTED(delivered_twice) && feeding.contains(number))
    effects.push_back(Append{effect.proposal, effect.certificate, false});
  effects.push_back(Append{std::move(effect.proposal), std::move(effect.certificate),
                           ends_epoch && !PLANTED(epoch_end_not_durable)});
  effects.push_back(Decided{number, summary.header, block.hashes});
  for (const auto& [hash, code] : pool.decided(block, summary.proposal, summary.not_run, summary.nonces))
    effects.push_back(Verdict{hash, code});
  if (const auto it = feeding.find(number); it != feeding.end() && it->second == summary.proposal) feeding.erase(it);
  if (ends_epoch) pool.set_config(*summary.next_config);
}

void GroupCore::Parts::answer(pbft::RefuseCertified& effect, Effects&) {
  if (effect.number > pbft.decided().number) {   // else it was decided by votes meanwhile: nothing is missing
    PROBE(certified_refused);
    sync.on_refused(effect.number, now);
    std::erase_if(fetched, [&](const CertifiedBlock& one) { return one.certificate.number >= effect.number; });
  }
  if (const auto it = feeding.find(effect.number); it != feeding.end()) {
    if (!pbft.find(it->second)) pool.dropped(it->second);
    feeding.erase(it);
  }
}

// ----------------------------------------------------------------------------------------------------------- settling

// Carries on until nothing moves: what consensus asked, proposals that may now be voted for, fetched blocks, sealing.
void GroupCore::Parts::settle(Effects& effects) {
  do {
    carry_out(effects);
    for (const auto& proposal : considering.passed(pbft, pool)) pbft.on_considered(proposal, asked);
  } while (!asked.empty() || feed_certified() || seal());
  fetch(effects);
  release_bodies(effects);
}

// A block that is decided and not appended lives in memory: no more of them than two windows.
bool GroupCore::Parts::feed_certified() {
  if (deciding.size() + feeding.size() >= 2 * limits.window_max) return false;
  while (fetched.size() < limits.window_max) {
    auto next = sync.take_next();
    if (!next) break;
    fetched.push_back(std::move(*next));
  }
  const BlockNumber decided = pbft.decided().number;
  while (!fetched.empty() && fetched.front().certificate.number <= decided) fetched.pop_front();
  if (fetched.empty()) return false;
  const auto& block = fetched.front();
  if (!pbft.takes_certified(block.certificate)) {
    // The next block must be of this epoch; blocks further up may belong to one that begins in between.
    if (block.certificate.number == decided + 1 && block.certificate.epoch != pbft.epoch())
      asked.push_back(pbft::RefuseCertified{block.certificate.number});
    else if (block.certificate.epoch > pbft.epoch()) PROBE(certified_of_next_epoch);
    return !asked.empty();
  }
  feeding[block.certificate.number] = block.certificate.proposal;
  pool.proposed(block.certificate.proposal, hashes_of(block.proposal.payload));
  pbft.on_certified(block.proposal, block.certificate, asked);
  fetched.pop_front();
  return true;
}

// At once when nothing is in flight; under load only full proposals go beside those in flight.
bool GroupCore::Parts::seal() {
  const auto number = pbft.may_propose();
  if (!number) return false;
  const auto& config = pbft.config();
  if (pbft.undecided_in_flight() && !pool.can_seal(*number, config.tx_count_limit)) return false;
  auto sealable = pool.seal(*number, config.tx_count_limit, config.block_gas_limit);
  const auto hashes = pool.that_follow(undecided_ancestors(), std::move(sealable));
  if (hashes.empty()) return false;
  pbft.propose(payload_of(hashes), asked);
  pool.proposed(*pbft.tip(), hashes);
  return true;
}

// Of the proposal that this replica would make next, oldest first.
std::vector<Hash> GroupCore::Parts::undecided_ancestors() const {
  std::vector<Hash> ancestors;
  for (auto at = pbft.tip(); at && *at != pbft.decided().proposal;) {
    const Proposal* proposal = pbft.find(*at);
    if (!proposal || proposal->head.number <= pbft.decided().number) break;
    ancestors.push_back(*at);
    at = proposal->head.parent;
  }
  std::ranges::reverse(ancestors);
  return ancestors;
}

void GroupCore::Parts::fetch(Effects& effects) {
  const BlockNumber ahead = sync.highest_known() - pbft.decided().number;
  const bool patient = pbft.self() && ahead <= limits.window_max && now - decided_at < kBehindPatienceMs;
  if (ahead <= 0 || patient) return;
  for (const auto& one : sync.fetch(now)) effects.push_back(SendPeer{one.to, BlockRequest{one.first, one.count}});
}

void GroupCore::Parts::release_bodies(Effects& effects) {
  std::ranges::move(pool.take_released(), std::back_inserter(released));
  // A fetched block on its way to consensus may need one of them.
  if (released.empty() || !fetched.empty() || sync.has_blocks_waiting()) return;
  std::erase_if(released, [this](const Hash& hash) { return pool.is_needed(hash); });
  if (!released.empty()) effects.push_back(DropBodies{std::exchange(released, {})});
}

void GroupCore::Parts::send_status(std::optional<NodeId> to, Effects& effects) {
  effects.push_back(SendPeer{to, SyncStatus{appended, appended_header, pbft.epoch(), pbft.view()}});
  if (const auto question = pbft.question()) effects.push_back(SendPeer{to, StandingRequest{*question}});
  if (to) return;
  status_at = now;
  status_due = false;
}

// ------------------------------------------------------------------------------------------------------------- status

GroupStatus GroupCore::status() const {
  const auto& pbft = parts_->pbft;
  GroupStatus out;
  out.decided = pbft.decided().number;
  out.appended = parts_->appended;
  out.head_header = pbft.decided().header;
  out.epoch = pbft.epoch();
  out.view = pbft.view();
  out.in_view = pbft.in_view();
  out.leader = pbft.leader(pbft.decided().number + 1);
  out.self = pbft.self();
  out.votes_lost = pbft.question().has_value();
  out.pending = parts_->pool.size();
  out.kept = pbft.kept();
  out.highest_known = std::max(parts_->sync.highest_known(), out.decided);
  out.syncing = parts_->sync.behind();
  out.halted = pbft.halted();
  out.halt_reason = parts_->halt_reason;
  return out;
}

std::uint64_t GroupCore::pending_nonce(const Address& sender, std::uint64_t account_nonce) const {
  return parts_->pool.pending_nonce(sender, account_nonce);
}

std::size_t GroupCore::pending_count() const { return parts_->pool.size(); }

}  // namespace hanse::group
