// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Whole groups in one process: real cores, threads and execution; messages go from host to host in memory.
#include "node/group_host.hpp"

#include <gtest/gtest.h>

#include <future>
#include <shared_mutex>

#include "base/temporary_folder.hpp"
#include "node/node_service.hpp"
#include "node/threads.hpp"

namespace hanse::node {
namespace {

KeyPair key_of(std::uint8_t name, Suite suite = Suite::standard) {
  SecretKey secret;
  secret.bytes[31] = name;
  return *KeyPair::from_secret(suite, secret);
}

class Cluster {
 public:
  explicit Cluster(std::size_t count, Suite suite = Suite::standard) : suite_(suite), account_(key_of(200, suite)) {
    genesis_.config.suite = suite;
    genesis_.timestamp_ms = 1'700'000'000'000;
    for (std::size_t i = 0; i < count; ++i) {
      keys_.push_back(key_of(static_cast<std::uint8_t>(i + 1), suite));
      genesis_.config.sealers.push_back({keys_.back().public_key, 1});
    }
    genesis_.balances[address_of(suite, account_.public_key)] = U256(1'000'000'000);
  }
  ~Cluster() { stop(); }

  void start(bool on_disk = false) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      auto store = on_disk ? kv::open_rocksdb((folder_.path() / std::to_string(i)).string())
                           : Result<std::unique_ptr<kv::KvStore>>(kv::open_memory());
      ASSERT_TRUE(store) << store.error().text;
      auto host = GroupHost::open({keys_[i], genesis_, limits}, std::move(*store), threads_, registry_, Log());
      ASSERT_TRUE(host) << host.error().text;
      hosts_.push_back(std::move(*host));
      services_.push_back(std::make_unique<NodeService>(*hosts_.back(), fmt::format("node{}", i)));
    }
    for (std::size_t i = 0; i < hosts_.size(); ++i) hosts_[i]->start(network_of(i));
    join(true);
    for (std::size_t i = 0; i < hosts_.size(); ++i)
      for (std::size_t k = 0; k < hosts_.size(); ++k)
        if (i != k) hosts_[i]->on_peer(keys_[k].public_key, true);
  }
  void stop_host(std::size_t node) { hosts_[node]->stop(); }
  void stop() {
    join(false);
    for (auto& host : hosts_) host->stop();
    services_.clear();
    hosts_.clear();
  }

  EncodedTransaction transfer(std::uint64_t nonce) const {
    Transaction tx;
    tx.kind = suite_ == Suite::standard ? TransactionKind::web3 : TransactionKind::native;
    tx.to = Address::of(Bytes(20, 0x77));
    tx.value = U256(5);
    tx.gas_limit = 100'000;
    if (tx.kind == TransactionKind::native) {
      tx.type = 1;
      tx.nonce_text = fmt::format("nonce {}", nonce);
      tx.block_limit = 500;
      return {tx.kind, sign_native_transaction(account_, tx, genesis_.config.chain_id, genesis_.config.group_id)};
    }
    tx.type = 2;
    tx.nonce = nonce;
    tx.chain_id = genesis_.config.web3_chain_id;
    return {tx.kind, sign_web3_transaction(account_, tx)};
  }

  // A node that is away hears and says nothing.
  void set_away(std::size_t node, bool away) {
    {
      const std::unique_lock lock(join_mutex_);
      away_ = away ? node : kNobody;
    }
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      if (i == node) continue;
      hosts_[i]->on_peer(keys_[node].public_key, !away);
      hosts_[node]->on_peer(keys_[i].public_key, !away);
    }
  }

