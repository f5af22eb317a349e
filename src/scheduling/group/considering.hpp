// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Proposals on their way from "proposed" to "may be voted for": their bodies are asked for until all are held, then
// what needs no state is checked. One that does not pass stays here unanswered until consensus gives it up: its leader
// loses the view by the timer.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "scheduling/consensus/pbft/pbft.hpp"
#include "scheduling/group/events.hpp"
#include "scheduling/group/group_core.hpp"
#include "scheduling/txpool/txpool.hpp"

namespace hanse::group {

class Considering {
 public:
  void add(const pbft::Pbft& pbft, txpool::TxPool& pool, const Proposal& proposal, TimeMs now);
  void forget(const Hash& proposal) { waiting_.erase(proposal); }
  // Those that passed since the last call; they leave.
  std::vector<Hash> passed(const pbft::Pbft& pbft, const txpool::TxPool& pool);
  // Asks other members for bodies that did not come.
  void on_tick(const pbft::Pbft& pbft, const txpool::TxPool& pool, TimeMs now, Effects& effects);

 private:
  struct Waiting {
    ProposalHead head;
    std::vector<Hash> hashes;
    TimeMs asked_at = 0;
    std::optional<NodeIndex> asked;       // last
  };
  bool passes(const pbft::Pbft& pbft, const txpool::TxPool& pool, const Waiting& waiting) const;
  static bool clear_of_ancestor(const pbft::Pbft& pbft, const txpool::TxPool& pool, const Waiting& waiting,
                                const Hash& ancestor);

  std::map<Hash, Waiting> waiting_;       // bounded by the proposals that consensus knows
};

}  // namespace hanse::group
