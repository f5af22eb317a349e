// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Bits flip in the files of a store. Whatever flips: the store says which file it is, or it holds exactly what it held.
#include <gtest/gtest.h>

#include "storage/kv/rocksdb/failing_disk.hpp"
#include "storage/kv/rocksdb/log_check.hpp"
#include "storage/kv/rocksdb/rocks_store.hpp"
#include "storage/kv/rocksdb/table_check.hpp"

namespace hanse::kv {
namespace {

using Files = std::map<std::string, std::string>;

void put(KvStore& store, const std::string& key, const Bytes& value) {
  WriteBatch batch;
  batch.put(to_bytes(key), value);
  ASSERT_TRUE(store.write(batch, true));
}

std::string rows_of(const KvStore& store, Error& error) {
  std::string rows;
  const auto done = store.snapshot()->scan({}, Bytes{0xff}, [&](BytesView key, BytesView value) {
    rows += fmt::format("{}={}:{} ", as_text(key), value.size(), value.empty() ? 0 : value.back());
    return true;
  });
  if (!done) error = done.error();
  return rows;
}

// A store with a table, a MANIFEST and a log of synced records.
Files filled_disk(std::string& rows, std::size_t record_size = 40) {
  const auto disk = std::make_shared<FailingDisk>();
  FailingEnv env(disk);
  {
    const auto store = open_rocksdb_on(env, "/data");
    for (int i = 0; i < 8; ++i) put(**store, fmt::format("table{}", i), Bytes(30, static_cast<std::uint8_t>(i)));
  }
  const auto store = open_rocksdb_on(env, "/data");            // wrote the log's rows into a table
  for (int i = 0; i < 3; ++i) put(**store, fmt::format("log{}", i), Bytes(record_size, static_cast<std::uint8_t>(i + 1)));
  Error none;
  rows = rows_of(**store, none);
  return disk->files();
}

std::string file_named(const Files& files, std::string_view part) {
  std::string found;
  for (const auto& [name, data] : files)
    if (name.find(part) != name.npos && !data.empty()) found = name;
  return found;
}

struct Opened {
  std::string rows;
  Error error;
};
Opened open_and_read(const Files& files) {
  const auto disk = std::make_shared<FailingDisk>();
  for (const auto& [name, data] : files) disk->put(name, data);
  FailingEnv env(disk);
  Opened out;
  const auto store = open_rocksdb_on(env, "/data");
  if (!store) return {{}, store.error()};
  out.rows = rows_of(**store, out.error);
  EXPECT_EQ((*store)->broken().has_value(), out.error.code == Code::corrupt);
  return out;
}

class AFlippedBit : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Of, AFlippedBit, testing::Values("MANIFEST", ".log", ".sst", "CURRENT"));

TEST_P(AFlippedBit, IsNamedOrHarmless) {
  std::string rows;
  const Files files = filled_disk(rows);
  const std::string name = file_named(files, GetParam());
  ASSERT_FALSE(name.empty());
  const std::string base = name.substr(name.rfind('/') + 1);
  const std::size_t size = files.at(name).size();
  int noticed = 0;
  for (std::size_t at = 0; at < size && !HasFatalFailure(); at += at + 700 < size ? 5 : 1) {   // all of what is special
    Files damaged = files;
    damaged[name][at] = static_cast<char>(damaged[name][at] ^ (1 << at % 8));
    const Opened opened = open_and_read(damaged);
    SCOPED_TRACE(fmt::format("byte {} of {}: {}", at, name, opened.error.text));
    if (opened.error.text.empty()) {
      ASSERT_EQ(opened.rows, rows);
      continue;
    }
    ++noticed;
    ASSERT_EQ(opened.error.code, Code::corrupt);
    ASSERT_NE(opened.error.text.find(base), std::string::npos);
    ASSERT_EQ(opened.error.text.find('\n'), std::string::npos);
  }
  EXPECT_GT(noticed, 0);
}

TEST(AFailedRead, IsDamageThatIsNamed) {
  std::string rows;
  const Files files = filled_disk(rows, 100'000);
  const auto disk = std::make_shared<FailingDisk>();
  for (const auto& [name, data] : files) disk->put(name, data);
  FailingEnv env(disk);
  const auto store = open_rocksdb_on(env, "/data");
  disk->refuse_reads(".sst");
  Error error;
  rows_of(**store, error);
  EXPECT_EQ(error.code, Code::corrupt);
  EXPECT_NE(error.text.find(".sst"), std::string::npos) << error.text;
  ASSERT_TRUE((*store)->broken());
  EXPECT_EQ((*store)->broken()->code, Code::corrupt);
}

TEST(AFailedWrite, BreaksTheStoreUntilItIsOpenedAgainAndLosesNothing) {
  for (std::uint64_t operation = 1; operation <= 6; ++operation) {
    const auto disk = std::make_shared<FailingDisk>();
    FailingEnv env(disk);
    {
      const auto store = open_rocksdb_on(env, "/data");
      put(**store, "before", Bytes(100, 1));
      disk->fail_at(disk->operations() + operation);
      WriteBatch batch;
      batch.put(to_bytes("half"), Bytes(100, 2));
      Result<void> written;
      while (written) written = (*store)->write(batch, true);
      EXPECT_EQ(written.error().code, Code::io);
      ASSERT_TRUE((*store)->broken());
      EXPECT_EQ((*store)->broken()->code, Code::io);
      EXPECT_EQ((*store)->write(batch, true).error().text, written.error().text);
      EXPECT_TRUE((*(*store)->get(as_bytes("before"))).has_value());
    }
    Prng prng(operation);
    disk->restart(Loss::none, prng);
    const auto store = open_rocksdb_on(env, "/data");
    ASSERT_TRUE(store) << store.error().text;
    EXPECT_TRUE((*(*store)->get(as_bytes("before"))).has_value());
    put(**store, "after", Bytes(100, 3));
    EXPECT_FALSE((*store)->broken());
  }
}

// An opening that fails late has written tables and a MANIFEST that needs them.
TEST(TablesAside, DoNotTakeBackANameThatANewTableHas) {
  const auto disk = std::make_shared<FailingDisk>();
  FailingEnv env(disk);
  disk->put("/data/000016.sst", "torn");
  disk->put("/data/000017.sst", "torn as well");
  auto aside = TablesAside::put(env, "/data");
  ASSERT_TRUE(aside) << aside.error().text;
  disk->put("/data/000016.sst", "new");
  ASSERT_TRUE(aside->back());
  EXPECT_EQ(disk->files().at("/data/000016.sst"), "new");
  EXPECT_EQ(disk->files().at("/data/000017.sst"), "torn as well");
}

// RocksDB would take some of these for the end of the log.
TEST(LogCheck, SeesEveryFlippedBitOfALog) {
  std::string rows;
  const Files files = filled_disk(rows);
  for (const char* kind : {".log", "MANIFEST"}) {
    std::string log = files.at(file_named(files, kind));
    LogEnd end;
    ASSERT_FALSE(check_log(log, end));
    ASSERT_EQ(end.whole, log.size());
    for (std::size_t bit = 0; bit < 8 * log.size(); ++bit) {
      log[bit / 8] = static_cast<char>(log[bit / 8] ^ (1 << bit % 8));
      EXPECT_TRUE(check_log(log, end)) << kind << " bit " << bit;
      log[bit / 8] = static_cast<char>(log[bit / 8] ^ (1 << bit % 8));
    }
  }
}

TEST(LogCheck, SeesAFlippedBitInALogOfSeveralBlocks) {
  std::string rows;
  const Files files = filled_disk(rows, 50'000);
  std::string log = files.at(file_named(files, ".log"));
  ASSERT_GT(log.size(), 150'000u);
  LogEnd end;
  ASSERT_FALSE(check_log(log, end));
  for (std::size_t at = 0; at < log.size(); at += at % 32'768 < 16 ? 1 : 997) {
    for (const int bit : {0, 2, 6}) {
      const char before = log[at];
      log[at] = static_cast<char>(before ^ (1 << bit));
      EXPECT_TRUE(check_log(log, end)) << "byte " << at << " bit " << bit;
      log[at] = before;
    }
  }
}

TEST(LogCheck, ALogMayEndAnywhere) {
  std::string rows;
  const Files files = filled_disk(rows, 400);
  const std::string log = files.at(file_named(files, ".log"));
  for (std::size_t size = 0; size <= log.size(); ++size) {
    LogEnd end;
    EXPECT_FALSE(check_log(std::string_view(log).substr(0, size), end)) << size;
    EXPECT_LE(end.whole, size);
    EXPECT_FALSE(end.zeros);
  }
}

TEST(LogCheck, AWriteWhoseLastSectorsAreEmptyIsCutOff) {
  std::string rows;
  const Files files = filled_disk(rows, 2'000);
  const std::string log = files.at(file_named(files, ".log"));
  LogEnd end;
  for (std::size_t from = 4'608; from < log.size(); from += 512) {   // within the third record
    std::string torn = log;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(from), torn.end(), '\0');
    EXPECT_FALSE(check_log(torn, end)) << from;
    EXPECT_TRUE(end.zeros);
    EXPECT_GT(end.whole, 4'000u);
  }
  std::string hole = log;
  std::fill(hole.begin() + 512, hole.begin() + 1'024, '\0');         // records follow that were written later
  EXPECT_TRUE(check_log(hole, end));
}

}  // namespace
}  // namespace hanse::kv