  template <class Request>
  Result<typename Request::Reply> ask(std::size_t node, Request request) {
    std::promise<Result<typename Request::Reply>> promise;
    services_[node]->handle(std::move(request), [&](Result<typename Request::Reply> reply) { promise.set_value(std::move(reply)); });
    return promise.get_future().get();
  }
  Result<port::TransactionView> send_and_wait(std::size_t node, std::uint64_t nonce) {
    const auto hash = ask(node, port::SubmitTransaction{transfer(nonce)});
    if (!hash) return pass(hash);
    return ask(node, port::WaitReceipt{*hash, 20'000});
  }
  group::GroupLimits limits;                     // before start()
  Address sender() const { return address_of(suite_, account_.public_key); }

 private:
  void join(bool joined) {
    const std::unique_lock lock(join_mutex_);   // no message is being delivered
    joined_ = joined;
  }
  Network network_of(std::size_t index) {
    const auto others = [this, index](auto each) {
      const std::shared_lock lock(join_mutex_);
      for (std::size_t i = 0; i < hosts_.size() && joined_; ++i)
        if (i != index && i != away_ && index != away_) each(i);
    };
    return {[=, this](const NodeId& to, SharedBytes message) {
              others([&](std::size_t i) { if (keys_[i].public_key == to) hosts_[i]->on_message(keys_[index].public_key, *message); });
            },
            [=, this](SharedBytes message) {
              others([&](std::size_t i) { hosts_[i]->on_message(keys_[index].public_key, *message); });
            },
            [] { return std::vector<NodeId>{}; }};
  }

  const Suite suite_;
  Genesis genesis_;
  std::vector<KeyPair> keys_;
  KeyPair account_;
  TemporaryFolder folder_{"host"};
  Threads threads_;
  Registry registry_;
  std::shared_mutex join_mutex_;
  bool joined_ = false;
  static constexpr std::size_t kNobody = std::size_t(-1);
  std::size_t away_ = kNobody;
  std::vector<std::unique_ptr<GroupHost>> hosts_;
  std::vector<std::unique_ptr<NodeService>> services_;
};

TEST(GroupHost, ASingleNodeDecidesATransfer) {
  Cluster cluster(1);
  cluster.start();
  const auto decided = cluster.send_and_wait(0, 0);
  ASSERT_TRUE(decided) << decided.error().text;
  EXPECT_EQ(decided->receipt->status, 0) << decided->receipt->message;
  EXPECT_EQ(decided->receipt->block_number, 1);
  EXPECT_EQ(decided->transaction.sender, cluster.sender());
  const auto account = cluster.ask(0, port::GetAccount{Address::of(Bytes(20, 0x77))});
  ASSERT_TRUE(account) << account.error().text;
  EXPECT_EQ(account->balance, U256(5));
}

TEST(GroupHost, FourNodesAgreeOnEveryTransfer) {
  Cluster cluster(4);
  cluster.start();
  for (std::uint64_t nonce = 0; nonce < 8; ++nonce) {
    const auto decided = cluster.send_and_wait(nonce % 4, nonce);
    ASSERT_TRUE(decided) << decided.error().text;
    EXPECT_EQ(decided->receipt->status, 0) << decided->receipt->message;
    const auto block = cluster.ask(nonce % 4, port::GetBlock{decided->receipt->block_number, true});
    ASSERT_TRUE(block) << block.error().text;
    EXPECT_EQ(block->hash, decided->block_hash);
    ASSERT_EQ(block->transactions.size(), 1u);
    EXPECT_EQ(block->transactions[0].hash, decided->transaction.hash);
    EXPECT_GE(block->certificate.signatures.size(), 3u);
  }
  const auto first = cluster.ask(0, port::GetBlock{BlockNumber{1}});
  ASSERT_TRUE(first);
  for (std::size_t node = 1; node < 4; ++node) {
    const auto same = cluster.ask(node, port::GetBlock{BlockNumber{1}});
    ASSERT_TRUE(same);
    EXPECT_EQ(same->hash, first->hash);
    EXPECT_EQ(same->header, first->header);
  }
}

TEST(GroupHost, AnSmGroupTakesNativeTransactions) {
  Cluster cluster(4, Suite::sm);
  cluster.start();
  for (std::uint64_t nonce = 0; nonce < 3; ++nonce) {
    const auto decided = cluster.send_and_wait(nonce % 4, nonce);
    ASSERT_TRUE(decided) << decided.error().text;
    EXPECT_EQ(decided->receipt->status, 0) << decided->receipt->message;
    EXPECT_NE(decided->transaction.hash, decided->transaction.identity);
    const auto again = cluster.ask(nonce % 4, port::GetTransaction{decided->transaction.hash});
    ASSERT_TRUE(again) << again.error().text;
    EXPECT_EQ(again->receipt, decided->receipt);
  }
}

TEST(GroupHost, AfterARestartEverythingIsThereAndGoesOn) {
  Cluster cluster(4);
  Hash last;
  for (std::uint64_t round = 0; round < 3; ++round) {
    cluster.start(true);
    if (round > 0) {
      const auto before = cluster.ask(0, port::GetTransaction{last});
      ASSERT_TRUE(before) << before.error().text;
      EXPECT_TRUE(before->receipt);
      EXPECT_EQ(cluster.ask(0, port::GetAccount{cluster.sender()})->nonce, round * 2);
    }
    for (std::uint64_t i = 0; i < 2; ++i) {
      const auto decided = cluster.send_and_wait(0, round * 2 + i);
      ASSERT_TRUE(decided) << decided.error().text;
      EXPECT_EQ(decided->receipt->status, 0) << decided->receipt->message;
      last = decided->transaction.hash;
    }
    cluster.stop();
  }
}

TEST(GroupHost, ManyTransfersAtOnceAreEachDecidedOnce) {
  Cluster cluster(4);
  cluster.start();
  constexpr std::uint64_t kCount = 500;
  std::vector<Result<Hash>> hashes;
  for (std::uint64_t nonce = 0; nonce < kCount; ++nonce) hashes.push_back(cluster.ask(0, port::SubmitTransaction{cluster.transfer(nonce)}));
  for (const auto& hash : hashes) {
    ASSERT_TRUE(hash) << hash.error().text;
    const auto decided = cluster.ask(0, port::WaitReceipt{*hash, 20'000});
    ASSERT_TRUE(decided) << decided.error().text;
    EXPECT_EQ(decided->receipt->status, 0) << decided->receipt->message;
  }
  EXPECT_EQ(cluster.ask(0, port::GetStatus{})->transaction_count, kCount);
  EXPECT_EQ(cluster.ask(0, port::GetAccount{cluster.sender()})->nonce, kCount);
}

TEST(GroupHost, ANodeThatWasAwayCatchesUp) {
  Cluster cluster(4);
  cluster.start();
  cluster.set_away(3, true);
  Hash last;
  for (std::uint64_t nonce = 0; nonce < 40; ++nonce) {
    const auto decided = cluster.send_and_wait(nonce % 3, nonce);
    ASSERT_TRUE(decided) << decided.error().text;
    last = decided->transaction.hash;
  }
  EXPECT_EQ(cluster.ask(3, port::GetHead{})->number, 0);
  cluster.set_away(3, false);
  const auto there = cluster.ask(3, port::WaitReceipt{last, 20'000});
  ASSERT_TRUE(there) << there.error().text;
  EXPECT_EQ(cluster.ask(3, port::GetHead{})->hash, cluster.ask(0, port::GetHead{})->hash);
  const auto next = cluster.send_and_wait(3, 40);
  ASSERT_TRUE(next) << next.error().text;
}

TEST(GroupHost, SealersSignTheHeadersOfDecidedBlocks) {
  Cluster cluster(4);
  cluster.start();
  std::vector<IndexedSignature> list;
  for (std::uint64_t nonce = 0; nonce < 5'000 && list.empty(); ++nonce) {   // the signatures come while blocks go on
    ASSERT_TRUE(cluster.send_and_wait(0, nonce));
    list = cluster.ask(0, port::GetBlock{BlockNumber{1}})->header_signatures;
  }
  ASSERT_GE(list.size(), 3u);
  const auto block = cluster.ask(0, port::GetBlock{BlockNumber{1}});
  for (const IndexedSignature& one : list)
    EXPECT_TRUE(verify(Suite::standard, block->header.sealer_list[one.node], block->hash, one.signature)) << one.node;
}

TEST(GroupHost, AfterItStoppedReadsAreAnswered) {
  Cluster cluster(1);
  cluster.start();
  ASSERT_TRUE(cluster.send_and_wait(0, 0));
  cluster.stop_host(0);
  const auto block = cluster.ask(0, port::GetBlock{BlockNumber{1}, true});
  ASSERT_TRUE(block) << block.error().text;
  EXPECT_EQ(block->transactions.size(), 1u);
}

TEST(GroupHost, RefusalsReachTheClient) {
  Cluster cluster(1);
  cluster.start();
  ASSERT_TRUE(cluster.send_and_wait(0, 0));
  EXPECT_EQ(cluster.ask(0, port::SubmitTransaction{cluster.transfer(0)}).error().code, Code::already_in_chain);
  EncodedTransaction broken = cluster.transfer(1);
  broken.bytes.pop_back();
  EXPECT_EQ(cluster.ask(0, port::SubmitTransaction{broken}).error().code, Code::malformed);
  EXPECT_EQ(cluster.ask(0, port::GetTransaction{Hash{}}).error().code, Code::not_found);
  EXPECT_EQ(cluster.ask(0, port::WaitReceipt{Hash{}, 50}).error().code, Code::timeout);
}

TEST(GroupHost, AFullPoolRefusesAClientBeforeItsTransactionIsLookedAt) {
  Cluster cluster(2);
  cluster.limits.pool.count_max = 1;
  cluster.start();
  cluster.set_away(1, true);                       // nothing is decided
  ASSERT_TRUE(cluster.ask(0, port::SubmitTransaction{cluster.transfer(0)}));
  const port::SubmitTransaction nonsense{{TransactionKind::web3, Bytes{1, 2, 3}}};
  Result<Hash> answer = cluster.ask(0, nonsense);
  for (int i = 0; i < 1'000 && answer.error().code != Code::pool_full; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    answer = cluster.ask(0, nonsense);
  }
  EXPECT_EQ(answer.error().code, Code::pool_full) << answer.error().text;
}

}  // namespace
}  // namespace hanse::node
