// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/plan.hpp"

#include <fmt/format.h>

namespace hanse::whole {
namespace {

GroupConfig draw_config(Prng& prng) {
  GroupConfig config;
  config.suite = prng.chance(1, 40) ? Suite::sm : Suite::standard;
  constexpr std::uint32_t kCounts[] = {2, 5, 1000};
  config.tx_count_limit = kCounts[prng.below(3)];
  config.tx_gas_limit = 2'500'000;
  config.block_gas_limit = prng.chance(1, 3) ? 2'600'000 : 1'000'000'000;   // some transactions are left out
  config.leader_period = static_cast<std::uint32_t>(prng.between(1, 3));
  config.block_limit_span = prng.chance(1, 3) ? 20 : 1000;
  if (prng.chance(1, 2)) config.gas_price = U256(1);
  config.features = Features::newest();
  return config;
}

NetworkPlan draw_network(Prng& prng) {
  NetworkPlan network;
  if (prng.chance(1, 2)) network.loss_permille = static_cast<int>(prng.below(60));
  if (prng.chance(1, 2)) network.duplicate_permille = static_cast<int>(prng.below(100));
  network.delay_max = between(prng, 300, 5'000);
  if (prng.chance(1, 2)) network.late_permille = static_cast<int>(prng.below(50)), network.late_max = between(prng, 10'000, 600'000);
  return network;
}

FaultPlan draw_faults(Prng& prng, std::size_t nodes) {
  const auto sometimes = [&](TimeUs low, TimeUs high) { return prng.chance(1, 2) ? between(prng, low, high) : 0; };
  FaultPlan faults;
  faults.end = between(prng, 300'000, 1'600'000);
  if (nodes > 1) faults.partition_every = sometimes(200'000, 1'000'000);
  faults.crash_every = sometimes(60'000, 800'000);
  faults.crash_of_all_every = sometimes(200'000, 1'500'000);
  faults.stop_every = sometimes(300'000, 2'000'000);
  faults.disk_every = sometimes(150'000, 1'000'000);
  if (prng.chance(1, 5)) faults.unread_permille = static_cast<int>(prng.between(5, 60));
  faults.pause_every = sometimes(200'000, 1'000'000);
  faults.clock_every = sometimes(300'000, 1'500'000);
  faults.crash_of_all_at_the_end = prng.chance(1, 2);
  return faults;
}

LoadPlan draw_load(Prng& prng) {
  LoadPlan load;
  load.interval = between(prng, 40'000, 250'000);
  load.open_max = static_cast<int>(prng.between(1, 6));
  if (prng.chance(1, 2)) load.invalid_percent = static_cast<int>(prng.below(30));
  if (prng.chance(1, 2)) load.repeat_percent = static_cast<int>(prng.below(40));
  if (prng.chance(1, 2)) load.rival_percent = static_cast<int>(prng.below(40));
  return load;
}

}  // namespace

Plan draw_plan(std::uint64_t seed) {
  Prng prng(seed);
  Plan plan;
  plan.seed = seed;
  constexpr std::size_t kSizes[] = {1, 2, 3, 4, 4, 4, 4, 5};
  plan.nodes.resize(kSizes[prng.below(std::size(kSizes))]);
  const bool some_slow = prng.chance(1, 3), clocks_off = prng.chance(1, 3), weighted = prng.chance(1, 4);
  for (NodePlan& node : plan.nodes) {
    if (some_slow && prng.chance(1, 3)) node.slowness = static_cast<int>(prng.between(2, 12));
    if (clocks_off) node.clock_off_ms = static_cast<TimeMs>(prng.below(2'000)) - 1'000;
    plan.weights.push_back(weighted ? static_cast<Weight>(prng.between(1, 3)) : 1);
  }
  plan.config = draw_config(prng);
  plan.limits.view_timeout_ms = static_cast<TimeMs>(prng.between(200, 800));
  plan.limits.view_timeout_ms_max = 4'000;
  plan.limits.window_max = static_cast<std::uint32_t>(prng.between(1, 8));
  plan.network = draw_network(prng);
  plan.faults = draw_faults(prng, plan.nodes.size());
  plan.load = draw_load(prng);
  return plan;
}

std::string Plan::describe() const {
  std::string out = fmt::format("{} nodes, {}, at most {} transactions a block, window {}, view timeout {} ms",
                                nodes.size(), config.suite == Suite::sm ? "sm" : "standard", config.tx_count_limit,
                                limits.window_max, limits.view_timeout_ms);
  out += fmt::format("; loss {}‰, twice {}‰, late {}‰; every ms: partition {}, crash {}, of all {}, stop {}, disk {}, "
                     "pause {}, clock {}; unread {}‰; heals at {} ms",
                     network.loss_permille, network.duplicate_permille, network.late_permille,
                     faults.partition_every / 1'000, faults.crash_every / 1'000, faults.crash_of_all_every / 1'000,
                     faults.stop_every / 1'000, faults.disk_every / 1'000, faults.pause_every / 1'000,
                     faults.clock_every / 1'000, faults.unread_permille, faults.end / 1'000);
  return out;
}

}  // namespace hanse::whole
