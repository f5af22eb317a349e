// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Life of a simulated host, and what reaches it; what its core asks for is in host_effects.cpp.
#include "sim/host.hpp"

#include <algorithm>

#include "base/plant.hpp"
#include "sim/world.hpp"

namespace hanse::sim {

namespace {

constexpr TimeUs kSoon = 100'000;   // a restart that follows another

}  // namespace

Host::Host(World& world, NodeNumber node, std::size_t instance)
    : world_(world),
      node_(node),
      instance_(instance),
      honest_(!world.plan().nodes[node].byzantine),
      disk_(world.genesis()) {}

void Host::boot() {
  CHECK(!core_);
  ++life_;
  restarts_in_a_row_ = life_ > 1 && world_.now() - booted_at_ < kSoon ? restarts_in_a_row_ + 1 : 0;
  booted_at_ = world_.now();
  if (restarts_in_a_row_ == 5) world_.probes().hit(Probe::restart_storm);
  clock_.emplace(world_.clock(node_).steady(world_.now()), world_.clock(node_).wall(world_.now()));
  decided_ = disk_.head();
  epoch_ = disk_.head_outcome().state.epoch;
  for (const LogEntry& entry : disk_.log())
    for (const ModelTransaction& tx : entry.bodies) bodies_.emplace(tx.hash, tx);
  core_ = std::make_unique<group::GroupCore>(restored(), world_.plan().limits);
  if (PLANTED(second_crash_forgets)) disk_.forget_votes();
  group::Effects effects;
  core_->start(effects);
  carry_out(std::move(effects));
}

group::Restored Host::restored() const {
  const Outcome& head = disk_.head_outcome();
  group::Restored out;
  out.config = *world_.plan().configs[head.state.epoch];
  out.self = world_.keys().id(node_);
  out.head = {disk_.head(), head.proposal, head.header, 0, std::nullopt};
  if (disk_.head() > 0) {
    const LedgerBlock& block = *disk_.ledger().back();
    out.head.time_ms = block.proposal.head.time_ms;
    out.head.certificate = block.certificate;
  }
  for (const auto& block : disk_.ledger()) {
    group::RecentBlock recent{
        block->outcome->number, block->proposal.head.epoch, block->proposal.head.first_view, {}, {}};
    if (recent.number + out.config.block_limit_span > disk_.head() && !PLANTED(restart_forgets_run)) {
      recent.hashes = block->outcome->run;
      recent.nonce_keys = block->outcome->nonce_keys;
    }
    out.recent.push_back(std::move(recent));
  }
  for (const LogEntry& entry : disk_.log()) out.records.push_back(entry.record);
  out.next_position = disk_.last_position() + 1;
  return out;
}

void Host::crash() {
  CHECK(core_);
  core_.reset();
  clock_.reset();
  disk_refuses_ = false;
  const Disk::Loss loss = disk_.crash(world_.prng());
  if (loss.lost > 0) world_.probes().hit(Probe::writes_lost);
  if (loss.lost > 0 && loss.kept > 0) world_.probes().hit(Probe::writes_landed);
  if (loss.reordered) world_.probes().hit(Probe::writes_reordered);
  bodies_.clear(), requested_.clear(), overlays_.clear(), executing_.clear(), executed_last_.reset(), held_.clear(), barriers_.clear();
  gates_opened_ = gates_closed_ = 0;
}

void Host::lose_disk(bool comes_back) {
  CHECK(!core_);
  disk_ = Disk(world_.genesis());
  disk_is_lost_ = !comes_back;
  has_lost_votes_ = comes_back;
  if (comes_back && !PLANTED(lost_disk_votes)) disk_.mark_votes_lost(world_.prng().next());
}

void Host::happen(const Happening& what) {
  std::visit([this](const auto& one) { on(one); }, what);
}

void Host::peer_changed(NodeNumber peer, bool connected) {
  step(group::PeerChanged{world_.keys().id(peer), connected});
}

TimeUs Host::now() const { return world_.now(); }

void Host::step(const group::Event& event) {
  group::Effects effects;
  core_->step(event, effects);
  carry_out(std::move(effects));
}

void Host::on(const TickDue&) {
  const Clock& clock = world_.clock(node_);
  step(group::Tick{clock_->now(clock.steady(world_.now()), clock.wall(world_.now()))});
  if (world_.stopped()) return;
  world_.checkers().after_tick(*this);
}

void Host::on(const ExecutionDone& done) {
  auto at = executing_.find(done.proposal);
  if (at == executing_.end() || at->second.ticket != done.ticket) return;  // discarded meanwhile
  const Execution job = std::move(at->second);
  executing_.erase(at);
  auto result = execute(world_.plan().configs, *job.parent, job.proposal, done.proposal, job.bodies);
  if (PLANTED(result_of_own_clock))
    result.header = result.summary.header = Checksum(static_cast<std::uint64_t>(world_.now() / 100'000)).add(result.header).hash();
  auto outcome = std::make_shared<const Outcome>(std::move(result));
  overlays_[done.proposal] = executed_last_ = outcome;
  if (PLANTED(told_at_execution) && honest_)
    for (const Hash& hash : outcome->run) world_.checkers().on_told(*this, hash, outcome->number, outcome->header);
  step(group::Executed{outcome->summary});
}

void Host::on(const Submitted& submitted) {
  const ModelTransaction& tx = submitted.transaction;
  const auto decoded = decode(encode(tx));
  if (!decoded) return;  // wrongly signed: refused at the door
  bodies_.emplace(tx.hash, tx);
  step(group::TransactionsAdmitted{{summary(tx)}, std::nullopt, false});
}

void Host::on(const Arrived& arrived) {
  const Wire& wire = *arrived.wire;
  if (Byzantine* actor = world_.byzantine(instance_)) actor->on_receive(arrived.wire);
  if (const auto* vote = std::get_if<SignedVote>(&wire.content)) receive(*vote);
  else receive(wire.from, std::get<PeerWire>(wire.content));
}

void Host::receive(const SignedVote& vote) {
  const Hash& digest = PLANTED(digest_believed) ? vote.claimed_digest : vote.digest;
  const bool checked = !PLANTED(commit_signature_unchecked) || !std::holds_alternative<pbft::Commit>(vote.message());
  if (checked && !world_.keys().verify(vote.from(), digest, vote.signature()))
    return world_.probes().hit(Probe::forged_refused);
  if (honest_) world_.checkers().on_vote_arrives(*this, vote);
  step(vote.event);
}

void Host::receive(NodeNumber from, const PeerWire& wire) {
  const group::PeerMessage& message = wire.message();
  if (const auto* request = std::get_if<group::BodyRequest>(&message)) {
    group::Bodies reply{{}, true};
    for (const Hash& hash : request->hashes)
      if (const ModelTransaction* tx = body(hash)) reply.transactions.push_back(encode(*tx));
    if (!reply.transactions.empty()) world_.transmit(*this, from, peer_wire(world_.keys(), node_, std::move(reply)));
  } else if (const auto* bodies = std::get_if<group::Bodies>(&message)) {
    receive_bodies(from, wire, bodies->asked);
  } else if (const auto* reply = std::get_if<group::BlockReply>(&message)) {
    receive_blocks(from, *reply);
  } else {
    step(wire.event);
  }
}

void Host::receive_bodies(NodeNumber from, const PeerWire& wire, bool asked) {
  group::TransactionsAdmitted admitted{{}, world_.keys().id(from), asked};
  for (const auto& tx : wire.decoded) {
    if (!tx || (asked && requested_.erase(tx->hash) == 0)) continue;  // not asked for: not believed to be
    bodies_.emplace(tx->hash, *tx);
    admitted.transactions.push_back(summary(*tx));
  }
  if (!admitted.transactions.empty()) step(admitted);
}

// Keeps the blocks whose bodies are those that the payload names; the rest of the reply is worth nothing.
void Host::receive_blocks(NodeNumber from, group::BlockReply reply) {
  std::size_t good = 0;
  for (auto& block : reply.blocks) {
    const auto hashes = hashes_of(block.proposal);
    if (hashes.size() != block.transactions.size()) break;
    std::vector<ModelTransaction> bodies;
    for (std::size_t i = 0; i < hashes.size(); ++i)
      if (auto tx = decode(block.transactions[i]); tx && tx->hash == hashes[i]) bodies.push_back(*tx);
    if (bodies.size() != hashes.size()) break;
    for (auto& tx : bodies) bodies_.emplace(tx.hash, tx);
    ++good;
  }
  reply.blocks.resize(good);
  if (good > 0 && reply.blocks.front().proposal.head.number > decided_) {
    world_.probes().hit(Probe::caught_up_by_sync);
    if (decided_ == 0 && world_.plan().nodes[node_].joins_late) world_.probes().hit(Probe::caught_up_from_nothing);
  }
  step(group::PeerReceived{world_.keys().id(from), std::move(reply)});
}

std::shared_ptr<const Outcome> Host::executed(const Hash& proposal) const {
  if (auto at = overlays_.find(proposal); at != overlays_.end()) return at->second;
  if (proposal == world_.genesis()->proposal) return world_.genesis();
  for (BlockNumber n = disk_.head(); n > 0 && n + 64 > disk_.head(); --n)
    if (disk_.outcome(n)->proposal == proposal) return disk_.outcome(n);
  return nullptr;
}

const ModelTransaction* Host::body(const Hash& hash) const {
  if (auto at = bodies_.find(hash); at != bodies_.end()) return &at->second;
  return disk_.transaction(hash);
}

std::optional<std::vector<ModelTransaction>> Host::bodies_of(const Proposal& proposal) const {
  std::vector<ModelTransaction> out;
  for (const Hash& hash : hashes_of(proposal)) {
    const ModelTransaction* tx = body(hash);
    if (!tx) return std::nullopt;
    out.push_back(*tx);
  }
  return out;
}

TxSummary Host::summary(const ModelTransaction& tx) const {
  const ModelState& state = disk_.head_outcome().state;
  const GroupConfig& config = *world_.plan().configs[state.epoch];
  TxSummary out;
  out.hash = tx.hash, out.sender = address_of(tx.from), out.kind = tx.kind;
  out.gas_limit = tx.gas_limit, out.size = 60, out.read_at = disk_.head();
  out.balance_too_low = state.accounts[tx.from].balance < tx.amount;
  const bool remembers = !PLANTED(restart_forgets_run);
  out.in_ledger = remembers && disk_.was_run(tx.hash);
  if (tx.kind == TransactionKind::web3) {
    out.nonce = tx.nonce;
    out.account_nonce = state.accounts[tx.from].nonce;
  } else {
    out.nonce_key = nonce_key_of(tx), out.block_limit = tx.block_limit;
    out.nonce_in_ledger = remembers && disk_.nonce_used(out.nonce_key, disk_.head() - config.block_limit_span + 1);
  }
  return out;
}

std::vector<Hash> Host::held_bodies() const {
  std::vector<Hash> out;
  for (const auto& [hash, tx] : bodies_) out.push_back(hash);
  std::ranges::sort(out);
  return out;
}

std::shared_ptr<const Outcome> Host::read_state() const {
  if (PLANTED(reads_see_undecided) && executed_last_ && executed_last_->number > decided_) return executed_last_;
  return disk_.outcome(disk_.head());
}

std::vector<CertifiedBlock> Host::blocks(BlockNumber first, std::uint32_t count) const {
  std::vector<CertifiedBlock> out;
  for (BlockNumber n = std::max<BlockNumber>(first, 1); n <= disk_.head() && out.size() < std::min(count, 16u); ++n) {
    const LedgerBlock& block = *disk_.ledger()[static_cast<std::size_t>(n) - 1];
    CertifiedBlock one{block.proposal, block.certificate, {}};
    for (const auto& tx : block.transactions) one.transactions.push_back(encode(tx));
    out.push_back(std::move(one));
  }
  return out;
}

bool Host::holds_commit() const {
  return std::ranges::any_of(held_, [](const Held& held) {
    const auto* send = std::get_if<group::SendVote>(&held.effect);
    return send && std::holds_alternative<pbft::Commit>(send->message);
  });
}

}  // namespace hanse::sim
