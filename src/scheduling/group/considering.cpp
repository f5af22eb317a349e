// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/group/considering.hpp"

#include <algorithm>

#include "base/plant.hpp"
#include "base/probe.hpp"
#include "scheduling/group/payload.hpp"

namespace hanse::group {
namespace {

constexpr TimeMs kAskFirstMs = 20;
constexpr TimeMs kAskAgainMs = 150;

}  // namespace

void Considering::add(const pbft::Pbft& pbft, txpool::TxPool& pool, const Proposal& proposal, TimeMs now) {
  const auto& config = pbft.config();
  const Hash hash = proposal_hash(config.suite, config.chain_id, config.group_id, proposal.head);
  if (waiting_.contains(hash) || !is_well_formed(proposal.payload, config.tx_count_limit)) return;
  auto& waiting = waiting_[hash];
  waiting = {proposal.head, hashes_of(proposal.payload), now, std::nullopt};
  pool.proposed(hash, waiting.hashes);
}

// The proposer first, who held every body; then the others in turn. Gossip usually brings a body a moment after the
// proposal that lists it, so the first question waits a little.
void Considering::on_tick(const pbft::Pbft& pbft, const txpool::TxPool& pool, TimeMs now, Effects& effects) {
  const auto& sealers = pbft.config().sealers;
  for (auto& [hash, waiting] : waiting_) {
    if (now - waiting.asked_at < (waiting.asked ? kAskAgainMs : kAskFirstMs)) continue;
    auto missing = pool.missing(waiting.hashes);
    if (missing.empty()) continue;
    const std::uint64_t next = waiting.asked ? *waiting.asked + 1ull : waiting.head.proposer;
    waiting.asked_at = now;
    waiting.asked = static_cast<NodeIndex>(next % sealers.size());
    if (waiting.asked != pbft.self())
      effects.push_back(SendPeer{sealers[*waiting.asked].node, BodyRequest{std::move(missing)}});
  }
}

std::vector<Hash> Considering::passed(const pbft::Pbft& pbft, const txpool::TxPool& pool) {
  std::vector<Hash> out;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!passes(pbft, pool, it->second)) {
      ++it;
      continue;
    }
    out.push_back(it->first);
    it = waiting_.erase(it);
  }
  return out;
}

bool Considering::passes(const pbft::Pbft& pbft, const txpool::TxPool& pool, const Waiting& waiting) const {
  if (waiting.head.number <= pbft.decided().number || !pool.missing(waiting.hashes).empty()) return false;
  if (PLANTED(run_twice)) return true;
  if (!pool.may_run(waiting.head.number, waiting.hashes)) return false;
  const auto gas_limit = pbft.config().block_gas_limit;
  if (std::ranges::any_of(waiting.hashes, [&](const Hash& hash) { return pool.find(hash)->gas_limit > gas_limit; }))
    return false;
  const auto ancestors = pbft.undecided_ancestors(waiting.head.parent);
  if (std::ssize(ancestors) < waiting.head.number - pbft.decided().number - 1) return false;   // one is not known here yet
  return std::ranges::all_of(ancestors, [&](const Hash& one) { return clear_of_ancestor(pbft, pool, waiting, one); });
}

// Nothing of `waiting`, by hash or native nonce, ran in `ancestor`. Once the ancestor is executed that is known exactly.
// Before, what it lists counts as run, and wait if a body of it is not held: its nonce is unknown.
bool Considering::clear_of_ancestor(const pbft::Pbft& pbft, const txpool::TxPool& pool, const Waiting& waiting,
                                    const Hash& ancestor) {
  std::set<Hash> used;
  const auto* summary = pbft.executed(ancestor);
  if (summary) used.insert(summary->nonce_keys.begin(), summary->nonce_keys.end());
  for (const auto& hash : hashes_of(pbft.find(ancestor)->payload)) {
    if (summary && std::ranges::find(summary->not_run, hash) != summary->not_run.end()) continue;
    used.insert(hash);
    if (summary) continue;
    const auto* tx = pool.find(hash);
    if (!tx) {
      PROBE(ancestor_not_known);
      return false;
    }
    if (tx->kind == TransactionKind::native) used.insert(tx->nonce_key);
  }
  return std::ranges::none_of(waiting.hashes, [&](const Hash& hash) {
    const auto* tx = pool.find(hash);
    return used.contains(hash) || (tx->kind == TransactionKind::native && used.contains(tx->nonce_key));
  });
}

}  // namespace hanse::group
