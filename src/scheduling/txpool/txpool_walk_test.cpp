// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Random walks: whatever happens in whatever order, a seal keeps its promises, equal pools give equal answers, and
// nothing is left behind at the end.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/prng.hpp"
#include "scheduling/txpool/txpool.hpp"

namespace hanse::txpool {
namespace {

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : prng_(seed) {
    config_.block_limit_span = 8;
    limits_ = {.count_max = 60, .bytes_max = 1'000'000, .per_sender_max = 20, .expiry_ms = 400, .nonce_gap_max = 30};
    pool_.emplace(config_, limits_, 0, std::span<const DecidedBlock>{});
    twin_.emplace(config_, limits_, 0, std::span<const DecidedBlock>{});
  }

  void run() {
    for (int step = 0; step < 600; ++step) {
      now_ += static_cast<TimeMs>(prng_.below(5));
      switch (prng_.below(8)) {
        case 0: case 1: case 2: case 3: add(); break;
        case 4: case 5: propose(); break;
        case 6: drop(); break;
        case 7: prng_.chance(1, 2) ? decide() : expire(); break;
      }
      check();
      if (testing::Test::HasFailure()) return;
    }
    while (!live_.empty()) drop();
    now_ += 1000;
    expire();
    EXPECT_EQ(pool_->size(), 0u);
    EXPECT_EQ(pool_->bytes(), 0u);
    EXPECT_EQ(pool_->oldest_includable_since(), std::nullopt);
    for (const auto& [hash, tx] : known_) EXPECT_FALSE(pool_->holds(hash));
  }

 private:
  struct Live { Hash id; std::vector<Hash> hashes; };

  Hash fresh() {
    Hash hash;
    for (auto& byte : hash.bytes) byte = static_cast<std::uint8_t>(prng_.next());
    return hash;
  }

  TxSummary some_transaction() {
    if (!known_.empty() && prng_.chance(1, 4)) return std::next(known_.begin(), prng_.below(known_.size()))->second;
    TxSummary tx;
    tx.hash = fresh();
    tx.kind = prng_.chance(1, 3) ? TransactionKind::native : TransactionKind::web3;
    tx.size = 10;
    tx.gas_limit = 1 + prng_.below(10);
    tx.sender.bytes.fill(static_cast<std::uint8_t>(prng_.below(3)));
    tx.account_nonce = nonces_[tx.sender];
    tx.nonce = tx.account_nonce + prng_.below(8);
    tx.nonce_key.bytes.fill(static_cast<std::uint8_t>(prng_.below(40)));
    tx.block_limit = head_ + 1 + static_cast<BlockNumber>(prng_.below(9));
    return tx;
  }

  void add() {
    TxSummary tx = some_transaction();
    tx.in_ledger = run_.contains(tx.hash);
    known_[tx.hash] = tx;
    const bool from_client = prng_.chance(1, 2), asked = prng_.chance(1, 4);
    EXPECT_EQ(pool_->add(tx, now_, from_client, asked), twin_->add(tx, now_, from_client, asked));
  }

  void propose() {
    Live live{fresh(), pool_->seal(number(), 1 + prng_.below(12), 60)};
    if (prng_.chance(1, 3)) {   // a proposal of another node, on another branch
      live.hashes.clear();
      for (const auto& [hash, tx] : known_)
        if (prng_.chance(1, 10) && pool_->may_run(number(), std::vector{hash})) live.hashes.push_back(hash);
    }
    pool_->proposed(live.id, live.hashes);
    twin_->proposed(live.id, live.hashes);
    live_.push_back(std::move(live));
  }

  void drop() {
    if (live_.empty()) return;
    const auto at = live_.begin() + static_cast<std::ptrdiff_t>(prng_.below(live_.size()));
    pool_->dropped(at->id);
    twin_->dropped(at->id);
    live_.erase(at);
  }

  void decide() {
    if (live_.empty()) return;
    const Live live = live_.front();
    live_.erase(live_.begin());
    DecidedBlock block{++head_, {}, {}};
    std::vector<Hash> not_run;
    std::map<Address, std::uint64_t> after;
    for (const Hash& hash : live.hashes) {
      const TxSummary& tx = known_.at(hash);
      if (run_.contains(hash)) continue;
      if (prng_.chance(1, 10)) { not_run.push_back(hash); continue; }
      run_.insert(hash);
      block.hashes.push_back(hash);
      if (tx.kind == TransactionKind::native) block.nonce_keys.push_back(tx.nonce_key);
      else if (tx.nonce == nonces_[tx.sender]) after[tx.sender] = ++nonces_[tx.sender];
    }
    const std::vector<std::pair<Address, std::uint64_t>> nonces(after.begin(), after.end());
    EXPECT_EQ(pool_->decided(block, live.id, not_run, nonces), twin_->decided(block, live.id, not_run, nonces));
  }

  void expire() { EXPECT_EQ(pool_->expire(now_), twin_->expire(now_)); }

  BlockNumber number() const { return head_ + 1 + static_cast<BlockNumber>(live_.size()); }

  void check() {
    const std::vector<Hash> sealed = pool_->seal(number(), 1000, ~0ull);
    EXPECT_EQ(sealed, twin_->seal(number(), 1000, ~0ull));
    EXPECT_TRUE(pool_->may_run(number(), sealed));
    EXPECT_LE(pool_->size(), 2 * limits_.count_max);
    std::map<Address, std::set<std::uint64_t>> taken;   // by live proposals
    std::set<Hash> listed;
    for (const Live& live : live_)
      for (const Hash& hash : live.hashes) {
        listed.insert(hash);
        if (const TxSummary* tx = pool_->find(hash); tx && tx->kind == TransactionKind::web3)
          taken[tx->sender].insert(tx->nonce);
      }
    for (const Hash& hash : sealed) {
      EXPECT_FALSE(listed.contains(hash));
      EXPECT_FALSE(run_.contains(hash));
      const TxSummary& tx = *pool_->find(hash);
      if (tx.kind == TransactionKind::native) continue;
      EXPECT_TRUE(taken[tx.sender].insert(tx.nonce).second);
      for (std::uint64_t nonce = nonces_[tx.sender]; nonce < tx.nonce; ++nonce)
        EXPECT_TRUE(taken[tx.sender].contains(nonce)) << "a gap at " << nonce << " below " << tx.nonce;
    }
    for (const Hash& hash : pool_->take_released()) EXPECT_FALSE(pool_->holds(hash));
    EXPECT_TRUE(pool_->can_seal(number(), sealed.size()));
    EXPECT_FALSE(pool_->can_seal(number(), sealed.size() + 1));
  }

  Prng prng_;
  GroupConfig config_;
  PoolLimits limits_;
  std::optional<TxPool> pool_, twin_;
  TimeMs now_ = 1000;
  BlockNumber head_ = 0;
  std::map<Hash, TxSummary> known_;
  std::set<Hash> run_;
  std::map<Address, std::uint64_t> nonces_;
  std::vector<Live> live_;
};

TEST(TxPoolWalk, KeepsItsPromisesWhateverHappens) {
  for (std::uint64_t seed = 0; seed < 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    Walk(seed).run();
  }
}

}  // namespace
}  // namespace hanse::txpool
