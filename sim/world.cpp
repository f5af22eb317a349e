// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/world.hpp"

#include <algorithm>

namespace hanse::sim {

namespace {

constexpr TimeUs kLevelWithin = 30'000'000;  // after healing
constexpr TimeUs kLastEvery = 200'000;
constexpr TimeUs kTwinsSplitFor = 300'000;


}  // namespace

World::World(Plan plan, TraceSink sink)
    : plan_(std::move(plan)),
      sink_(std::move(sink)),
      keys_(plan_.seed, plan_.nodes.size()),
      genesis_(std::make_shared<const Outcome>(genesis_outcome(plan_.configs))),
      prng_(plan_.seed ^ 0x5eed0f70),
      checkers_(plan_, keys_, genesis_, probes_),
      network_(plan_),
      faults_(*this, plan_.seed ^ 0xfa17),
      workload_(*this, plan_.seed ^ 0x10ad) {
  for (const NodePlan& node : plan_.nodes) clocks_.emplace_back(node);
  for (NodeNumber node = 0; node < plan_.nodes.size(); ++node)
    for (int twin = 0; twin <= (plan_.nodes[node].twin ? 1 : 0); ++twin) {
      hosts_.push_back(std::make_unique<Host>(*this, node, hosts_.size()));
      byzantine_.push_back(
          plan_.nodes[node].byzantine ? std::make_unique<Byzantine>(*this, *hosts_.back(), prng_.next()) : nullptr);
    }
  paused_until_.resize(hosts_.size());
}

RunResult World::run() {
  probe::counts = probes_.counts.data();   // those of the cores come first
  for (std::size_t i = 0; i < hosts_.size(); ++i)
    if (!plan_.nodes[hosts_[i]->node()].joins_late) boot(i);
  faults_.start();
  push(workload_.next_in(), 0, 0, ClientDue{});
  while (!stopped()) {
    Due due = pop();
    now_ = due.at;
    happen(due);
    if (healed() && now_ > faults_.healed_at() + kLevelWithin)
      checkers_.violate("liveness", "{} s after healing: {}", kLevelWithin / 1'000'000, where_everybody_is());
    if (healed() && std::holds_alternative<LastDue>(due.what) && level()) {
      for (const auto& host : hosts_)
        if (host->honest() && !host->disk_is_lost()) checkers_.at_end(*host);
      break;
    }
  }
  probe::counts = nullptr;
  RunResult result{plan_.seed, checkers_.violation(), trace_hash_.word()};
  result.blocks = checkers_.known().reference_head();
  result.epochs = checkers_.known().reference(result.blocks).state.epoch;
  result.steps = steps_;
  result.healing_time = healed() ? now_ - faults_.healed_at() : 0;
  return result;
}

// ---- the queue ----
void World::push(TimeUs at, std::size_t instance, std::uint64_t life, What what) {
  push({at, ++order_, instance, life, std::move(what)});
}

void World::push(Due due) {
  std::uint32_t slot = static_cast<std::uint32_t>(dues_.size());
  if (free_.empty()) dues_.emplace_back();
  else slot = free_.back(), free_.pop_back();
  queue_.push_back({due.at, due.order, slot});
  dues_[slot] = std::move(due);
  std::ranges::push_heap(queue_, later);
}

World::Due World::pop() {
  CHECK(!queue_.empty());
  std::ranges::pop_heap(queue_, later);
  const std::uint32_t slot = queue_.back().slot;
  queue_.pop_back();
  free_.push_back(slot);
  return std::move(dues_[slot]);
}

void World::after(const Host& host, TimeUs delay, Happening what) {
  push(now_ + delay, host.instance(), host.life(), std::move(what));
}
void World::fault_after(TimeUs delay, Fault fault) { push(now_ + delay, 0, 0, std::move(fault)); }

void World::happen(Due& due) {
  ++steps_;
  if (const auto* what = std::get_if<Happening>(&due.what)) return happen_at_host(due, *what);
  mix(due);
  if (const auto* fault = std::get_if<Fault>(&due.what)) {
    faults_.happen(*fault);
    if (std::holds_alternative<HealDue>(*fault)) push(now_ + kLastEvery, 0, 0, LastDue{});
  } else if (std::holds_alternative<ClientDue>(due.what)) {
    workload_.act();
    if (!workload_.finished() && !healed()) push(now_ + workload_.next_in(), 0, 0, ClientDue{});
  } else {
    submit_last();
    push(now_ + kLastEvery, 0, 0, LastDue{});
  }
}

void World::happen_at_host(Due& due, const Happening& what) {
  Host& host = *hosts_[due.instance];
  if (!host.up() || (due.life != 0 && due.life != host.life())) return;
  if (paused_until_[due.instance] > now_ && !healed()) {
    due.at = paused_until_[due.instance];  // keeps its place among those that wait with it
    return push(std::move(due));
  }
  mix(due);
  if (tracing()) trace_happening(due, what);
  const bool tick = std::holds_alternative<TickDue>(what);
  host.happen(what);
  if (!tick || stopped()) return;
  if (byzantine_[due.instance]) byzantine_[due.instance]->on_tick();
  push(now_ + plan_.tick, due.instance, host.life(), Happening{TickDue{}});
}

// ---- network and hosts ----
void World::transmit(Host& from, NodeNumber to, WirePtr wire) {
  if (byzantine_[from.instance()]) byzantine_[from.instance()]->send(to, std::move(wire));
  else network_send(from, to, wire);
}

void World::network_send(const Host& from, NodeNumber to, const WirePtr& wire) {
  if (!hears(from, to)) return;
  for (const auto& host : hosts_) {
    if (host->node() != to || !hears(*host, from.node())) continue;
    for (const TimeUs at : network_.arrivals(prng_, from.node(), to, now_))
      push(at, host->instance(), 0, Happening{Arrived{wire}});
  }
}

// Everybody else is, for a while, in the part of the network of one twin, of the other, or of both.
bool World::hears(const Host& twin, NodeNumber other) const {
  if (!plan_.nodes[twin.node()].twin) return true;
  const auto period = static_cast<std::uint64_t>(now_ / kTwinsSplitFor);
  const auto part = Checksum(plan_.seed).add(period).add(twin.node()).add(other).word() % 5;
  const bool second = twin.instance() > 0 && hosts_[twin.instance() - 1]->node() == twin.node();
  return part == 4 || (part % 2 == 1) == second;
}

void World::boot(std::size_t instance) {
  Host& host = *hosts_[instance];
  host.boot();
  if (host.honest()) checkers_.on_boot(host);
  if (tracing())
    trace(fmt::format("n{} starts: n{}, epoch {}, view {}", host.node(), host.disk().head(), host.core().status().epoch,
                      host.core().status().view));
  push(now_ + between(1, plan_.tick), instance, host.life(), Happening{TickDue{}});
  for (const auto& other : hosts_) {
    if (other->node() == host.node() || !other->up() || stopped()) continue;
    other->peer_changed(host.node(), true);
    host.peer_changed(other->node(), true);
  }
}

void World::crash(std::size_t instance) {
  Host& host = *hosts_[instance];
  if (tracing()) trace(fmt::format("n{} crashes at n{}", host.node(), host.disk().head()));
  if (host.disk().appending_epoch_end()) probes_.hit(Probe::crash_between_epoch_end_and_ledger);
  host.crash();
  for (const auto& other : hosts_)
    if (other->up() && other->node() != host.node() && !stopped()) other->peer_changed(host.node(), false);
}

void World::pause(std::size_t instance, TimeUs time) {
  paused_until_[instance] = now_ + time;
  if (tracing()) trace(fmt::format("n{} pauses for {} ms", hosts_[instance]->node(), time / 1'000));
}

void World::lose_disk(std::size_t instance) {
  Host& host = *hosts_[instance];
  if (host.up()) crash(instance);
  host.lose_disk(plan_.nodes[host.node()].comes_back);
  checkers_.on_disk_lost(host.node());
  probes_.hit(Probe::disk_lost);
  if (tracing()) trace(fmt::format("n{} loses its disk", host.node()));
}

void World::on_appended(const Host& host, BlockNumber number) {
  if (!appended_somewhere_.insert(number).second) return;
  const auto& block = *host.disk().ledger()[static_cast<std::size_t>(number) - 1];
  const Knowledge& known = checkers_.known();
  std::set<NodeNumber> holders;
  Weight missing = 0;
  for (const auto& other : hosts_) {
    if (!other->honest()) continue;
    if (other->up() && other->bodies_of(block.proposal)) holders.insert(other->node());
    else missing += known.weight(block.certificate.epoch, other->node());
  }
  if (missing > 0 && known.weight(block.certificate.epoch, holders) <= known.quorum(block.certificate.epoch))
    probes_.hit(Probe::certificate_whose_bodies_few_hold);
}

// ---- the end ----
void World::submit_last() {
  for (const auto& host : hosts_)
    if (host->honest() && host->up() && !stopped()) workload_.submit_last(*host);
}

bool World::level() const {
  if (!workload_.last_are_run()) return false;
  const BlockNumber number = checkers_.known().reference_head();
  return std::ranges::all_of(
      hosts_, [&](const auto& host) {
        return !host->honest() || host->disk_is_lost() || (host->up() && host->disk().head() == number);
      });
}

std::string World::where_everybody_is() const {
  std::string text = fmt::format("the chain is at n{}", checkers_.known().reference_head());
  for (const auto& host : hosts_) {
    if (!host->up()) continue;
    const auto status = host->core().status();
    text += fmt::format("; n{}{} at n{} e{} v{}{}{}, {} wait", host->node(), host->honest() ? "" : " (byzantine)",
                        host->disk().head(), status.epoch, status.view, status.in_view ? "" : " asked for",
                        status.self ? "" : " (observer)", status.pending);
  }
  return text;
}

// ---- the trace ----
void World::mix(const Due& due) {
  trace_hash_.add(static_cast<std::uint64_t>(due.at)).add(due.instance << 8 | due.what.index());
  if (const auto* what = std::get_if<Happening>(&due.what)) {
    trace_hash_.add(what->index());
    if (const auto* arrived = std::get_if<Arrived>(what))
      if (const auto* vote = std::get_if<SignedVote>(&arrived->wire->content))
        trace_hash_.add(BytesView(vote->digest).first(8));
  }
}

void World::trace(const std::string& text) {
  sink_(fmt::format("{:>9.3f} ms  {}", static_cast<double>(now_) / 1'000, text));
}

void World::trace_happening(const Due& due, const Happening& what) {
  const NodeNumber node = hosts_[due.instance]->node();
  if (const auto* arrived = std::get_if<Arrived>(&what))
    return trace(fmt::format("n{} <- n{} {}", node, arrived->wire->from, describe(*arrived->wire)));
  if (std::holds_alternative<SyncDone>(what)) return trace(fmt::format("n{} disk synced", node));
  if (const auto* done = std::get_if<ExecutionDone>(&what))
    return trace(fmt::format("n{} executed {}", node, brief(done->proposal)));
  if (const auto* submitted = std::get_if<Submitted>(&what))
    return trace(fmt::format("n{} <- client {} ({} nonce {})", node, brief(submitted->transaction.hash),
                             submitted->transaction.kind == TransactionKind::web3 ? "web3" : "native",
                             submitted->transaction.nonce));
  if (const auto* own = std::get_if<OwnVote>(&what))
    return trace(fmt::format("n{} <- itself {}", node, describe(*own->wire)));
  if (const auto* checked = std::get_if<Checked>(&what))
    return trace(fmt::format("n{} verified: {}", node, checked->good ? "good" : "bad"));
}

}  // namespace hanse::sim
