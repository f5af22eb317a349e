// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/check.hpp"
#include "protocol/block.hpp"

namespace hanse {
namespace {

constexpr std::size_t kWidth = 2;

// Hashes a level to the one above it, in place.
void climb(Suite suite, std::vector<Hash>& level) {
  const std::size_t count = (level.size() + kWidth - 1) / kWidth;
  for (std::size_t i = 0; i < count; ++i) {
    Hasher parent(suite);
    parent.update(level[kWidth * i]);
    if (kWidth * i + 1 < level.size()) parent.update(level[kWidth * i + 1]);
    level[i] = parent.finish();
  }
  level.resize(count);
}

}  // namespace

Hash merkle_root(Suite suite, std::vector<Hash> leaves) {
  if (leaves.empty()) return {};
  while (leaves.size() > 1) climb(suite, leaves);
  return leaves[0];
}

std::vector<MerkleProofLevel> merkle_proof(Suite suite, std::vector<Hash> leaves, std::size_t index) {
  CHECK(index < leaves.size());
  std::vector<MerkleProofLevel> proof;
  for (; leaves.size() > 1; climb(suite, leaves), index /= kWidth) {
    const auto first = leaves.begin() + static_cast<std::ptrdiff_t>(index / kWidth * kWidth);
    const auto last = first + std::min<std::ptrdiff_t>(kWidth, leaves.end() - first);
    proof.push_back({std::vector<Hash>(first, last)});
  }
  return proof;
}

bool merkle_proof_holds(Suite suite, const Hash& leaf, const std::vector<MerkleProofLevel>& proof, const Hash& root) {
  Hash current = leaf;
  for (const MerkleProofLevel& level : proof) {
    if (level.nodes.size() > kWidth || std::ranges::find(level.nodes, current) == level.nodes.end()) return false;
    Hasher parent(suite);
    for (const Hash& node : level.nodes) parent.update(node);
    current = parent.finish();
  }
  return current == root;
}

}  // namespace hanse
