// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What goes wrong in a simulated chain until everything heals.
#include "sim/whole/world.hpp"

namespace hanse::whole {

DiskTrouble World::usual_trouble() const { return {0, healed_ ? 0 : plan_.faults.unread_permille}; }

void World::start_faults() {
  for (const auto& node : nodes_) node->disk().set_trouble(usual_trouble());
  const FaultPlan& faults = plan_.faults;
  every(faults.partition_every, &World::partition);
  every(faults.crash_every, &World::crash);
  every(faults.crash_of_all_every, &World::crash_all);
  every(faults.stop_every, &World::stop_one);
  every(faults.disk_every, &World::trouble_disk);
  every(faults.pause_every, &World::pause_one);
  every(faults.clock_every, &World::jump_clock);
  schedule_.after(faults.end, [this] { heal(); });
}

void World::every(TimeUs mean, void (World::*episode)()) {
  if (mean == 0) return;
  schedule_.after(between(prng_, mean / 10, mean * 2), [this, mean, episode] {
    if (healed_) return;
    (this->*episode)();
    every(mean, episode);
  });
}

void World::partition() {
  const bool one_alone = prng_.chance(1, 3), both_ways = prng_.chance(2, 3), noticed = prng_.chance(1, 2);
  const NodeNumber alone = prng_.below(nodes_.size());
  std::vector<bool> inside(nodes_.size());
  for (NodeNumber i = 0; i < nodes_.size(); ++i) inside[i] = one_alone ? i == alone : prng_.chance(1, 2);
  trace("partition{}", both_ways ? "" : ", one way");
  for (NodeNumber a = 0; a < nodes_.size(); ++a)
    for (NodeNumber b = 0; b < nodes_.size(); ++b) {
      if (!inside[a] || inside[b]) continue;
      links_.cut(a, b);
      if (both_ways) links_.cut(b, a);
      if (!noticed || !links_.disconnect(a, b)) continue;
      if (nodes_[a]->up()) nodes_[a]->host().on_peer(keys_[b].public_key, false);
      if (nodes_[b]->up()) nodes_[b]->host().on_peer(keys_[a].public_key, false);
      connect_after(a, b, 10'000);
    }
  schedule_.after(between(prng_, 20'000, 800'000), [this] { links_.mend(); });
}

void World::crash() {
  Node& node = some_node();
  if (!node.up()) return;
  if (prng_.chance(1, 5)) node.power_fails();
  else node.fail_at(static_cast<Boundary>(prng_.below(kBoundaries)), prng_.below(30));
}

void World::crash_all() {
  trace("the power fails everywhere");
  probes_.hit(Probe::crash_of_all);
  for (const auto& node : nodes_) node->power_fails();
}

void World::stop_one() {
  probes_.hit(Probe::stopped_in_order);
  some_node().stop_in_order();
}

void World::trouble_disk() {
  Node& node = some_node();
  DiskTrouble trouble = usual_trouble();
  if (prng_.chance(2, 3)) trouble.refuse_permille = prng_.chance(1, 2) ? 1000 : static_cast<int>(prng_.between(50, 500));
  if (prng_.chance(1, 2)) trouble.read_permille = static_cast<int>(prng_.between(5, 300));
  trace("the disk of node {} refuses {}‰ of writes, {}‰ of reads", node.number(), trouble.refuse_permille, trouble.read_permille);
  node.disk().set_trouble(trouble);
  schedule_.after(between(prng_, 10'000, 500'000), [this, &node] { node.disk().set_trouble(usual_trouble()); });
}

void World::pause_one() {
  Node& node = some_node();
  if (node.up()) node.machine().pause(between(prng_, 20'000, 1'000'000));
}

void World::jump_clock() {
  Node& node = some_node();
  if (!node.up()) return;
  constexpr TimeMs kDay = 86'400'000;
  node.machine().set_wall_clock(prng_.chance(1, 4) ? between(prng_, 0, 4'000) - 2'000 - kDay * static_cast<TimeMs>(prng_.below(2))
                                                   : between(prng_, 0, 4'000) - 2'000);
}

void World::heal() {
  healed_ = true;
  healed_at_ = schedule_.now();
  trace("everything heals");
  links_.heal();
  for (const auto& node : nodes_) {
    node->disk().set_trouble({});
    node->forget_doom();
    if (node->up()) node->machine().heal();
  }
  if (plan_.faults.crash_of_all_at_the_end) crash_all();
  for (NodeNumber node = 0; node < nodes_.size(); ++node) {
    restart_after(node, 5'000);
    if (nodes_[node]->up()) joins(node);
  }
  schedule_.after(100'000, [this] { clients_.send_last(); });
}

}  // namespace hanse::whole
