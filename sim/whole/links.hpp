// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Who is connected with whom, and when a message arrives: loss, duplicates, delay and so reordering, partitions of one or
// both directions. After heal() everything arrives, once and soon.
#pragma once

#include <set>
#include <vector>

#include "sim/whole/plan.hpp"
#include "sim/whole/vote_watch.hpp"

namespace hanse::whole {

class Links {
 public:
  explicit Links(const NetworkPlan& plan) : plan_(plan) {}

  void connect(NodeNumber a, NodeNumber b) { connected_.insert(std::minmax(a, b)); }
  bool disconnect(NodeNumber a, NodeNumber b) { return connected_.erase(std::minmax(a, b)) > 0; }
  bool are_connected(NodeNumber a, NodeNumber b) const { return connected_.contains(std::minmax(a, b)); }
  void cut(NodeNumber from, NodeNumber to) { cut_.emplace(from, to); }
  void mend() { cut_.clear(); }
  void heal() { healed_ = true, mend(); }
  bool is_cut(NodeNumber a, NodeNumber b) const { return cut_.contains({a, b}) || cut_.contains({b, a}); }

  // Delays of the copies that arrive; none: lost.
  std::vector<TimeUs> arrivals(Prng& prng, NodeNumber from, NodeNumber to) const;

 private:
  const NetworkPlan plan_;
  std::set<std::pair<NodeNumber, NodeNumber>> connected_;   // the lower number first
  std::set<std::pair<NodeNumber, NodeNumber>> cut_;         // from, to
  bool healed_ = false;
};

}  // namespace hanse::whole
