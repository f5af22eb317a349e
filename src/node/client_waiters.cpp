// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/client_waiters.hpp"

namespace hanse::node {
namespace {

const Error kStopping{Code::unreachable, "the node is stopping"};
const Error kTooMany{Code::pool_full, "too many clients wait at this node: try again later"};
const Error kTimeout{Code::timeout, "not decided in time: the transaction may still be"};

}  // namespace

template <class Waiter>
std::vector<Waiter> ClientWaiters::take(Table<Waiter>& table, const Hash& key) {
  std::vector<Waiter> taken;
  const auto [first, last] = table.equal_range(key);
  for (auto at = first; at != last; ++at) taken.push_back(std::move(at->second.waiter));
  table.erase(first, last);
  return taken;
}

template <class Waiter>
std::vector<Waiter> ClientWaiters::take_expired(Table<Waiter>& table, TimeMs now_ms) {
  std::vector<Waiter> taken;
  for (auto at = table.begin(); at != table.end();) {
    if (at->second.until_ms > now_ms) {
      ++at;
      continue;
    }
    taken.push_back(std::move(at->second.waiter));
    at = table.erase(at);
  }
  return taken;
}

ClientWaiters::~ClientWaiters() {
  for (auto& [identity, waiting] : for_pool_) waiting.waiter.reply(std::unexpected(kStopping));
  for (auto& [hash, waiting] : for_receipt_) waiting.waiter.reply(std::unexpected(kStopping));
}

void ClientWaiters::wait_for_pool(const Hash& identity, const Hash& hash, TimeMs until_ms, SubmitReply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (for_pool_.size() < count_max_) {
      for_pool_.emplace(identity, Waiting<PoolWaiter>{until_ms, {hash, std::move(reply)}});
      return;
    }
  }
  reply(std::unexpected(kTooMany));
}

void ClientWaiters::wait_for_receipt(const Hash& hash, TimeMs until_ms, ReceiptReply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (for_receipt_.size() < count_max_) {
      for_receipt_.emplace(hash, Waiting<ReceiptWaiter>{until_ms, {std::move(reply)}});
      return;
    }
  }
  reply(std::unexpected(kTooMany));
}

void ClientWaiters::accepted(std::span<const Hash> identities) {
  std::vector<PoolWaiter> taken;
  {
    const std::lock_guard lock(mutex_);
    for (const Hash& identity : identities)
      for (PoolWaiter& waiter : take(for_pool_, identity)) taken.push_back(std::move(waiter));
  }
  for (PoolWaiter& waiter : taken) waiter.reply(waiter.hash);
}

void ClientWaiters::refused(const Hash& identity, const Error& error) {
  const bool held = error.code == Code::already_in_pool || error.code == Code::already_in_chain;
  std::vector<PoolWaiter> from_pool;
  std::vector<ReceiptWaiter> for_receipt;
  {
    const std::lock_guard lock(mutex_);
    from_pool = take(for_pool_, identity);
    if (!held) for_receipt = take(for_receipt_, identity);   // a native one's hash differs: its waiter runs into its timeout
  }
  for (PoolWaiter& waiter : from_pool) waiter.reply(std::unexpected(error));
  for (ReceiptWaiter& waiter : for_receipt) waiter.reply(std::unexpected(error));
}

void ClientWaiters::published(const ExecutedProposal& executed) {
  std::vector<std::pair<std::uint32_t, ReceiptWaiter>> taken;
  {
    const std::lock_guard lock(mutex_);
    if (for_receipt_.empty()) return;
    for (std::uint32_t index = 0; index < executed.block.run.size(); ++index)
      for (ReceiptWaiter& waiter : take(for_receipt_, executed.bodies[executed.block.run[index]]->hash))
        taken.emplace_back(index, std::move(waiter));
  }
  for (auto& [index, waiter] : taken) waiter.reply(transaction_view(executed, index));
}

void ClientWaiters::expire(TimeMs now_ms) {
  std::vector<PoolWaiter> from_pool;
  std::vector<ReceiptWaiter> for_receipt;
  {
    const std::lock_guard lock(mutex_);
    from_pool = take_expired(for_pool_, now_ms);
    for_receipt = take_expired(for_receipt_, now_ms);
  }
  for (PoolWaiter& waiter : from_pool) waiter.reply(std::unexpected(kTimeout));
  for (ReceiptWaiter& waiter : for_receipt) waiter.reply(std::unexpected(kTimeout));
}

port::TransactionView transaction_view(const ExecutedProposal& executed, std::uint32_t index) {
  const executor::ExecutedBlock& block = executed.block;
  return {*executed.bodies[block.run[index]], block.receipts[index], block.header_hash, block.header.timestamp_ms};
}

}  // namespace hanse::node
