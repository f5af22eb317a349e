// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/check.hpp"
#include "protocol/block.hpp"

namespace hanse {
namespace {

constexpr std::size_t kWidth = 2;

// Hashes a level to the one above it. Children stand side by side, so that a node's message is a piece of the level.
void climb(Suite suite, std::vector<Hash>& level) {
  const std::size_t count = (level.size() + kWidth - 1) / kWidth;
  std::vector<BytesView> messages(count);
  for (std::size_t i = 0; i < count; ++i)
    messages[i] = BytesView(level[kWidth * i].bytes.data(), Hash::kSize * std::min(kWidth, level.size() - kWidth * i));
  std::vector<Hash> parents(count);
  hash_each(suite, messages, parents);
  level = std::move(parents);
}
static_assert(sizeof(Hash) == Hash::kSize);

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
