// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// For the tests of the pool: small summaries, and a pool whose head and clock the test sets.
#pragma once

#include <gtest/gtest.h>

#include <limits>

#include "scheduling/txpool/txpool.hpp"

namespace hanse::txpool {

constexpr std::uint64_t kNoGasLimit = ~0ull;

inline Hash hash_at(std::uint64_t number) {
  Hash hash;
  for (int i = 0; i < 8; ++i) hash.bytes[i] = hash.bytes[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return hash;
}

inline Address address_at(std::uint8_t number) {
  Address address;
  address.bytes.fill(number);
  return address;
}

inline TxSummary web3(std::uint64_t id, std::uint8_t sender, std::uint64_t nonce, std::uint64_t account_nonce = 0) {
  TxSummary tx;
  tx.hash = hash_at(id);
  tx.sender = address_at(sender);
  tx.nonce = nonce;
  tx.account_nonce = account_nonce;
  tx.gas_limit = 21'000;
  tx.size = 100;
  return tx;
}

inline TxSummary native(std::uint64_t id, std::uint64_t nonce_key, BlockNumber block_limit = 100) {
  TxSummary tx;
  tx.hash = hash_at(id);
  tx.kind = TransactionKind::native;
  tx.nonce_key = hash_at(nonce_key);
  tx.block_limit = block_limit;
  tx.gas_limit = 21'000;
  tx.size = 100;
  return tx;
}

inline std::vector<Hash> hashes(std::initializer_list<std::uint64_t> ids) {
  std::vector<Hash> out;
  for (const auto id : ids) out.push_back(hash_at(id));
  return out;
}

class TxPoolTest : public testing::Test {
 protected:
  TxPoolTest() { config_.block_limit_span = 100; }
  TxPool& pool() {
    if (!pool_) pool_.emplace(config_, limits_, head_, recent_);
    return *pool_;
  }
  std::optional<Code> client(const TxSummary& tx) { return pool().add(tx, now_, true, false); }
  std::optional<Code> gossip(const TxSummary& tx) { return pool().add(tx, now_, false, false); }
  std::optional<Code> asked(const TxSummary& tx) { return pool().add(tx, now_, false, true); }
  std::vector<Hash> seal(std::size_t count_max = 1000, std::uint64_t gas_max = kNoGasLimit) {
    return pool().seal(head_ + 1, count_max, gas_max);
  }
  auto decide(std::uint64_t proposal, std::vector<Hash> run, std::vector<std::pair<Address, std::uint64_t>> nonces = {},
              std::vector<Hash> nonce_keys = {}, std::vector<Hash> not_run = {}) {
    pool();
    return pool_->decided({++head_, std::move(run), std::move(nonce_keys)}, hash_at(proposal), not_run, nonces);
  }

  GroupConfig config_;
  PoolLimits limits_;
  BlockNumber head_ = 0;
  std::vector<DecidedBlock> recent_;
  TimeMs now_ = 1000;
  std::optional<TxPool> pool_;
};

using Refused = std::vector<std::pair<Hash, Code>>;

}  // namespace hanse::txpool
