// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// One seed's whole chain in one thread: nodes with the real host, ledger, state, executor and signatures; between them a
// simulated network, below them simulated disks, above them clients. The order of everything follows from the seed. A run
// lasts until the faults have healed, everything sent is answered and every node is level; then the chain is replayed.
#pragma once

#include <memory>
#include <string>

#include "base/metrics.hpp"
#include "sim/run_result.hpp"
#include "sim/whole/chain_watch.hpp"
#include "sim/whole/clients.hpp"
#include "sim/whole/links.hpp"
#include "sim/whole/node.hpp"

namespace hanse::whole {

class World {
 public:
  World(Plan plan, sim::TraceSink sink);
  ~World();
  sim::RunResult run();

  // For those who live here:
  const Plan& plan() const { return plan_; }
  const Genesis& genesis() const { return genesis_; }
  const std::vector<KeyPair>& keys() const { return keys_; }
  Schedule& schedule() { return schedule_; }
  Prng& prng() { return prng_; }
  Registry& metrics() { return metrics_; }
  Probes& probes() { return probes_; }
  Violations& violations() { return violations_; }
  ChainWatch& chain() { return chain_; }
  const std::vector<std::unique_ptr<Node>>& nodes() const { return nodes_; }
  bool healed() const { return healed_; }

  void joins(NodeNumber node);           // it came up: the others connect
  void leaves(NodeNumber node);
  void restart_after(NodeNumber node, TimeUs delay);
  void transmit(NodeNumber from, NodeNumber to, const node::SharedBytes& message);
  void visible(NodeNumber node, BlockNumber number, const Hash& header);

  template <class... Args>
  void trace(fmt::format_string<Args...> text, Args&&... args) {
    if (sink_) sink_(fmt::format("{:>10}  {}", schedule_.now(), fmt::format(text, std::forward<Args>(args)...)));
  }

 private:
  void connect_after(NodeNumber a, NodeNumber b, TimeUs delay);
  void start_faults();
  DiskTrouble usual_trouble() const;
  void every(TimeUs mean, void (World::*episode)());   // until everything heals
  void partition();
  void crash();
  void crash_all();
  void stop_one();
  void trouble_disk();
  void pause_one();
  void jump_clock();
  void heal();
  Node& some_node() { return *nodes_[prng_.below(nodes_.size())]; }
  bool level() const;
  std::string where_everybody_is() const;
  void watch_votes(NodeNumber from, const node::SharedBytes& message);
  void finish();

  const Plan plan_;
  const sim::TraceSink sink_;
  std::vector<KeyPair> keys_;
  Genesis genesis_;
  Schedule schedule_;
  Prng prng_;
  Registry metrics_;
  Probes probes_;
  Violations violations_;
  ChainWatch chain_;
  VoteWatch votes_;
  Links links_;
  Clients clients_;
  std::vector<std::unique_ptr<Node>> nodes_;
  node::SharedBytes watched_;            // the last message looked at: a broadcast is looked at once
  NodeNumber watched_from_ = 0;
  bool healed_ = false;
  TimeUs healed_at_ = 0;
};

}  // namespace hanse::whole
