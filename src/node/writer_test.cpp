// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/writer.hpp"

#include <gtest/gtest.h>

#include <future>

#include "node/threads.hpp"

namespace hanse::node {
namespace {

Genesis genesis_of() {
  Genesis genesis;
  SecretKey secret;
  secret.bytes[31] = 1;
  genesis.config.sealers.push_back({KeyPair::from_secret(Suite::standard, secret)->public_key, 1});
  return genesis;
}

// A disk that refuses writes until it is repaired, and remembers what was asked of it.
class TroubledStore final : public kv::KvStore {
 public:
  explicit TroubledStore(std::vector<std::string>& events) : below_(kv::open_memory()), events_(events) {}
  Result<void> write(const kv::WriteBatch& batch, bool sync) override {
    if (full) return fail(Code::io, "no space left: free some disk space");
    if (!batch.entries.empty()) events_.push_back(sync ? "write and sync" : "write");
    else if (sync) events_.push_back("sync");
    return below_->write(batch, sync);
  }
  Result<std::optional<Bytes>> get(BytesView key) const override { return below_->get(key); }
  std::unique_ptr<kv::Snapshot> snapshot() const override { return below_->snapshot(); }

  std::atomic<bool> full{false};

 private:
  std::unique_ptr<kv::KvStore> below_;
  std::vector<std::string>& events_;
};

struct Fixture {
  Fixture() {
    auto owned = std::make_unique<TroubledStore>(events);
    store = owned.get();
    ledger = std::move(*ledger::Ledger::open(std::move(owned), genesis_of()));
    events.clear();
  }
  ~Fixture() { writer.reset(); }

  void start(std::uint64_t last_ticket, BlockNumber last_block = 0) {
    writer = std::make_unique<Writer>(
        *ledger, threads,
        WriterCallbacks{[this](std::span<const ExecutedPtr> blocks) {
                          events.push_back(fmt::format("published {}, view at {}", blocks.back()->block.header.number,
                                                       ledger->view()->head().number));
                        },
                        [this, last_ticket, last_block](std::uint64_t ticket, BlockNumber appended) {
                          events.push_back(fmt::format("durable {} appended {}", ticket, appended));
                          if (ticket == last_ticket && appended == last_block) done.set_value();
                        },
                        [this](const std::string& reason) {
                          if (!reason.empty()) failed.set_value(reason);
                        }},
        Log());
  }

  std::vector<std::string> events;   // of the writer thread; read after `done`
  TroubledStore* store = nullptr;
  std::unique_ptr<ledger::Ledger> ledger;
  std::promise<void> done;
  std::promise<std::string> failed;
  Threads threads;
  std::unique_ptr<Writer> writer;
};

WriteRecord record(std::uint64_t ticket) { return {ticket, {ticket, 1, Bytes{1}}, {}, {}}; }
WriteBlock block(BlockNumber number, std::uint64_t ticket = 0) {
  auto executed = std::make_shared<ExecutedProposal>();
  executed->block.header.number = number;
  executed->block.diff = std::make_shared<const state::StateDiff>();
  return {ticket, std::move(executed), {}};
}

TEST(Writer, ARecordIsDurableAfterOneSyncedWrite) {
  Fixture fixture;
  fixture.start(1);
  fixture.writer->write(record(1));
  fixture.done.get_future().wait();
  EXPECT_EQ(fixture.events, (std::vector<std::string>{"write and sync", "durable 1 appended 0"}));
}

TEST(Writer, ABlockIsVisibleBeforeItsSyncAndReportedAfterIt) {
  Fixture fixture;
  fixture.start(0, 1);
  fixture.writer->write(block(1));
  fixture.done.get_future().wait();
  EXPECT_EQ(fixture.events,
            (std::vector<std::string>{"write", "published 1, view at 1", "sync", "durable 0 appended 1"}));
}

TEST(Writer, WhatWaitsDuringATroubleIsOneBatchAfterIt) {
  Fixture fixture;
  fixture.store->full = true;
  fixture.start(4, 2);
  fixture.writer->write(record(1));
  const std::string reason = fixture.failed.get_future().get();
  EXPECT_NE(reason.find("free some disk space"), std::string::npos);
  fixture.writer->write(record(2));
  fixture.writer->write(block(1));
  fixture.writer->write(record(3));
  fixture.writer->write(block(2, 4));
  EXPECT_EQ(fixture.ledger->view()->head().number, 0);
  fixture.store->full = false;
  fixture.done.get_future().wait();
  EXPECT_EQ(fixture.events, (std::vector<std::string>{"write and sync", "durable 1 appended 0", "write",
                                                      "published 2, view at 2", "sync", "durable 4 appended 2"}));
}

TEST(Writer, WritesWhatWaitsBeforeItGoes) {
  Fixture fixture;
  fixture.start(9);
  for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) fixture.writer->write(record(ticket));
  fixture.writer.reset();
  EXPECT_EQ(fixture.events.back(), "durable 5 appended 0");
}

}  // namespace
}  // namespace hanse::node
