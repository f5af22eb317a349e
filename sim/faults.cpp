// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/faults.hpp"

#include "base/plant.hpp"
#include "sim/world.hpp"

namespace hanse::sim {

void Faults::start() {
  const FaultPlan& plan = world_.plan().faults;
  if (plan.partition_every > 0) world_.fault_after(somewhen(plan.partition_every), PartitionDue{});
  if (plan.crash_every > 0) world_.fault_after(somewhen(plan.crash_every), CrashDue{});
  if (plan.pause_every > 0) world_.fault_after(somewhen(plan.pause_every), PauseDue{});
  if (plan.clock_jump_every > 0) world_.fault_after(somewhen(plan.clock_jump_every), ClockJumpDue{});
  if (plan.disk_lost_at > 0) world_.fault_after(plan.disk_lost_at, DiskLostDue{});
  world_.fault_after(plan.end, HealDue{});
}

void Faults::happen(const Fault& fault) {
  const bool always = std::holds_alternative<HealDue>(fault) || std::holds_alternative<RestartDue>(fault);
  if (healed_ && !always) return;
  std::visit([this](const auto& one) { on(one); }, fault);
}

void Faults::cut(NodeNumber a, NodeNumber b, bool both_ways) {
  world_.network().cut(a, b);
  if (both_ways) world_.network().cut(b, a);
}

// One alone, or two sides; in both directions, or in one; with somebody who still hears both sides, or without.
void Faults::on(const PartitionDue&) {
  const auto nodes = static_cast<NodeNumber>(world_.keys().size());
  const bool one_alone = prng_.chance(1, 3), both_ways = prng_.chance(2, 3);
  const auto alone = prng_.below(nodes);
  const auto bridge = prng_.chance(1, 4) ? prng_.below(nodes) : nodes;
  std::vector<bool> inside(nodes);
  for (NodeNumber i = 0; i < nodes; ++i) inside[i] = one_alone ? i == alone : prng_.chance(1, 2);
  for (NodeNumber a = 0; a < nodes; ++a)
    for (NodeNumber b = 0; b < nodes; ++b)
      if (inside[a] && !inside[b] && a != bridge && b != bridge) cut(a, b, both_ways);
  world_.probes().hit(Probe::partition);
  if (!both_ways) world_.probes().hit(Probe::partition_one_way);
  if (bridge < nodes) world_.probes().hit(Probe::partition_bridged);
  if (world_.tracing()) world_.trace(both_ways ? "partition" : "partition, one way");
  world_.fault_after(static_cast<TimeUs>(prng_.between(20, 1'000)) * 1'000, PartitionOver{});
  world_.fault_after(somewhen(world_.plan().faults.partition_every), PartitionDue{});
}

void Faults::on(const PartitionOver&) {
  if (world_.tracing()) world_.trace("partition over");
  world_.network().mend();
}

void Faults::on(const CrashDue&) {
  world_.fault_after(somewhen(world_.plan().faults.crash_every), CrashDue{});
  const auto& hosts = world_.hosts();
  const TimeUs down_max = prng_.chance(1, 2) ? 20'000 : 700'000;
  if (prng_.below(100) < static_cast<std::uint64_t>(world_.plan().faults.crash_all_percent)) {
    world_.probes().hit(Probe::crash_of_all);
    restarted_views_.clear();
    restarted_ = 0;
    for (std::size_t i = 0; i < hosts.size(); ++i) crash(i, down_max);
    return;
  }
  for (std::uint64_t many = prng_.between(1, 2); many > 0; --many) crash(prng_.below(hosts.size()), down_max);
}

void Faults::crash(std::size_t instance, TimeUs restart_in_max) {
  if (!world_.hosts()[instance]->up()) return;
  world_.crash(instance);
  world_.fault_after(static_cast<TimeUs>(prng_.between(100, static_cast<std::uint64_t>(restart_in_max))),
                     RestartDue{instance});
}

void Faults::on(const RestartDue& due) {
  const Host& host = *world_.hosts()[due.instance];
  if (host.up() || (host.disk_is_lost() && !PLANTED(lost_disk_votes))) return;
  world_.boot(due.instance);
  if (world_.stopped() || !world_.hosts()[due.instance]->up()) return;
  restarted_views_.insert(world_.hosts()[due.instance]->core().status().view);
  if (++restarted_ == world_.hosts().size() && restarted_views_.size() > 1)
    world_.probes().hit(Probe::restarted_at_different_views);
  if (!healed_ && (world_.plan().faults.storms ? prng_.chance(9, 10) : prng_.chance(1, 4)))
    world_.fault_after(static_cast<TimeUs>(prng_.between(1, 30'000)), CrashAgainDue{due.instance});
}

void Faults::on(const CrashAgainDue& due) {
  if (!world_.hosts()[due.instance]->up()) return;
  world_.probes().hit(Probe::crash_twice_in_a_row);
  crash(due.instance, 50'000);
}

void Faults::on(const PauseDue&) {
  world_.probes().hit(Probe::paused);
  world_.pause(prng_.below(world_.hosts().size()), static_cast<TimeUs>(prng_.between(20, 1'500)) * 1'000);
  world_.fault_after(somewhen(world_.plan().faults.pause_every), PauseDue{});
}

void Faults::on(const ClockJumpDue&) {
  static constexpr TimeMs kJumps[] = {-86'400'000, -3'600'000, -40'000, 3'000, 40'000, 3'600'000, 86'400'000};
  const auto node = static_cast<NodeNumber>(prng_.below(world_.keys().size()));
  const TimeMs by = kJumps[prng_.below(std::size(kJumps))];
  const bool set_right = prng_.chance(1, 3);
  if (set_right) world_.clock(node).set_right();
  else world_.clock(node).jump(by);
  if (!set_right && by == 86'400'000) world_.probes().hit(Probe::clock_jumped_ahead);
  if (!set_right && by == -86'400'000) world_.probes().hit(Probe::clock_jumped_back);
  if (world_.tracing())
    world_.trace(fmt::format("the clock of n{} {}", node, set_right ? "is set right" : fmt::format("jumps by {} ms", by)));
  world_.fault_after(somewhen(world_.plan().faults.clock_jump_every), ClockJumpDue{});
}

// The node that comes in its place was never here before.
void Faults::on(const DiskLostDue&) {
  for (const auto& host : world_.hosts()) {
    if (!world_.plan().nodes[host->node()].away() || world_.stopped()) continue;
    if (world_.plan().nodes[host->node()].loses_disk) world_.lose_disk(host->instance());
    else world_.boot(host->instance());
    if (!host->disk_is_lost() || PLANTED(lost_disk_votes))
      world_.fault_after(static_cast<TimeUs>(prng_.between(1, 200'000)), RestartDue{host->instance()});
  }
}

void Faults::on(const HealDue&) {
  healed_ = true;
  healed_at_ = world_.now();
  if (world_.tracing()) world_.trace("everything heals");
  world_.network().heal();
  for (NodeNumber node = 0; node < world_.keys().size(); ++node) world_.clock(node).set_right();
  for (std::size_t i = 0; i < world_.hosts().size(); ++i) {
    if (world_.hosts()[i]->disk_refuses()) world_.crash(i);
    if (!world_.hosts()[i]->up() && !world_.stopped()) on(RestartDue{i});
  }
}

}  // namespace hanse::sim
