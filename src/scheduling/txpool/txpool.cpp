// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/txpool/txpool.hpp"

#include <algorithm>
#include <limits>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/check.hpp"
#include "base/plant.hpp"
#include "base/probe.hpp"
#include "scheduling/txpool/parts.hpp"

namespace hanse::txpool {

TxPool::TxPool(const GroupConfig& config, PoolLimits limits, BlockNumber head, std::span<const DecidedBlock> recent)
    : parts_(std::make_unique<Parts>()) {
  parts_->limits = limits;
  parts_->span = config.block_limit_span;
  parts_->head = head;
  for (const DecidedBlock& block : recent) parts_->recent.add(block, config.block_limit_span);
}

TxPool::~TxPool() = default;
TxPool::TxPool(TxPool&&) noexcept = default;

std::optional<Code> TxPool::add(const TxSummary& tx, TimeMs now, bool from_client, bool asked) {
  Parts& parts = *parts_;
  parts.now = std::max(parts.now, now);
  const auto known = parts.entries.find(tx.hash);
  if (known != parts.entries.end() && known->second.waiting) {
    if (tx.kind == TransactionKind::web3) {   // its account nonce may have been read later than the first time
      parts.senders.at(tx.sender).raise(tx.account_nonce);
      parts.settle_sender(tx.sender, tx.nonce);
    }
    return Code::already_in_pool;
  }
  const std::optional<Code> refused = parts.refusal(tx, from_client);
  if (!refused) {
    parts.start_waiting(known == parts.entries.end() ? parts.hold(tx) : known->second, from_client);
    return std::nullopt;
  }
  if (known != parts.entries.end()) return refused;
  if (parts.listed.contains(tx.hash)) {   // a live proposal may need the body: never released here
    if (asked) {
      PROBE(held_though_refused);
      parts.hold(tx);
    }
  } else if (tx.in_ledger || !parts.recent.ran(tx.hash)) {
    parts.released.push_back(tx.hash);    // else: until it is appended
  }
  return refused;
}

void TxPool::proposed(const Hash& proposal, std::span<const Hash> hashes) {
  if (PLANTED(run_twice)) return;
  Parts& parts = *parts_;
  const auto [found, added] = parts.proposals.try_emplace(proposal);
  if (!added) return;
  std::unordered_set<Hash> seen;   // a dishonest list may name one twice
  for (const Hash& hash : hashes) {
    if (!seen.insert(hash).second) continue;
    found->second.push_back(hash);
    ++parts.listed[hash];
    if (const auto entry = parts.entries.find(hash); entry != parts.entries.end()) parts.list(entry->second);
  }
}

void TxPool::dropped(const Hash& proposal) { parts_->unlist_all(proposal); }

Refusals TxPool::decided(const DecidedBlock& block, const Hash& proposal, std::span<const Hash> not_run,
                         std::span<const std::pair<Address, std::uint64_t>> nonces) {
  Parts& parts = *parts_;
  CHECK(block.number > parts.head);
  parts.head = block.number;
  parts.recent.add(block, parts.span);
  parts.recent_nonces.add(nonces);
  for (const auto& [address, nonce] : nonces)
    if (const auto sender = parts.senders.find(address); sender != parts.senders.end()) {
      sender->second.raise(nonce);
      parts.settle_sender(address, nonce);
    }
  for (const Hash& hash : block.hashes)
    if (const auto entry = parts.entries.find(hash); entry != parts.entries.end()) parts.forget(entry->second, true);
  for (const Hash& hash : not_run) {   // one that was held for this proposal alone waits from now on
    const auto entry = parts.entries.find(hash);
    if (entry != parts.entries.end() && !entry->second.waiting && !parts.refusal(entry->second.tx, false))
      parts.start_waiting(entry->second, false);
  }
  parts.unlist_all(proposal);
  Refusals refusals;
  parts.refuse_used_nonces(block, nonces, refusals);
  return refusals;
}

Refusals TxPool::expire(TimeMs now) {
  Parts& parts = *parts_;
  parts.now = std::max(parts.now, now);
  std::vector<Entry*> expired;
  for (const auto& [age, entry] : parts.by_age) {
    if (entry->since + parts.limits.expiry_ms > now) break;
    if (!entry->listed) expired.push_back(entry);
  }
  Refusals refusals;
  for (Entry* entry : expired) parts.refuse(*entry, Code::pool_timeout, refusals);
  return refusals;
}

std::vector<Hash> TxPool::take_released() { return std::exchange(parts_->released, {}); }

void TxPool::set_config(const GroupConfig& config) { parts_->span = config.block_limit_span; }

// ---- questions ----

bool TxPool::holds(const Hash& hash) const { return parts_->entries.contains(hash); }

bool TxPool::waits(const Hash& hash) const {
  const auto entry = parts_->entries.find(hash);
  return entry != parts_->entries.end() && entry->second.waiting;
}

bool TxPool::is_needed(const Hash& hash) const { return holds(hash) || parts_->listed.contains(hash); }

const TxSummary* TxPool::find(const Hash& hash) const {
  const auto entry = parts_->entries.find(hash);
  return entry == parts_->entries.end() ? nullptr : &entry->second.tx;
}

std::vector<Hash> TxPool::missing(std::span<const Hash> hashes) const {
  std::vector<Hash> missing;
  std::ranges::copy_if(hashes, std::back_inserter(missing), [this](const Hash& hash) { return !holds(hash); });
  return missing;
}

// Merges the ready ones with those that become sealable by sealing their sender's previous nonce, by age. Costs what it
// seals, not what waits.
std::vector<Hash> TxPool::seal(BlockNumber number, std::size_t count_max, std::uint64_t gas_max) const {
  using Candidate = std::pair<std::uint64_t, const Entry*>;   // ages are unique: addresses never decide
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> followers;
  auto ready = parts_->ready.begin();
  std::vector<Hash> sealed;
  std::uint64_t gas_left = gas_max;
  while (sealed.size() < count_max) {
    const bool any_ready = ready != parts_->ready.end();
    if (!any_ready && followers.empty()) break;
    const Entry* entry = nullptr;
    if (any_ready && (followers.empty() || ready->first < followers.top().first)) entry = (ready++)->second;
    else entry = followers.top().second, followers.pop();
    if (!parts_->limit_allows(entry->tx, number)) continue;
    if (entry->tx.gas_limit > gas_left && !sealed.empty()) break;
    gas_left -= std::min(gas_left, entry->tx.gas_limit);
    sealed.push_back(entry->tx.hash);
    if (entry->tx.kind == TransactionKind::native) continue;
    if (const Entry* next = parts_->senders.at(entry->tx.sender).next_from(entry->tx.nonce + 1))
      followers.emplace(next->age, next);
  }
  return sealed;
}

std::vector<Hash> TxPool::that_follow(std::span<const Hash> ancestors, std::vector<Hash> sealed) const {
  const auto is_ancestor = [&](const auto& live) { return std::ranges::find(ancestors, live.first) != ancestors.end(); };
  if (std::ranges::all_of(parts_->proposals, is_ancestor)) return sealed;   // nearly always
  std::unordered_map<Address, std::uint64_t> next;   // web3 nonces used by the ancestors, then by what is kept
  for (const Hash& ancestor : ancestors) {
    const auto listed = parts_->proposals.find(ancestor);
    if (listed == parts_->proposals.end()) continue;
    for (const Hash& hash : listed->second)
      if (const TxSummary* tx = find(hash); tx && tx->kind == TransactionKind::web3)
        next[tx->sender] = std::max(next[tx->sender], tx->nonce + 1);
  }
  std::erase_if(sealed, [&](const Hash& hash) {
    const TxSummary& tx = *find(hash);
    if (tx.kind == TransactionKind::native) return false;
    std::uint64_t& nonce = next[tx.sender];
    nonce = std::max(nonce, parts_->senders.at(tx.sender).account_nonce);
    if (tx.nonce != nonce) return true;
    ++nonce;
    return false;
  });
  return sealed;
}

bool TxPool::can_seal(BlockNumber number, std::size_t count) const {
  if (parts_->by_age.size() - parts_->waiting_listed < count) return false;
  return seal(number, count, std::numeric_limits<std::uint64_t>::max()).size() == count;
}

bool TxPool::may_run(BlockNumber number, std::span<const Hash> hashes) const {
  if (PLANTED(run_twice)) return true;
  std::unordered_set<Hash> seen, nonces;
  for (const Hash& hash : hashes) {
    if (parts_->recent.ran(hash) || !seen.insert(hash).second) return false;
    const TxSummary* tx = find(hash);
    if (tx == nullptr) continue;
    if (tx->in_ledger || !parts_->limit_allows(*tx, number)) return false;
    if (tx->kind == TransactionKind::web3) continue;
    if (parts_->recent.nonce_used(tx->nonce_key, number, parts_->span)) return false;
    if (!nonces.insert(tx->nonce_key).second) return false;
  }
  return true;
}

std::optional<TimeMs> TxPool::oldest_includable_since() const {
  if (parts_->ready_since.empty()) return std::nullopt;
  return parts_->ready_since.begin()->first;
}

std::vector<Hash> TxPool::to_gossip_again(TimeMs now, TimeMs age, std::size_t count_max) {
  Parts& parts = *parts_;
  std::vector<Hash> hashes;
  for (std::size_t looked_at = 0; looked_at < count_max && !parts.to_gossip.empty(); ++looked_at) {
    const auto [gossiped_at, entry_age] = *parts.to_gossip.begin();
    if (gossiped_at + age > now) break;
    parts.to_gossip.erase(parts.to_gossip.begin());
    parts.to_gossip.emplace(now, entry_age);
    Entry& entry = *parts.by_age.at(entry_age);
    entry.gossiped_at = now;
    hashes.push_back(entry.tx.hash);   // one that a proposal lists too: perhaps nobody else saw that proposal
  }
  return hashes;
}

std::size_t TxPool::size() const { return parts_->by_age.size(); }
std::size_t TxPool::bytes() const { return parts_->bytes; }

std::uint64_t TxPool::pending_nonce(const Address& sender, std::uint64_t account_nonce) const {
  const auto found = parts_->senders.find(sender);
  if (found == parts_->senders.end()) return account_nonce;
  std::uint64_t nonce = std::max(account_nonce, found->second.account_nonce);
  for (auto slot = found->second.slots.find(nonce); slot != found->second.slots.end() && slot->first == nonce; ++slot)
    ++nonce;
  return nonce;
}

}  // namespace hanse::txpool
