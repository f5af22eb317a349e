// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The power fails at operation 1, 2, 3, … of the disk until a scripted workload gets to its end, each time with each kind
// of loss (kv/rocksdb/failing_disk.hpp), and sometimes once more while the store recovers. What is found afterwards is
// compared row by row with a model: the batches that were written, up to one that is not before the last synced one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "storage/kv/rocksdb/failing_disk.hpp"
#include "storage/kv/rocksdb/rocks_store.hpp"
#include "storage/ledger/test_block.hpp"

namespace hanse::ledger {
namespace {

using kv::FailingDisk;
using kv::Loss;

// Every batch that was given to the store, in order, and how many of them must survive.
struct Journal {
  std::vector<kv::WriteBatch> batches;
  std::size_t synced = 0;
};

class RecordingStore final : public kv::KvStore {
 public:
  RecordingStore(std::unique_ptr<kv::KvStore> below, Journal& journal) : below_(std::move(below)), journal_(journal) {}
  Result<void> write(const kv::WriteBatch& batch, bool sync) override {
    if (!batch.entries.empty()) journal_.batches.push_back(batch);
    auto written = below_->write(batch, sync);
    if (written && sync) journal_.synced = journal_.batches.size();
    return written;
  }
  Result<std::optional<Bytes>> get(BytesView key) const override { return below_->get(key); }
  std::unique_ptr<kv::Snapshot> snapshot() const override { return below_->snapshot(); }

 private:
  std::unique_ptr<kv::KvStore> below_;
  Journal& journal_;
};

// A process that uses the ledger on a disk. A step answers false when the disk refused: the process ends there.
class Process {
 public:
  Process(rocksdb::Env& env, Journal& journal) : env_(env), journal_(journal) {}

  bool open() {
    ledger_.reset();
    auto store = kv::open_rocksdb_on(env_, "/data");
    if (!store) return note(store.error());
    auto ledger = Ledger::open(std::make_unique<RecordingStore>(std::move(*store), journal_), genesis_of());
    if (!ledger) return note(ledger.error());
    ledger_ = std::move(*ledger);
    return true;
  }
  // As the writer of a node does: a block is written, shown, then synced.
  bool append(BlockNumber number, bool ends_epoch = false) {
    TestBlock block(number);
    if (ends_epoch) {
      block.next_config = ledger_->view()->config();
      ++block.next_config->epoch;
    }
    kv::WriteBatch batch;
    block.add_to(*ledger_, batch);
    if (!ledger_->write(batch, false)) return false;
    ledger_->publish();
    return ledger_->write({}, true).has_value();
  }
  bool record(std::optional<BlockNumber> number, bool prepared = false) {
    kv::WriteBatch batch;
    const std::uint64_t position = ledger_->log().next_position();
    ledger_->log().add(batch, {position, number, Bytes(60 + position, static_cast<std::uint8_t>(position))});
    const TestBlock block(number.value_or(1));
    if (prepared) ledger_->log().add_bodies(batch, *number, hash(position), block.transactions);
    return ledger_->write(batch, true).has_value();
  }
  bool header_signatures(BlockNumber number) {
    kv::WriteBatch batch;
    batch.put(key_of(Tag::header_signatures, number), tars::encode(std::vector<IndexedSignature>{{1, Bytes(64, 7)}}));
    return ledger_->write(batch, false).has_value();
  }
  Ledger& ledger() { return *ledger_; }
  const Error& error() const { return error_; }

