// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/txpool/parts.hpp"

#include <algorithm>

namespace hanse::txpool {

// ---- admission ----

std::uint64_t TxPool::Parts::account_nonce(const TxSummary& tx) const {
  const auto sender = senders.find(tx.sender);
  const std::uint64_t held = sender == senders.end() ? 0 : sender->second.account_nonce;
  return std::max({tx.account_nonce, held, recent_nonces.after(tx.sender)});
}

std::optional<Code> TxPool::Parts::web3_nonce_refusal(const TxSummary& tx) const {
  if (tx.nonce < account_nonce(tx)) return Code::nonce_used;
  const auto sender = senders.find(tx.sender);
  if (sender == senders.end()) return std::nullopt;
  const auto slot = sender->second.slots.find(tx.nonce);
  if (slot != sender->second.slots.end() && slot->second.waiting) return Code::nonce_used;
  return std::nullopt;
}

std::optional<Code> TxPool::Parts::refusal(const TxSummary& tx, bool from_client) const {
  if (in_chain(tx)) return Code::already_in_chain;
  if (tx.kind == TransactionKind::web3) {
    if (const auto code = web3_nonce_refusal(tx)) return code;
  } else {
    const auto slot = native_nonces.find(tx.nonce_key);
    if (slot != native_nonces.end() && slot->second.waiting) return Code::nonce_used;
    if (tx.nonce_in_ledger || recent.nonce_used(tx.nonce_key, head + 1, span)) return Code::nonce_used;
    if (!limit_allows(tx, head + 1)) return Code::block_limit_failed;
  }
  if (tx.balance_too_low) return Code::insufficient_funds;
  if (tx.sender_is_contract) return Code::sender_is_contract;
  return full(tx, from_client) ? std::optional(Code::pool_full) : std::nullopt;
}

// What a peer has taken from its clients it will propose: refused here, it would only be asked for and checked again then.
bool TxPool::Parts::full(const TxSummary& tx, bool from_client) const {
  if (by_age.size() >= limits.count_max * (from_client ? 1 : 2) || bytes + tx.size > limits.bytes_max) return true;
  if (tx.kind == TransactionKind::native) return false;
  const auto sender = senders.find(tx.sender);
  if (sender != senders.end() && sender->second.waiting_count >= limits.per_sender_max) return true;
  return tx.nonce - account_nonce(tx) > limits.nonce_gap_max;   // the nonce check came first: it is not below
}

Entry& TxPool::Parts::hold(const TxSummary& tx) {
  Entry& entry = entries[tx.hash];
  entry.tx = tx;
  entry.since = now;
  entry.age = next_age++;
  if (tx.kind == TransactionKind::web3) senders[tx.sender].raise(account_nonce(tx));
  if (listed.contains(tx.hash)) list(entry);
  return entry;
}

void TxPool::Parts::start_waiting(Entry& entry, bool from_client) {
  entry.waiting = true;
  entry.from_client = from_client;
  by_age.emplace(entry.age, &entry);
  bytes += entry.tx.size;
  waiting_listed += entry.listed;
  if (from_client) to_gossip.emplace(entry.gossiped_at = now, entry.age);
  if (entry.tx.kind == TransactionKind::web3) {
    Sender& sender = senders[entry.tx.sender];
    sender.slots[entry.tx.nonce].waiting = &entry;
    ++sender.waiting_count;
  } else {
    native_nonces[entry.tx.nonce_key].waiting = &entry;
    by_block_limit.emplace(entry.tx.block_limit, entry.age, entry.tx.hash);
  }
  settle(entry.tx);
}

void TxPool::Parts::stop_waiting(Entry& entry) {
  if (!entry.waiting) return;
  set_ready(entry, false);
  entry.waiting = false;
  by_age.erase(entry.age);
  bytes -= entry.tx.size;
  waiting_listed -= entry.listed;
  to_gossip.erase({entry.gossiped_at, entry.age});
  if (entry.tx.kind == TransactionKind::web3) {
    Sender& sender = senders[entry.tx.sender];
    sender.slots[entry.tx.nonce].waiting = nullptr;
    --sender.waiting_count;
  } else {
    native_nonces[entry.tx.nonce_key].waiting = nullptr;
    by_block_limit.erase({entry.tx.block_limit, entry.age, entry.tx.hash});
  }
}

// ---- what is listed, and what is ready because nothing is ----

void TxPool::Parts::list(Entry& entry) {
  if (entry.listed) return;
  entry.listed = true;
  waiting_listed += entry.waiting;
  if (entry.tx.kind == TransactionKind::web3) senders[entry.tx.sender].take(entry.tx.nonce);
  else ++native_nonces[entry.tx.nonce_key].listed;
  settle(entry.tx);
}

void TxPool::Parts::unlist(Entry& entry) {
  if (!entry.listed) return;
  entry.listed = false;
  waiting_listed -= entry.waiting;
  if (entry.tx.kind == TransactionKind::web3) senders[entry.tx.sender].give_back(entry.tx.nonce);
  else --native_nonces[entry.tx.nonce_key].listed;
  settle(entry.tx);
}

// Makes ready what can be sealed with this sender or nonce now, and forgets sender and nonce when nothing uses them.
void TxPool::Parts::settle(const TxSummary& tx) {
  if (tx.kind == TransactionKind::native) settle_native(tx.nonce_key);
  else settle_sender(tx.sender, tx.nonce);
}

void TxPool::Parts::settle_native(const Hash& nonce_key) {
  const auto slot = native_nonces.find(nonce_key);
  if (slot == native_nonces.end()) return;
  if (slot->second.waiting) set_ready(*slot->second.waiting, !slot->second.taken());
  if (slot->second.empty()) native_nonces.erase(slot);
}

void TxPool::Parts::settle_sender(const Address& address, std::uint64_t nonce) {
  const auto found = senders.find(address);
  if (found == senders.end()) return;
  Sender& sender = found->second;
  if (const auto slot = sender.slots.find(nonce); slot != sender.slots.end() && slot->second.empty())
    sender.slots.erase(slot);
  Entry* next = sender.next_from(sender.first_free);
  if (next != sender.ready) {
    if (sender.ready) set_ready(*sender.ready, false);
    if (next) set_ready(*next, true);
    sender.ready = next;
  }
  if (sender.slots.empty()) senders.erase(found);
}

void TxPool::Parts::set_ready(Entry& entry, bool is_ready) {
  if (entry.ready == is_ready) return;
  entry.ready = is_ready;
  if (!is_ready) {
    ready.erase(entry.age);
    ready_since.erase({*entry.includable_since, entry.age});
    if (entry.tx.kind == TransactionKind::web3) senders[entry.tx.sender].ready = nullptr;
    return;
  }
  if (!entry.includable_since) entry.includable_since = now;
  ready.emplace(entry.age, &entry);
  ready_since.emplace(*entry.includable_since, entry.age);
}

void TxPool::Parts::forget(Entry& entry, bool decided) {
  const TxSummary tx = entry.tx;
  stop_waiting(entry);
  unlist(entry);
  settle(tx);
  if (!decided) released.push_back(tx.hash);
  entries.erase(tx.hash);
}

// ---- life of proposals and blocks ----

void TxPool::Parts::unlist_all(const Hash& proposal) {
  const auto found = proposals.find(proposal);
  if (found == proposals.end()) return;
  const std::vector<Hash> hashes = std::move(found->second);
  proposals.erase(found);
  for (const Hash& hash : hashes) {
    const auto count = listed.find(hash);
    if (--count->second > 0) continue;
    listed.erase(count);
    const auto entry = entries.find(hash);
    if (entry == entries.end()) continue;
    if (entry->second.waiting) unlist(entry->second);
    else forget(entry->second, recent.ran(hash));
  }
}

void TxPool::Parts::refuse(Entry& entry, Code code, Refusals& refusals) {
  if (entry.from_client) refusals.emplace_back(entry.tx.hash, code);
  if (!entry.listed) return forget(entry, false);
  stop_waiting(entry);   // a live proposal of another branch may still need the body
  settle(entry.tx);
}

void TxPool::Parts::refuse_used_nonces(const DecidedBlock& block,
                                       std::span<const std::pair<Address, std::uint64_t>> nonces,
                                       Refusals& refusals) {
  for (const auto& [address, nonce] : nonces) {
    const auto sender = senders.find(address);
    if (sender == senders.end()) continue;
    std::vector<Entry*> used;
    for (const auto& [slot_nonce, slot] : sender->second.slots) {
      if (slot_nonce >= sender->second.account_nonce) break;
      if (slot.waiting) used.push_back(slot.waiting);
    }
    for (Entry* entry : used) refuse(*entry, Code::nonce_used, refusals);
  }
  for (const Hash& key : block.nonce_keys) {
    const auto slot = native_nonces.find(key);
    if (slot != native_nonces.end() && slot->second.waiting) refuse(*slot->second.waiting, Code::nonce_used, refusals);
  }
  while (!by_block_limit.empty() && std::get<BlockNumber>(*by_block_limit.begin()) <= head)
    refuse(entries.at(std::get<Hash>(*by_block_limit.begin())), Code::block_limit_failed, refusals);
}

}  // namespace hanse::txpool
