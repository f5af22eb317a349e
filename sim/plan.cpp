// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/plan.hpp"

#include <algorithm>
#include <utility>

namespace hanse::sim {

namespace {

Weight faulty_max(const std::vector<Weight>& weights) {
  Weight total = 0;
  for (const Weight weight : weights) total += weight;
  return total == 0 ? 0 : (total - 1) / 3;
}

bool tolerable(const std::vector<Weight>& weights, const std::vector<NodePlan>& nodes) {
  Weight missing = 0, there = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    (nodes[i].byzantine || nodes[i].away() ? missing : there) += weights[i];
  return there > 0 && missing <= faulty_max(weights);
}

void misbehave(Prng& prng, NodePlan& node) {
  node.byzantine = true;
  node.twin = prng.chance(1, 5);
  for (int trait = 0; trait < kTraits; ++trait) node.traits |= static_cast<std::uint32_t>(prng.chance(1, 3)) << trait;
}

void draw_byzantine(Prng& prng, Plan& plan, const std::vector<Weight>& weights, std::size_t tries) {
  for (; tries > 0; --tries) {
    NodePlan& node = plan.nodes[prng.below(plan.nodes.size())];
    if (node.byzantine || node.away()) continue;
    const NodePlan good = node;
    misbehave(prng, node);
    if (!tolerable(weights, plan.nodes)) node = good;
  }
}

// Whoever loses its disk comes back under its key and knows that it does not know what it voted for; or never again, and the
// first change of the configuration puts another node in its place.
void draw_lost_disk(Prng& prng, Plan& plan, std::vector<Weight>& weights) {
  NodePlan& loser = plan.nodes[prng.below(plan.nodes.size())];
  loser.loses_disk = true;
  if (!tolerable(weights, plan.nodes)) {
    loser.loses_disk = false;
    return;
  }
  loser.comes_back = prng.chance(1, 2);
  if (loser.comes_back) return;
  plan.nodes.emplace_back().joins_late = true;
  weights.push_back(0);
}

GroupConfig config_of(const KeyRing& keys, const std::vector<Weight>& weights, GroupConfig config) {
  config.sealers.clear(), config.observers.clear();
  for (NodeNumber i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) config.sealers.push_back({keys.id(i), weights[i]});
    else config.observers.push_back(keys.id(i));
  }
  return config;
}

void draw_configs(Prng& prng, Plan& plan, std::vector<Weight> weights, int changes) {
  const KeyRing keys(plan.seed, plan.nodes.size());
  GroupConfig config;
  config.group_id = "sim";
  config.tx_count_limit = static_cast<std::uint32_t>(prng.between(1, 6));
  config.block_gas_limit = prng.chance(1, 2) ? 1'000'000 : prng.between(150, 600);
  config.tx_gas_limit = config.block_gas_limit;
  config.leader_period = prng.chance(1, 3) ? static_cast<std::uint32_t>(prng.between(2, 4)) : 1;
  config.block_limit_span = static_cast<std::uint32_t>(prng.chance(1, 2) ? prng.between(8, 30) : 600);
  plan.configs.push_back(std::make_shared<GroupConfig>(config_of(keys, weights, config)));
  bool replaces = plan.nodes.back().joins_late;
  while (changes-- > 0) {
    auto next = weights;
    if (std::exchange(replaces, false)) {
      const auto loser = std::ranges::find_if(plan.nodes, &NodePlan::loses_disk) - plan.nodes.begin();
      std::swap(next[static_cast<std::size_t>(loser)], next.back());
    } else if (prng.chance(1, 6)) {
      config.leader_period = static_cast<std::uint32_t>(prng.between(1, 3));
    } else {
      next[prng.below(next.size())] = prng.chance(1, 3) ? 0 : prng.between(1, 3);
    }
    if (!tolerable(next, plan.nodes)) continue;
    weights = next;
    ++config.epoch;
    plan.configs.push_back(std::make_shared<GroupConfig>(config_of(keys, weights, config)));
  }
}

NetworkPlan draw_network(Prng& prng) {
  NetworkPlan network;
  switch (prng.below(4)) {
    case 0:
      network.delay_max = 3'000;
      break;
    case 1:
      network.delay_min = 1'000, network.delay_max = 20'000;
      break;
    case 2:
      network.delay_min = 500, network.delay_max = 60'000;
      break;
    case 3:
      network.tail_permille = static_cast<int>(prng.between(5, 100)), network.tail_max = 1'500'000;
      break;
  }
  if (prng.chance(1, 2))
    network.loss_permille = static_cast<int>(prng.chance(1, 3) ? prng.between(50, 300) : prng.between(1, 50));
  if (prng.chance(1, 2)) network.duplicate_permille = static_cast<int>(prng.between(5, 150));
  return network;
}

FaultPlan draw_faults(Prng& prng, bool is_long) {
  FaultPlan faults;
  faults.end = static_cast<TimeUs>(is_long ? prng.between(1'500, 3'000) : prng.between(300, 1'000)) * 1'000;
  const auto often = [&] { return static_cast<TimeUs>(prng.between(100, 1'500)) * 1'000; };
  if (prng.chance(1, 2)) faults.partition_every = often();
  if (prng.chance(1, 2)) faults.crash_every = often();
  if (prng.chance(1, 2)) faults.crash_all_percent = static_cast<int>(prng.between(5, 60));
  if (prng.chance(1, 4)) faults.pause_every = often();
  if (prng.chance(1, 8)) faults.clock_jump_every = often();
  faults.storms = prng.chance(1, 6);
  return faults;
}

group::GroupLimits draw_limits(Prng& prng) {
  group::GroupLimits limits;
  limits.view_timeout_ms = static_cast<TimeMs>(prng.between(60, 500));
  limits.view_timeout_ms_max = limits.view_timeout_ms * static_cast<TimeMs>(prng.between(6, 12));
  limits.leave_out_timeout_ms = static_cast<TimeMs>(prng.between(500, 3'000));
  limits.resend_ms = static_cast<TimeMs>(prng.between(50, 300));
  limits.window_max = static_cast<std::uint32_t>(prng.between(1, 8));
  if (prng.chance(1, 5)) limits.pool.count_max = prng.between(12, 40);  // may be full of what cannot run: it expires
  limits.pool.expiry_ms = static_cast<TimeMs>(prng.between(1'000, 8'000));
  return limits;
}

std::size_t draw_count(Prng& prng) {
  static constexpr std::size_t kCounts[] = {1, 2, 3, 4, 4, 4, 4, 4, 4, 5, 5, 6, 7, 7, 8, 0};
  const std::size_t count = kCounts[prng.below(std::size(kCounts))];
  return count > 0 ? count : prng.between(9, 10);
}

void draw_machines(Prng& prng, Plan& plan) {
  plan.disk.sync_max = prng.chance(1, 4) ? 40'000 : static_cast<TimeUs>(prng.between(200, 4'000));
  if (prng.chance(1, 6)) plan.disk.fail_permille = 30;
  if (prng.chance(1, 4)) plan.execute_max = 60'000;
  const bool bad_disks = prng.chance(1, 4);
  for (NodePlan& node : plan.nodes) {
    if (prng.chance(1, 8)) node.slowness = static_cast<int>(prng.between(2, 10));
    if (prng.chance(1, 8)) node.disk_slowness = static_cast<int>(prng.between(2, 20));
    if (prng.chance(1, 8)) node.clock_skew_ms = static_cast<TimeMs>(prng.between(0, 2'000)) - 1'000;
    if (prng.chance(1, 8)) node.clock_drift_ppm = static_cast<int>(prng.between(0, 100'000)) - 50'000;
    if (bad_disks && prng.chance(1, 3)) {
      node.full_at_sync = prng.between(1, 60);
      node.full_for = static_cast<TimeUs>(prng.between(10, 800)) * 1'000;
    }
    if (bad_disks && prng.chance(1, 4)) node.refuses_at_sync = prng.between(1, 60);
  }
}

void draw_everything(Prng& prng, Plan& plan, std::vector<Weight>& weights) {
  const int changes = prng.chance(1, 2) ? static_cast<int>(prng.between(1, 4)) : 0;
  if (prng.chance(1, 3))
    for (Weight& weight : weights) weight = prng.between(1, 3);
  if (changes > 0 && prng.chance(1, 2)) weights.push_back(0);  // an observer that may become a sealer
  plan.nodes.resize(weights.size());
  if (changes > 0 ? prng.chance(1, 4) : prng.chance(1, 12)) draw_lost_disk(prng, plan, weights);
  if (prng.chance(2, 3)) draw_byzantine(prng, plan, weights, prng.below(3));
  draw_configs(prng, plan, weights, changes);
  const bool is_long = prng.chance(1, 8);
  if (prng.chance(9, 10)) plan.network = draw_network(prng), plan.faults = draw_faults(prng, is_long);
  else plan.faults.end = 500'000;
  if (std::ranges::any_of(plan.nodes, &NodePlan::loses_disk))
    plan.faults.disk_lost_at = static_cast<TimeUs>(prng.below(static_cast<std::uint64_t>(plan.faults.end)));
  draw_machines(prng, plan);
  plan.load.transactions = static_cast<int>(is_long ? prng.between(50, 110) : prng.between(10, 32));
}

// Whom the weights allow misbehaves; the rest of the world is at its best, so that a seed is done soon.
void draw_misbehaviour(Prng& prng, Plan& plan, std::vector<Weight>& weights) {
  plan.nodes.resize(weights.size());
  if (weights.size() >= 7 && prng.chance(1, 2)) plan.nodes.front().loses_disk = plan.nodes.front().comes_back = true;
  while (std::ranges::none_of(plan.nodes, &NodePlan::byzantine)) draw_byzantine(prng, plan, weights, 3);
  for (NodePlan& node : plan.nodes)
    if (node.byzantine) {
      node.twin = prng.chance(1, 2);
      if (!node.twin || prng.chance(1, 2)) node.traits |= 1u << static_cast<int>(Trait::mutates);
    }
  draw_configs(prng, plan, weights, prng.chance(1, 4) ? 1 : 0);
  plan.network.delay_max = 5'000;
  if (prng.chance(1, 4)) plan.network = draw_network(prng);
  plan.faults.end = static_cast<TimeUs>(prng.between(150, 500)) * 1'000;
  if (plan.nodes.front().loses_disk) plan.faults.disk_lost_at = plan.faults.end / 4;
  plan.load.transactions = static_cast<int>(prng.between(6, 20));
}

}  // namespace

Plan draw_plan(std::uint64_t seed, std::optional<int> sealers, Mood mood) {
  Prng prng(seed);
  Plan plan;
  plan.seed = seed, plan.mood = mood;
  std::size_t count = draw_count(prng);
  if (sealers) count = static_cast<std::size_t>(*sealers);
  if (mood == Mood::byzantine) count = std::clamp<std::size_t>(count, 4, sealers ? 10 : 7);   // fewer tolerate nobody
  std::vector<Weight> weights(count, 1);
  if (mood == Mood::byzantine) draw_misbehaviour(prng, plan, weights);
  else draw_everything(prng, plan, weights);
  plan.limits = draw_limits(prng);
  if (mood == Mood::everything && prng.chance(1, 6)) {
    // Messages take about as long as the patience with a leader: many views for one number.
    plan.network.delay_min = 2'000;
    plan.network.delay_max = plan.limits.view_timeout_ms * static_cast<TimeUs>(prng.between(200, 700));
  }
  plan.load.interval = plan.faults.end / plan.load.transactions;
  if (plan.configs.size() > 1) plan.load.reconfigure_every = static_cast<int>(prng.between(3, 12));
  if (prng.chance(1, 2)) plan.load.invalid_percent = 10;
  if (prng.chance(1, 2)) plan.load.repeat_percent = static_cast<int>(prng.between(5, 40));
  return plan;
}

std::string Plan::describe() const {
  std::string text = fmt::format("{} sealers", configs.front()->sealers.size());
  for (const auto& config : configs) {
    text += fmt::format("{}epoch {}:", config->epoch == 0 ? ", " : "; ", config->epoch);
    for (const Sealer& sealer : config->sealers) text += fmt::format(" n{}x{}", sealer.node.bytes[63], sealer.weight);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].byzantine)
      text += fmt::format("; n{} byzantine (traits {:#x}{})", i, nodes[i].traits, nodes[i].twin ? ", twin" : "");
    else if (nodes[i].away())
      text += fmt::format("; n{} {} its disk", i, nodes[i].comes_back ? "loses and comes back without" : nodes[i].loses_disk ? "loses" : "comes for who loses");
  return text + fmt::format("; loss {}, duplicates {}, window {}, view timeout {} ms, faults until {} ms",
                            network.loss_permille, network.duplicate_permille, limits.window_max,
                            limits.view_timeout_ms, faults.end / 1'000);
}

}  // namespace hanse::sim
