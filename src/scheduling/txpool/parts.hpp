// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The inside of the pool: what is held, the orders that are kept over it, and the steps that keep them true together.
#pragma once

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "scheduling/txpool/entry.hpp"
#include "scheduling/txpool/recent_blocks.hpp"
#include "scheduling/txpool/recent_nonces.hpp"
#include "scheduling/txpool/txpool.hpp"

namespace hanse::txpool {

using Refusals = std::vector<std::pair<Hash, Code>>;

// Hash maps are looked up, never walked: every order comes from an ordered index by age, time or block number.
struct TxPool::Parts {
  PoolLimits limits;
  std::uint32_t span;                                     // block_limit_span
  BlockNumber head;
  TimeMs now = 0;
  std::uint64_t next_age = 0;

  RecentBlocks recent;
  RecentNonces recent_nonces;
  std::unordered_map<Hash, Entry> entries;                // held
  std::unordered_map<Hash, std::vector<Hash>> proposals;  // live ones
  std::unordered_map<Hash, std::uint32_t> listed;         // by how many live proposals; also of hashes not held
  std::unordered_map<Address, Sender> senders;            // of held web3 transactions
  std::unordered_map<Hash, NonceSlot> native_nonces;      // of held native transactions

  std::map<std::uint64_t, Entry*> by_age;                 // waiting
  std::map<std::uint64_t, Entry*> ready;                  // sealable now, by age; of a web3 sender the first one only
  std::set<std::pair<TimeMs, std::uint64_t>> ready_since;
  std::set<std::tuple<BlockNumber, std::uint64_t, Hash>> by_block_limit;   // waiting native ones
  std::set<std::pair<TimeMs, std::uint64_t>> to_gossip;   // waiting client ones, by when they were last gossiped
  std::size_t bytes = 0;                                  // of waiting ones
  std::size_t waiting_listed = 0;                         // waiting ones that a live proposal lists
  std::vector<Hash> released;

  bool limit_allows(const TxSummary& tx, BlockNumber number) const {
    return tx.kind == TransactionKind::web3 || (tx.block_limit >= number && tx.block_limit - number < span);
  }
  bool in_chain(const TxSummary& tx) const { return tx.in_ledger || recent.ran(tx.hash); }

  // The highest that the summary, a decided block or an earlier transaction of the sender told.
  std::uint64_t account_nonce(const TxSummary& tx) const;
  std::optional<Code> refusal(const TxSummary& tx, bool from_client) const;
  std::optional<Code> web3_nonce_refusal(const TxSummary& tx) const;
  bool full(const TxSummary& tx, bool from_client) const;

  Entry& hold(const TxSummary& tx);
  void start_waiting(Entry& entry, bool from_client);
  void stop_waiting(Entry& entry);
  void list(Entry& entry);                                // a live proposal takes its nonce
  void unlist(Entry& entry);
  void settle(const TxSummary& tx);
  void settle_native(const Hash& nonce_key);
  void settle_sender(const Address& address, std::uint64_t nonce);
  void set_ready(Entry& entry, bool is_ready);
  void forget(Entry& entry, bool decided);                // decided: its body still has to be appended

  void unlist_all(const Hash& proposal);
  void refuse(Entry& entry, Code code, Refusals& refusals);
  void refuse_used_nonces(const DecidedBlock& block, std::span<const std::pair<Address, std::uint64_t>> nonces,
                          Refusals& refusals);
};

}  // namespace hanse::txpool
