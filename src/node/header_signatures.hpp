// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Collects the signatures over header hashes that sealers exchange after a decision (FISCO clients' signatureList). Off the
// critical path: a lost one is not asked for again, lists may differ between nodes, and they are shown from a quorum on.
// Bounded by a window of numbers around the last block and one signature a sealer. A value of the group thread.
#pragma once

#include <map>
#include <optional>

#include "protocol/block.hpp"

namespace hanse::node {

// A signature that was verified against the block that this node has.
struct CheckedHeaderSignature {
  BlockNumber number = 0;
  IndexedSignature signature;
  Weight weight = 0;                  // of its sealer
  Weight quorum = 0;                  // of the block's sealers
};

class HeaderSignatures {
 public:
  static constexpr BlockNumber kWindow = 256;   // more than are decided between two exchanges

  // Signatures are kept until somebody has time to check them, and until their block is in the ledger.
  void keep(BlockNumber number, const NodeId& from, Bytes signature, BlockNumber appended) {
    if (number > appended - kWindow && number <= appended + kWindow) kept_[number].try_emplace(from, std::move(signature));
  }
  std::map<BlockNumber, std::map<NodeId, Bytes>> take_kept(BlockNumber appended) {
    std::map<BlockNumber, std::map<NodeId, Bytes>> taken;
    while (!kept_.empty() && kept_.begin()->first <= appended) taken.insert(kept_.extract(kept_.begin()));
    return taken;
  }

  // The list to store, when this signature is new and there is a quorum of them.
  std::optional<std::vector<IndexedSignature>> add(const CheckedHeaderSignature& checked, BlockNumber appended) {
    lists_.erase(lists_.begin(), lists_.upper_bound(appended - kWindow));
    if (checked.number <= appended - kWindow) return std::nullopt;
    List& list = lists_[checked.number];
    if (!list.signatures.emplace(checked.signature.node, checked.signature.signature).second) return std::nullopt;
    list.weight += checked.weight;
    if (list.weight < checked.quorum) return std::nullopt;
    std::vector<IndexedSignature> out;
    for (const auto& [node, signature] : list.signatures) out.push_back({node, signature});
    return out;
  }

 private:
  struct List {
    std::map<NodeIndex, Bytes> signatures;
    Weight weight = 0;
  };
  std::map<BlockNumber, std::map<NodeId, Bytes>> kept_;   // senders are members: the gateway knows them
  std::map<BlockNumber, List> lists_;
};

}  // namespace hanse::node
