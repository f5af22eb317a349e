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
  const TimeMs now = runtime.wall_ms();
  for (const ExecutedPtr& executed_block : blocks) {
    const executor::ExecutedBlock& block = executed_block->block;
    std::uint64_t failed = 0;
    for (const Receipt& receipt : block.receipts) failed += receipt.status != 0;
    metrics.transactions.add(block.receipts.size());
    metrics.failed_transactions.add(failed);
    if (block.parts > 1) metrics.blocks_in_parts.add(1);
    metrics.block_seconds.observe(static_cast<double>(now - block.header.timestamp_ms) / 1000);
    waiters.published(*executed_block);
  }
}

// One job for all that came together since the last time: it is off the critical path, and a job a signature would cost
// more in waking threads than in curve operations.
void GroupHost::Parts::exchange_header_signatures() {
  const BlockNumber appended = ledger->view()->head().number;
  headers_to_sign.erase(headers_to_sign.begin(), headers_to_sign.upper_bound(appended - HeaderSignatures::kWindow));
  auto kept = header_signatures.take_kept(appended);
  if (headers_to_sign.empty() && kept.empty()) return;
  jobs->post([this, own = std::exchange(headers_to_sign, {}), kept = std::move(kept)] {
    for (const auto& [number, header_hash] : own) sign_header(number, header_hash);
    for (const auto& [number, signatures] : kept) check_header_signatures(number, signatures);
  });
}

void GroupHost::Parts::sign_header(BlockNumber number, const Hash& header_hash) {
  Bytes signature = sign(config.key, header_hash);
  check_header_signatures(number, {{self, signature}});
  network.broadcast(std::make_shared<const Bytes>(encode_header_signature({number, std::move(signature)})));
}

void GroupHost::Parts::check_header_signatures(BlockNumber number, const std::map<NodeId, Bytes>& signatures) {
  const auto block = ledger->view()->header(number);
  if (!block) return;
  const auto& sealers = block->header.sealer_list;
  for (const auto& [from, signature] : signatures) {
    const auto signer = std::ranges::find(sealers, from);
    if (signer == sealers.end()) continue;                   // an observer signs nothing that counts
    if (from != self && !verify(name.suite, from, block->hash, signature)) {
      metrics.dropped_messages.add();
      continue;
    }
    const auto index = static_cast<std::size_t>(signer - sealers.begin());
    inbox.push_answer(CheckedHeaderSignature{number, {static_cast<NodeIndex>(index), signature},
                                             static_cast<Weight>(block->header.weights[index]),
                                             quorum_weight(block->header.weights)});
  }
}

}  // namespace hanse::node
