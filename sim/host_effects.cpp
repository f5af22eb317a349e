// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a core asks of its simulated host, in the order of the list.
#include "base/plant.hpp"
#include "sim/host.hpp"
#include "sim/world.hpp"

namespace hanse::sim {

namespace {

constexpr TimeUs kTryAgain = 50'000;   // a write that a full disk refused

}  // namespace

void Host::carry_out(group::Effects effects) {
  if (honest_) world_.checkers().on_effects(*this, effects);
  for (auto& one : effects) std::visit([this](auto& what) { effect(what); }, one);
  release();
  start_sync();
}

// ---- what waits for the log ----
void Host::hold(group::Effect effect) {
  held_.push_back({PLANTED(sends_do_not_wait) ? 0 : gates_opened_, std::move(effect)});
}

void Host::release() {
  while (core_ && !held_.empty() && held_.front().after <= gates_closed_) {
    const group::Effect effect = std::move(held_.front().effect);
    held_.pop_front();
    if (const auto* vote = std::get_if<group::SendVote>(&effect)) leave(*vote);
    else leave(std::get<group::SendPeer>(effect));
  }
}

void Host::effect(group::SendVote& effect) { hold(std::move(effect)); }
void Host::effect(group::SendPeer& effect) { hold(std::move(effect)); }

void Host::leave(const group::SendVote& send) {
  const WirePtr wire = signed_wire(world_.group_name(), world_.keys(), node_, send.message);
  const auto& vote = std::get<SignedVote>(wire->content);
  if (honest_) world_.checkers().on_vote_leaves(*this, vote);
  if (world_.stopped()) return;
  if (send.to) {
    if (auto to = world_.keys().number(*send.to); to && *to != node_) world_.transmit(*this, *to, wire);
    return;
  }
  for (const Sealer& sealer : world_.plan().configs[epoch_]->sealers)
    if (sealer.node != world_.keys().id(node_)) world_.transmit(*this, *world_.keys().number(sealer.node), wire);
  world_.after(*this, 0, OwnVote{wire});
}

void Host::leave(const group::SendPeer& send) {
  const WirePtr wire = peer_wire(world_.keys(), node_, send.message);
  if (honest_) world_.checkers().on_peer_message_leaves(*this, send.message);
  if (const auto* request = std::get_if<group::BodyRequest>(&send.message))
    requested_.insert(request->hashes.begin(), request->hashes.end());
  if (send.to) {
    if (auto to = world_.keys().number(*send.to); to && *to != node_) world_.transmit(*this, *to, wire);
    return;
  }
  for (NodeNumber to = 0; to < world_.keys().size(); ++to)
    if (to != node_) world_.transmit(*this, to, wire);
}

// ---- the log and the ledger ----
void Host::start_sync() {
  if (!core_ || !disk_.has_work()) return;
  disk_.begin_sync();
  const NodePlan& plan = world_.plan().nodes[node_];
  ++syncs_;
  if (syncs_ == plan.full_at_sync && !world_.healed()) {
    full_until_ = world_.now() + plan.full_for;
    world_.probes().hit(Probe::disk_full);
  }
  if (syncs_ == plan.refuses_at_sync && !world_.healed()) {
    disk_refuses_ = true;
    world_.probes().hit(Probe::disk_refuses);
    world_.fault_after(world_.between(1'000, 200'000), CrashAgainDue{instance_});   // somebody starts it again
  }
  const DiskPlan& disk = world_.plan().disk;
  world_.after(*this, world_.between(disk.sync_min, disk.sync_max) * world_.disk_slowness(node_), SyncDone{});
}

// As the product's writer does, the same writes are tried again, until they succeed or the node is started again.
bool Host::sync_fails() {
  if (disk_refuses_) return true;
  const DiskPlan& plan = world_.plan().disk;
  const bool full = world_.now() < full_until_ && !world_.healed();
  const bool fails = !world_.healed() && world_.prng().below(1000) < static_cast<std::uint64_t>(plan.fail_permille);
  if (!full && !fails) return false;
  if (!(full && PLANTED(full_disk_gives_up))) world_.after(*this, full ? kTryAgain : plan.sync_max, SyncDone{});
  return true;
}

void Host::on(const SyncDone&) {
  if (sync_fails()) {
    if (PLANTED(disk_error_ignored)) on_durable(disk_.lose_records());
    return;
  }
  on_durable(disk_.finish_sync());
}

void Host::on_durable(const std::vector<Disk::Write>& written) {
  std::vector<BlockNumber> appended;
  for (const Disk::Write& write : written) {
    if (std::holds_alternative<LogEntry>(write)) {
      ++gates_closed_;
    } else {
      const BlockNumber number = std::get<std::shared_ptr<const LedgerBlock>>(write)->outcome->number;
      appended.push_back(number);
      gates_closed_ += barriers_.erase(number);
    }
  }
  release();
  for (const BlockNumber number : appended) {
    if (world_.stopped()) return;
    for (const auto& tx : disk_.ledger()[static_cast<std::size_t>(number) - 1]->transactions)
      if (disk_.was_run(tx.hash)) bodies_.erase(tx.hash);
    overlays_.erase(disk_.outcome(number)->proposal);
    world_.on_appended(*this, number);
    step(group::Appended{number});
  }
  start_sync();
}

void Host::effect(group::Persist& effect) {
  ++gates_opened_;
  LogEntry entry{effect.position, std::move(effect.record), {}};
  if (const auto* prepared = std::get_if<group::PreparedRecord>(&entry.record)) {
    auto bodies = bodies_of(prepared->proposal);
    if (!bodies && honest_)
      return world_.checkers().violate("host-contract", "n{}: a prepared record without bodies", node_);
    if (bodies) entry.bodies = std::move(*bodies);
  }
  disk_.queue(std::move(entry));
}

void Host::effect(group::Append& effect) {
  const Hash& hash = effect.certificate.proposal;
  const auto outcome = executed(hash);
  const auto bodies = bodies_of(effect.proposal);
  if (!outcome || !bodies || outcome->number != decided_ + 1) {
    if (honest_)
      world_.checkers().violate("host-contract", "n{}: append of n{} {}", node_, effect.proposal.head.number,
                                !outcome  ? "that was not executed"
                                : !bodies ? "without bodies"
                                          : "out of order");
    return;
  }
  auto block = std::make_shared<LedgerBlock>(
      LedgerBlock{std::move(effect.proposal), std::move(effect.certificate), outcome, *bodies});
  decided_ = outcome->number;
  epoch_ = outcome->state.epoch;
  if (effect.barrier) barriers_.insert(decided_), ++gates_opened_;
  if (honest_) world_.checkers().on_append(*this, *block);
  disk_.queue(std::shared_ptr<const LedgerBlock>(std::move(block)));
}

// ---- work ----
void Host::effect(group::Verify& effect) {
  bool good = true;
  for (const auto& check : effect.checks)
    good = good && world_.keys().verify(check.signer, check.digest, check.signature);
  if (!good) world_.probes().hit(Probe::nested_forged_refused);
  world_.after(*this, world_.between(20, 500), Checked{effect.token, good});
}

void Host::effect(group::Execute& effect) {
  const Hash hash = world_.checkers().known().hash_of(effect.proposal.head);
  const auto parent = executed(effect.proposal.head.parent);
  auto bodies = bodies_of(effect.proposal);
  if (!parent || !bodies || parent->number + 1 != effect.proposal.head.number) {
    if (honest_)
      world_.checkers().violate("host-contract", "n{}: execution of n{} {} asked for, but {} here", node_,
                                effect.proposal.head.number, brief(hash),
                                bodies ? "its parent is not" : "its bodies are not");
    return;
  }
  executing_[hash] = {++tickets_, std::move(effect.proposal), parent, std::move(*bodies)};
  world_.after(*this, world_.between(50, world_.healed() ? 2'000 : world_.plan().execute_max) * world_.slowness(node_),
               ExecutionDone{hash, tickets_});
}

void Host::effect(group::Discard& effect) {
  overlays_.erase(effect.proposal);
  executing_.erase(effect.proposal);
}

// ---- bodies and blocks for others ----
void Host::effect(group::Gossip& effect) {
  group::Bodies bodies;
  for (const Hash& hash : effect.hashes)
    if (const ModelTransaction* tx = body(hash)) bodies.transactions.push_back(encode(*tx));
  if (bodies.transactions.empty()) return;
  const WirePtr wire = peer_wire(world_.keys(), node_, std::move(bodies));
  for (const Sealer& sealer : world_.plan().configs[epoch_]->sealers)
    if (sealer.node != world_.keys().id(node_)) world_.transmit(*this, *world_.keys().number(sealer.node), wire);
}

void Host::effect(group::ServeBlocks& effect) {
  const auto to = world_.keys().number(effect.to);
  if (to && *to != node_)
    world_.transmit(*this, *to, peer_wire(world_.keys(), node_, group::BlockReply{blocks(effect.first, effect.count)}));
}

void Host::effect(group::DropBodies& effect) {
  for (const Hash& hash : effect.hashes) bodies_.erase(hash);
  if (world_.tracing())
    for (const Hash& hash : effect.hashes) world_.trace(fmt::format("n{} drops body {}", node_, brief(hash)));
}

// ---- clients and people ----
void Host::effect(group::Verdict& effect) {
  if (world_.tracing())
    world_.trace(fmt::format("n{} refuses {}: {}", node_, brief(effect.hash), static_cast<int>(effect.code)));
}
void Host::effect(group::Accepted& effect) {
  if (world_.tracing()) world_.trace(fmt::format("n{} accepts {} transactions", node_, effect.hashes.size()));
}
void Host::effect(group::Decided& effect) {
  if (!honest_) return;
  world_.checkers().on_decided(*this, effect);
  for (const Hash& hash : effect.hashes) world_.checkers().on_told(*this, hash, effect.number, effect.header);
}
void Host::effect(group::Halt& effect) {
  if (honest_) world_.checkers().violate("no-halt", "n{} halted: {}", node_, effect.reason);
}
void Host::effect(group::Note& effect) {
  if (world_.tracing()) world_.trace(fmt::format("n{} notes: {}", node_, effect.text));
}

}  // namespace hanse::sim