 private:
  bool note(const Error& error) { return error_ = error, false; }
  rocksdb::Env& env_;
  Journal& journal_;
  std::unique_ptr<Ledger> ledger_;
  Error error_;
};

using Workload = bool (*)(Process& process, BlockNumber length);

bool consensus_log_only(Process& process, BlockNumber length) {
  for (BlockNumber round = 1; round <= length; ++round) {
    if (!process.open()) return false;
    for (BlockNumber number = 1; number <= 3; ++number)
      if (!process.record(number) || !process.record(number, true)) return false;
    if (!process.record(std::nullopt) || !process.record(2, true)) return false;
  }
  return true;
}

bool blocks_with_state(Process& process, BlockNumber length) {
  if (!process.open()) return false;
  for (BlockNumber number = 1; number <= 3 * length; ++number) {
    if (number % 2 == 0 && !process.open()) return false;
    if (!process.append(number) || !process.header_signatures(number)) return false;
  }
  return true;
}

bool epochs_with_votes(Process& process, BlockNumber length) {
  if (!process.open()) return false;
  for (BlockNumber number = 1; number <= 3 * length; ++number) {
    if (!process.record(number) || !process.record(number, true) || !process.record(number + 1)) return false;
    if (number % 3 == 0 && !process.record(std::nullopt)) return false;
    if (!process.append(number, number % 2 == 0) || !process.header_signatures(number)) return false;
    if (number % 2 == 1 && !process.open()) return false;
  }
  return true;
}

using Rows = std::vector<std::pair<Bytes, Bytes>>;

Rows rows_of(const kv::KvStore& store) {
  Rows rows;
  const auto done = store.snapshot()->scan({}, Bytes{0xff}, [&](BytesView key, BytesView value) {
    rows.emplace_back(to_bytes(key), to_bytes(value));
    return true;
  });
  EXPECT_TRUE(done) << done.error().text;
  return rows;
}

// The number of batches that gives these rows; none: nothing that was ever written.
std::optional<std::size_t> survived(const Journal& journal, const Rows& found) {
  const auto model = kv::open_memory();
  for (std::size_t count = 0;; ++count) {
    if (count >= journal.synced && rows_of(*model) == found) return count;
    if (count == journal.batches.size()) return std::nullopt;
    EXPECT_TRUE(model->write(journal.batches[count], false));
  }
}

// What the ledger itself says after a restart belongs together.
void expect_consistent(Process& process) {
  ASSERT_TRUE(process.open()) << process.error().text;
  const auto view = process.ledger().view();
  const BlockNumber head = view->head().number;
  if (head > 0) {
    EXPECT_EQ(view->head().transaction_count, static_cast<std::uint64_t>(2 * head));
    EXPECT_EQ(view->receipts(head)->size(), 2u);
    EXPECT_EQ(**view->get(Bytes{0x01}), to_bytes(std::to_string(head)));
  }
  for (const LogRecord& record : process.ledger().log().loaded()) EXPECT_GT(record.number.value_or(head + 1), head);
}

class Crash : public testing::TestWithParam<Workload> {
 protected:
  static bool whole() { return std::getenv("HANSE_EVERY_CRASH") != nullptr; }   // set by tests/accept/disk.mjs

  // Runs until the power fails at `operation`; then the loss, a recovery that may be cut short as well, and the look.
  void run(std::uint64_t operation, Loss loss, std::uint64_t seed) {
    SCOPED_TRACE(fmt::format("power fails at operation {}, loss {}, seed {}", operation, static_cast<int>(loss), seed));
    const auto disk = std::make_shared<FailingDisk>();
    kv::FailingEnv env(disk);
    Prng prng(operation * 64 + static_cast<std::uint64_t>(loss) * 8 + seed);
    Journal journal;
    disk->fail_at(operation);
    {
      Process process(env, journal);
      finished_ = GetParam()(process, whole() ? 3 : 1);
      ASSERT_TRUE(finished_ || disk->is_off()) << process.error().text;
    }
    disk->restart(loss, prng);
    if (prng.chance(1, 4)) {
      disk->fail_at(1 + prng.below(40));
      { Process cut_short(env, journal); cut_short.open(); }
      disk->restart(loss, prng);
    }
    look(env, journal);
  }

  void look(rocksdb::Env& env, const Journal& journal) {
    {
      const auto store = kv::open_rocksdb_on(env, "/data");
      ASSERT_TRUE(store) << store.error().text;
      const auto found = rows_of(**store);
      ASSERT_TRUE(survived(journal, found)) << found.size() << " rows are no state between the last synced batch ("
                                            << journal.synced << ") and the last one (" << journal.batches.size() << ")";
    }
    Journal after;
    Process process(env, after);
    expect_consistent(process);
  }

  bool finished_ = false;
};
std::string workload_name(const testing::TestParamInfo<Workload>& info) {
  constexpr const char* kNames[] = {"ConsensusLogOnly", "BlocksWithState", "EpochsWithVotes"};
  return kNames[info.index];
}
INSTANTIATE_TEST_SUITE_P(Workloads, Crash, testing::Values(consensus_log_only, blocks_with_state, epochs_with_votes),
                         workload_name);

TEST_P(Crash, LosesNothingThatWasSyncedAndKeepsNothingHalf) {
  std::uint64_t operation = 1, runs = 0;
  for (finished_ = false; !finished_ && !HasFatalFailure(); ++operation)
    for (const Loss loss : kv::kLosses) {
      const bool random = loss == Loss::tails || loss == Loss::names || loss == Loss::zeros;
      for (std::uint64_t seed = 0; seed < (whole() && random ? 3u : 1u) && !HasFatalFailure(); ++seed, ++runs)
        run(operation, loss, seed);
    }
  EXPECT_GT(operation, 50u);
  RecordProperty("operations", static_cast<int>(operation));
  std::printf("%llu boundaries, %llu crashes\n", static_cast<unsigned long long>(operation - 1),
              static_cast<unsigned long long>(runs));
}

}  // namespace
}  // namespace hanse::ledger
