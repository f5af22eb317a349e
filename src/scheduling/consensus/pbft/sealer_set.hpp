// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The sealers of one epoch and their weights. W total weight, f = (W − 1) / 3 rounded down, quorum Q = W − f (never
// 2f + 1): any two quorums share more than f, and the honest alone make one. Sums are 128 bits wide, so no configured
// weights overflow them.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/check.hpp"
#include "base/plant.hpp"
#include "protocol/group_config.hpp"

namespace hanse::pbft {

using WeightSum = unsigned __int128;

class SealerSet {
 public:
  explicit SealerSet(const std::vector<Sealer>& sealers) : sealers_(sealers) {
    for (NodeIndex i = 0; i < sealers_.size(); ++i) {
      total_ += sealers_[i].weight;
      index_.emplace(sealers_[i].node, i);
    }
    CHECK(total_ > 0);   // check_config refused an epoch without weight
  }

  std::size_t size() const { return sealers_.size(); }
  const NodeId& node(NodeIndex index) const { return sealers_[index].node; }
  WeightSum weight(NodeIndex index) const { return sealers_[index].weight; }
  WeightSum faulty_max() const { return (total_ - 1) / 3; }
  WeightSum quorum() const { return PLANTED(small_quorum) ? 2 * faulty_max() + 1 : total_ - faulty_max(); }
  WeightSum total() const { return total_; }

  std::optional<NodeIndex> index_of(const NodeId& node) const {
    auto it = index_.find(node);
    if (it == index_.end()) return std::nullopt;
    return it->second;
  }

  // Weight of the distinct sealers in `signatures`; 0 when one stands twice or is no sealer of this epoch.
  WeightSum weight_of(const std::vector<IndexedSignature>& signatures) const {
    std::vector<bool> seen(size());
    WeightSum sum = 0;
    for (const auto& one : signatures) {
      if (one.node >= size()) return 0;
      if (seen[one.node] && !PLANTED(signer_counted_twice)) return 0;
      seen[one.node] = true;
      sum += weight(one.node);
    }
    return sum;
  }

 private:
  std::vector<Sealer> sealers_;
  std::map<NodeId, NodeIndex> index_;
  WeightSum total_ = 0;
};

}  // namespace hanse::pbft
