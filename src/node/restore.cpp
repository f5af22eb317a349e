// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/restore.hpp"

#include "base/plant.hpp"
#include "codec/tars.hpp"
#include "scheduling/consensus/pbft/leader_rule.hpp"

namespace hanse::node {
namespace {

// What the leader rule looks back on, and, where the pool does too, what was run.
Result<group::RecentBlock> recent_block(const ledger::LedgerView& view, BlockNumber number, bool with_run) {
  const auto proposal = view.proposal(number);
  if (!proposal) return pass(proposal);
  if (!with_run) return group::RecentBlock{number, proposal->head.epoch, proposal->head.first_view, {}, {}};
  auto identities = view.run_identities(number);
  if (!identities) return pass(identities);
  auto nonce_keys = view.nonce_keys(number);
  if (!nonce_keys) return pass(nonce_keys);
  return group::RecentBlock{number, proposal->head.epoch, proposal->head.first_view, std::move(*identities),
                            std::move(*nonce_keys)};
}

Result<void> restore_bodies(const std::vector<ledger::StoredTransaction>& stored, Suite suite, BodyStore& bodies) {
  if (PLANTED(bodies_not_restored)) return {};
  for (const ledger::StoredTransaction& one : stored) {
    auto tx = decode_transaction(suite, one.kind, one.encoded);
    if (!tx) return fail(Code::corrupt, "consensus log: a stored transaction cannot be read: {}", tx.error().text);
    const Body body = std::make_shared<const Transaction>(std::move(*tx));
    bodies.add({&body, 1});
  }
  return {};
}

}  // namespace

Result<group::Restored> restore(ledger::Ledger& ledger, const NodeId& self, BodyStore& bodies) {
  const auto view = ledger.view();
  const ledger::Head& head = view->head();
  group::Restored restored;
  restored.config = view->config();
  restored.self = self;
  restored.head = {head.number, head.proposal, head.header, head.time_ms, {}};
  if (head.number > 0) {
    auto certificate = view->certificate(head.number);
    if (!certificate) return pass(certificate);
    restored.head.certificate = std::move(*certificate);
  }
  const auto span = static_cast<BlockNumber>(view->config().block_limit_span);
  const BlockNumber back = std::max(span, pbft::kLeaderHistory);
  for (BlockNumber number = std::max<BlockNumber>(1, head.number - back + 1); number <= head.number; ++number) {
    auto block = recent_block(*view, number, number > head.number - span);
    if (!block) return pass(block);
    if (PLANTED(restart_forgets_run)) block->hashes.clear(), block->nonce_keys.clear();
    restored.recent.push_back(std::move(*block));
  }
  for (const ledger::LogRecord& stored : ledger.log().loaded()) {
    auto record = tars::decode<group::Record>(stored.record);
    if (!record)
      return fail(Code::corrupt, "consensus log: record {} cannot be read: {}", stored.position, record.error().text);
    restored.records.push_back(std::move(*record));
  }
  restored.next_position = ledger.log().next_position();
  if (const auto good = restore_bodies(ledger.log().loaded_bodies(), view->config().suite, bodies); !good) return pass(good);
  ledger.log().forget_loaded();
  return restored;
}

}  // namespace hanse::node
