// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Clients that wait: for the pool's answer to a transaction, or for its receipt. Each gets exactly one answer. Any thread;
// answers are called outside the lock. Times are those of the runtime's steady clock.
#pragma once

#include <map>
#include <mutex>
#include <unordered_map>

#include "access/port/caller.hpp"
#include "node/execution.hpp"
#include "protocol/ports/node_port.hpp"

namespace hanse::node {

class ClientWaiters {
 public:
  using SubmitReply = port::ReplyTo<port::SubmitTransaction>;
  using ReceiptReply = port::ReplyTo<port::WaitReceipt>;

  explicit ClientWaiters(std::size_t count_max) : count_max_(count_max) {}
  ~ClientWaiters();   // those that still wait are told that the node stops

  // Beyond count_max: answered with pool_full at once.
  void wait_for_pool(const Hash& identity, const Hash& hash, TimeMs until_ms, SubmitReply reply);
  void wait_for_receipt(const Hash& hash, TimeMs until_ms, ReceiptReply reply);

  void accepted(std::span<const Hash> identities);
  void refused(const Hash& identity, const Error& error);   // those who wait for its receipt too, unless it is held already
  void published(const ExecutedProposal& executed);
  void expire(TimeMs now_ms);                              // timeout

 private:
  struct PoolWaiter { Hash hash; SubmitReply reply; };
  struct ReceiptWaiter { ReceiptReply reply; };
  template <class Waiter>
  struct Waiting { TimeMs until_ms; Waiter waiter; };
  template <class Waiter>
  using Table = std::unordered_multimap<Hash, Waiting<Waiter>>;

  template <class Waiter>
  static std::vector<Waiter> take(Table<Waiter>& table, const Hash& key);
  template <class Waiter>
  static std::vector<Waiter> take_expired(Table<Waiter>& table, TimeMs now_ms);

  const std::size_t count_max_;
  mutable std::mutex mutex_;
  Table<PoolWaiter> for_pool_;        // by identity
  Table<ReceiptWaiter> for_receipt_;  // by hash
};

// Receipt, transaction and block of a transaction that ran in `executed` at place run[index].
port::TransactionView transaction_view(const ExecutedProposal& executed, std::uint32_t index);

}  // namespace hanse::node
