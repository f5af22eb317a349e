// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/execution.hpp"

#include <gtest/gtest.h>

#include <future>

#include "base/hex.hpp"
#include "node/threads.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {
namespace {

// A disk whose reads through a view fail a few times.
class FailingReads final : public kv::KvStore {
 public:
  Result<void> write(const kv::WriteBatch& batch, bool sync) override { return below_->write(batch, sync); }
  Result<std::optional<Bytes>> get(BytesView key) const override { return below_->get(key); }
  std::unique_ptr<kv::Snapshot> snapshot() const override { return std::make_unique<View>(*this, below_->snapshot()); }

  mutable std::atomic<int> failures{0};

 private:
  struct View final : kv::Snapshot {
    View(const FailingReads& store, std::unique_ptr<kv::Snapshot> below) : store(store), below(std::move(below)) {}
    Result<std::optional<Bytes>> get(BytesView key) const override {
      if (key[0] == static_cast<std::uint8_t>(ledger::Tag::header) && store.failures-- > 0)
        return fail(Code::io, "a sector cannot be read");
      return below->get(key);
    }
    Result<void> scan(BytesView first, BytesView last,
                      const std::function<bool(BytesView, BytesView)>& visit) const override {
      return below->scan(first, last, visit);
    }
    const FailingReads& store;
    std::unique_ptr<kv::Snapshot> below;
  };
  std::unique_ptr<kv::KvStore> below_ = kv::open_memory();
};

TEST(Execution, AHashThatCannotBeReadIsNoResult) {
  Genesis genesis;
  SecretKey secret;
  secret.bytes[31] = 1;
  genesis.config.sealers.push_back({KeyPair::from_secret(Suite::standard, secret)->public_key, 1});
  genesis.config.features = Features::newest();
  auto owned = std::make_unique<FailingReads>();
  FailingReads& store = *owned;
  auto ledger = *ledger::Ledger::open(std::move(owned), genesis);
  const Hash first = ledger->view()->head().header;
  kv::WriteBatch batch;                       // block 1: the hash of block 0 has to be read from now on
  ledger->add(batch, {BlockHeader{.number = 1}, Hash{{1}}, Proposal{}, Hash{{2}}, Certificate{}, {}, {}, {}, {}, {}});
  ASSERT_TRUE(ledger->write(batch, false));
  ledger->publish();

  Transaction tx;                             // its init code: storage[0] = blockhash(0)
  tx.kind = TransactionKind::native;
  tx.hash = tx.identity = Hash{{3}};
  tx.input = *from_hex("5f405f5500");
  ExecutionJob job{{.head = {.number = 2, .time_ms = 2}}, Hash{{4}}, ledger->view()->shared_config(),
                   {std::make_shared<const Transaction>(tx)}, {}, ledger->view(),
                   std::make_shared<const std::atomic<bool>>(false)};
  store.failures = 1;
  Threads threads;
  std::promise<ExecutedPtr> done;
  Execution execution(threads, [&](ExecutedPtr executed) { done.set_value(std::move(executed)); }, Log());
  execution.start(std::move(job));
  const ExecutedPtr executed = done.get_future().get();
  ASSERT_EQ(executed->block.receipts.at(0).status, 0) << executed->block.receipts[0].message;
  const Address contract = executed->block.receipts[0].contract_address.value();
  EXPECT_TRUE(equal(*executed->block.diff->find(state::slot_key(contract, Hash{}))->value, first));
}

}  // namespace
}  // namespace hanse::node
