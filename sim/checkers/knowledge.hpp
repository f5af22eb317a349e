// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the checkers know that no replica knows: every proposal that ever travelled, the weights of every epoch of the
// plan, who misbehaves, and the chain as it was decided. Nothing here is taken from a core's own arithmetic.
#pragma once

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/model.hpp"
#include "sim/plan.hpp"
#include "sim/run_result.hpp"
#include "sim/wire.hpp"

namespace hanse::sim {

class Knowledge {
 public:
  Knowledge(const Plan& plan, const KeyRing& keys, std::shared_ptr<const Outcome> genesis);

  // ---- proposals ----
  void learn(const ProposalHead& head);
  void learn(const Hash& digest, const pbft::Message& message);      // heads inside; once per digest
  const ProposalHead* head(const Hash& proposal) const;
  Hash hash_of(const ProposalHead& head) const;

  // ---- weights ----
  Weight weight(Epoch epoch, NodeNumber node) const { return weights_[epoch][node]; }
  Weight weight(Epoch epoch, const std::set<NodeNumber>& nodes) const;
  Weight quorum(Epoch epoch) const { return totals_[epoch] - (totals_[epoch] - 1) / 3; }
  Weight byzantine(Epoch epoch) const { return byzantine_[epoch]; }  // at most f by the plan
  bool known_epoch(Epoch epoch) const { return epoch < totals_.size(); }
  // Distinct sealers of `epoch`, each with a signature over `digest`, of a quorum's weight; else what is wrong.
  std::optional<std::string> wrong_quorum(Epoch epoch, const Hash& digest, const std::vector<IndexedSignature>& signatures) const;

  // ---- the chain as decided and executed by the reference ----
  BlockNumber reference_head() const { return static_cast<BlockNumber>(reference_.size()) - 1; }
  const Outcome& reference(BlockNumber number) const { return *reference_[static_cast<std::size_t>(number)]; }
  void extend_reference(std::shared_ptr<const Outcome> outcome) { reference_.push_back(std::move(outcome)); }
  std::optional<BlockNumber> base_of(Epoch epoch) const;             // the block that ended the epoch before; 0 for 0

  const Plan& plan() const { return plan_; }
  const KeyRing& keys() const { return keys_; }
  const pbft::GroupName& group_name() const { return group_name_; }

  template <class... Args>
  void violate(std::string invariant, fmt::format_string<Args...> text, Args&&... args) {   // the first one counts
    if (!violation_) violation_ = {std::move(invariant), fmt::format(text, std::forward<Args>(args)...)};
  }
  const std::optional<Violation>& violation() const { return violation_; }

 private:
  const Plan& plan_;
  const KeyRing& keys_;
  pbft::GroupName group_name_;
  struct Hashed { ProposalHead head; Hash hash; };
  mutable std::unordered_map<std::uint64_t, Hashed> hashes_;         // of heads, each computed once; by a checksum
  std::unordered_map<Hash, ProposalHead> heads_;                     // looked up only, never walked
  std::unordered_set<Hash> learned_;
  std::vector<std::vector<Weight>> weights_;                         // [epoch][node]
  std::vector<Weight> totals_, byzantine_;
  std::vector<std::shared_ptr<const Outcome>> reference_;            // [number]
  std::optional<Violation> violation_;
};

// The views of a NewView as `consensus.md` words it, computed on our own: d and the proposals that are proposed again.
struct AllowedView {
  Epoch epoch = 0;
  View view = 0;
  BlockNumber decided = 0;
  std::vector<Hash> again;                                           // d + 1, d + 2, …
};
std::optional<AllowedView> resolve(const Knowledge& known, const pbft::NewView& new_view);   // none: not valid

}  // namespace hanse::sim
