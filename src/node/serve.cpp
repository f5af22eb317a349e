// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a group host does beside its core: bodies for other nodes, news for clients whose block was written, and the
// signatures that FISCO clients are shown.
#include <algorithm>

#include "node/group_parts.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kBodiesBytesMax = 8u << 20;      // of one answer; who needs more asks again

Weight quorum_weight(const std::vector<std::int64_t>& weights) {
  Weight sum = 0;
  for (const std::int64_t weight : weights) sum += static_cast<Weight>(weight);
  return sum - (sum - 1) / 3;
}

}  // namespace

void GroupHost::Parts::answer_bodies(const NodeId& from, const group::BodyRequest& request) {
  std::vector<Body> found = bodies.find_all(request.hashes);
  std::size_t count = 0, bytes = 0;
  while (count < found.size() && (count == 0 || bytes + found[count]->encoded.size() <= kBodiesBytesMax))
    bytes += found[count++]->encoded.size();
  if (count == 0) return;
  network.send(from, std::make_shared<const Bytes>(encode_bodies(std::span(found).first(count), true)));
}

void GroupHost::Parts::published(std::span<const ExecutedPtr> blocks) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch()).count();
  for (const ExecutedPtr& executed_block : blocks) {
    const executor::ExecutedBlock& block = executed_block->block;
    std::uint64_t failed = 0;
    for (const Receipt& receipt : block.receipts) failed += receipt.status != 0;
    metrics.transactions.add(block.receipts.size());
    metrics.failed_transactions.add(failed);
    metrics.block_seconds.observe(static_cast<double>(now - block.header.timestamp_ms) / 1000);
    waiters.published(*executed_block);
  }
}

void GroupHost::Parts::sign_header(const ExecutedProposal& block) {
  const auto& sealers = block.config->sealers;
  const auto own = std::ranges::find_if(sealers, [this](const Sealer& sealer) { return sealer.node == self; });
  if (own == sealers.end() || core_status.syncing) return;   // old blocks have their lists elsewhere
  HeaderSignature signature{block.proposal.head.number, sign(config.key, block.block.header_hash)};
  const auto index = static_cast<NodeIndex>(own - sealers.begin());
  CheckedHeaderSignature checked{signature.number, {index, signature.signature}, own->weight,
                                 quorum_weight(block.block.header.weights)};
  network.broadcast(std::make_shared<const Bytes>(encode_header_signature(signature)));
  take(checked);
}

void GroupHost::Parts::check_header_signature(BlockNumber number, const NodeId& from, Bytes signature) {
  jobs->post([this, number, from, signature = std::move(signature)]() mutable {
    const auto block = ledger->view()->header(number);
    if (!block) return;
    const auto& sealers = block->header.sealer_list;
    const auto signer = std::ranges::find(sealers, from);
    if (signer == sealers.end() || !verify(name.suite, from, block->hash, signature)) return metrics.dropped_messages.add();
    const auto index = static_cast<std::size_t>(signer - sealers.begin());
    inbox.push_answer(CheckedHeaderSignature{number, {static_cast<NodeIndex>(index), std::move(signature)},
                                             static_cast<Weight>(block->header.weights[index]),
                                             quorum_weight(block->header.weights)});
  });
}

}  // namespace hanse::node
