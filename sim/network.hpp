// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// When, and how often, a message arrives: loss, duplication, delay (and so reordering), slow nodes, partitions that cut
// one direction or both. After heal() everything arrives, once and soon.
#pragma once

#include <set>
#include <vector>

#include "sim/plan.hpp"

namespace hanse::sim {

class Network {
 public:
  Network(const Plan& plan) : plan_(plan.network), nodes_(plan.nodes) {}

  std::vector<TimeUs> arrivals(Prng& prng, NodeNumber from, NodeNumber to, TimeUs now) const;   // none: lost
  void cut(NodeNumber from, NodeNumber to) { cut_.emplace(from, to); }
  void mend() { cut_.clear(); }
  void heal() { healed_ = true, mend(); }
  bool is_cut(NodeNumber from, NodeNumber to) const { return cut_.contains({from, to}); }

 private:
  NetworkPlan plan_;
  const std::vector<NodePlan>& nodes_;          // of the plan, which outlives the network
  std::set<std::pair<NodeNumber, NodeNumber>> cut_;
  bool healed_ = false;
};

}  // namespace hanse::sim
