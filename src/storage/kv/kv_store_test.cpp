// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/kv_store.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>

#include "base/prng.hpp"
#include "base/temporary_folder.hpp"
#include "storage/kv/format.hpp"

namespace hanse::kv {
namespace {

namespace fs = std::filesystem;

struct Folder : TemporaryFolder {
  Folder() : TemporaryFolder("kv") {}
  std::string data() const { return (path() / "data").string(); }
};

// Every fact that both stores must show.
class AnyStore : public testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<KvStore> open() {
    if (!GetParam()) return open_memory();
    auto store = open_rocksdb(folder_.data());
    EXPECT_TRUE(store.has_value()) << store.error().text;
    return std::move(*store);
  }
  static void put(KvStore& store, std::string_view key, std::string_view value) {
    WriteBatch batch;
    batch.put(to_bytes(key), to_bytes(value));
    ASSERT_TRUE(store.write(batch, false));
  }
  static void erase(KvStore& store, std::string_view key) {
    WriteBatch batch;
    batch.erase(to_bytes(key));
    ASSERT_TRUE(store.write(batch, false));
  }
  template <class Source>
  static std::string get(const Source& source, std::string_view key) {
    const auto value = source.get(as_bytes(key));
    EXPECT_TRUE(value.has_value());
    return *value ? std::string(as_text(**value)) : "none";
  }
  static std::string scan(const Snapshot& snapshot, std::string_view first, std::string_view last, int count = 100) {
    std::string out;
    const auto done = snapshot.scan(as_bytes(first), as_bytes(last), [&](BytesView key, BytesView value) {
      out += fmt::format("{}={} ", as_text(key), as_text(value));
      return --count > 0;
    });
    EXPECT_TRUE(done.has_value());
    return out;
  }
  Folder folder_;
};
INSTANTIATE_TEST_SUITE_P(Kv, AnyStore, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "rocksdb" : "memory"; });

TEST_P(AnyStore, ReadsWhatWasWritten) {
  const auto store = open();
  EXPECT_EQ(get(*store, "a"), "none");
  put(*store, "a", "1");
  put(*store, "a", "2");
  EXPECT_EQ(get(*store, "a"), "2");
  erase(*store, "a");
  EXPECT_EQ(get(*store, "a"), "none");
}

TEST_P(AnyStore, TheLastEntryOfABatchWins) {
  const auto store = open();
  WriteBatch batch;
  batch.put(to_bytes("a"), to_bytes("1"));
  batch.erase(to_bytes("a"));
  batch.put(to_bytes("b"), to_bytes("1"));
  batch.put(to_bytes("b"), to_bytes("2"));
  ASSERT_TRUE(store->write(batch, true));
  EXPECT_EQ(get(*store, "a"), "none");
  EXPECT_EQ(get(*store, "b"), "2");
}

TEST_P(AnyStore, ASnapshotDoesNotMove) {
  const auto store = open();
  put(*store, "a", "1");
  put(*store, "b", "1");
  const auto before = store->snapshot();
  put(*store, "a", "2");
  erase(*store, "b");
  put(*store, "c", "1");
  const auto after = store->snapshot();
  put(*store, "a", "3");
  EXPECT_EQ(scan(*before, "a", "z"), "a=1 b=1 ");
  EXPECT_EQ(scan(*after, "a", "z"), "a=2 c=1 ");
  EXPECT_EQ(get(*before, "b"), "1");
  EXPECT_EQ(get(*after, "b"), "none");
  EXPECT_EQ(get(*store, "a"), "3");
}

TEST_P(AnyStore, AnErasedKeyComesBackEmptyAfterTheSnapshotWent) {
  const auto store = open();
  put(*store, "a", "1");
  auto snapshot = store->snapshot();
  erase(*store, "a");
  EXPECT_EQ(get(*snapshot, "a"), "1");
  snapshot = store->snapshot();
  put(*store, "b", "1");
  EXPECT_EQ(scan(*snapshot, "a", "z"), "");
  EXPECT_EQ(scan(*store->snapshot(), "a", "z"), "b=1 ");
}

TEST_P(AnyStore, ScansAHalfOpenRangeInOrder) {
  const auto store = open();
  for (const char* key : {"d", "b", "a", "c", "e"}) put(*store, key, "1");
  EXPECT_EQ(scan(*store->snapshot(), "b", "e"), "b=1 c=1 d=1 ");
  EXPECT_EQ(scan(*store->snapshot(), "b", "e", 2), "b=1 c=1 ");
}

TEST_P(AnyStore, AnEmptyBatchMayBeSynced) {
  const auto store = open();
  put(*store, "a", "1");
  EXPECT_TRUE(store->write({}, true));
  EXPECT_TRUE(store->write({}, false));
}

TEST_P(AnyStore, NewerDataIsRefused) {
  const auto store = open();
  ASSERT_TRUE(check_format(*store, "here"));
  ASSERT_TRUE(check_format(*store, "here"));
  WriteBatch batch;
  Bytes newer;
  append_be(newer, kFormatVersion + 1);
  batch.put({kFormatTag}, newer);
  ASSERT_TRUE(store->write(batch, true));
  const auto refused = check_format(*store, "here");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::newer_data);
  EXPECT_NE(refused.error().text.find("format 2"), std::string::npos) << refused.error().text;
}

TEST_P(AnyStore, RowsOfAllTagsAreOneOrder) {
  const auto store = open();
  WriteBatch batch;
  for (int tag = 0xfe; tag >= 0; --tag)
    for (const std::uint8_t row : {2, 1}) batch.put({static_cast<std::uint8_t>(tag), row}, {row});
  ASSERT_TRUE(store->write(batch, true));
  const auto snapshot = store->snapshot();
  WriteBatch later;
  for (const std::uint8_t tag : kRisingTags) later.erase({tag, 1}), later.put({tag, 3}, {3});
  ASSERT_TRUE(store->write(later, true));
  for (const std::uint8_t from : {0x00, 0x61, 0x81, 0x82, 0x83, 0x85, 0x86, 0x87})
    for (const std::uint8_t to : {0x00, 0x82, 0x85, 0x86, 0xfe}) {
      std::vector<Bytes> expected, seen;
      for (int tag = from; tag < to; ++tag)
        for (const std::uint8_t row : {1, 2}) expected.push_back({static_cast<std::uint8_t>(tag), row});
      if (from <= to) expected.push_back({to, 1});
      const Bytes first{from}, last{to, 2};
      ASSERT_TRUE(snapshot->scan(first, last, [&](BytesView key, BytesView) { seen.push_back(to_bytes(key)); return true; }));
      EXPECT_EQ(seen, expected) << int{from} << " to " << int{to};
    }
  int count = 0;
  ASSERT_TRUE(snapshot->scan(Bytes{}, Bytes{0xff}, [&](BytesView, BytesView) { return ++count < 300; }));
  EXPECT_EQ(count, 300);
  const Bytes erased{0x85, 1};
  EXPECT_TRUE(snapshot->get(erased)->has_value());
  EXPECT_FALSE(store->get(erased)->has_value());
}

TEST(RocksStore, ThatIsSettledLeavesNothingInItsLog) {
  const Folder folder;
  const auto logged = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder.data()))
      if (file.path().extension() == ".log") bytes += file.file_size();
    return bytes;
  };
  {
    const auto store = open_rocksdb(folder.data());
    WriteBatch batch;
    for (const std::uint8_t tag : {0x61, 0x82, 0x85}) batch.put({tag, 1}, {tag});
    ASSERT_TRUE((*store)->write(batch, true));
    EXPECT_GT(logged(), 0u);
    (*store)->settle();
    EXPECT_EQ(logged(), 0u);
  }
  const auto store = open_rocksdb(folder.data());
  for (const std::uint8_t tag : {0x61, 0x82, 0x85}) EXPECT_EQ((*store)->get(Bytes{tag, 1})->value(), Bytes{tag});
}

Result<std::unique_ptr<KvStore>> filled(const Folder& folder) {
  auto store = open_rocksdb(folder.data());
  if (!store) return store;
  Prng prng(1);
  for (int i = 0; i < 3; ++i) {
    WriteBatch batch;
    Bytes value(10'000);                                          // that no compression makes smaller
    for (std::uint8_t& byte : value) byte = static_cast<std::uint8_t>(prng.next());
    batch.put(to_bytes(fmt::format("key{}", i)), std::move(value));
    EXPECT_TRUE((*store)->write(batch, true));
  }
  return store;
}

void flip_byte(const fs::path& file, std::streamoff at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(at);
  const char byte = static_cast<char>(stream.get());
  stream.seekp(at);
  stream.put(static_cast<char>(byte ^ 0x40));
}

fs::path only_file(const Folder& folder, std::string_view extension) {
  for (const auto& entry : fs::directory_iterator(folder.data()))
    if (entry.path().extension() == extension && fs::file_size(entry) > 20'000) return entry.path();
  return {};
}

TEST(RocksDb, AReopenedStoreHasEverything) {
  const Folder folder;
  { ASSERT_TRUE(filled(folder)); }
  const auto store = open_rocksdb(folder.data());
  ASSERT_TRUE(store) << store.error().text;
  EXPECT_EQ((*(*store)->get(as_bytes("key2")))->size(), 10'000u);
}

TEST(RocksDb, AFolderInUseIsRefused) {
  const Folder folder;
  const auto store = filled(folder);
  const auto second = open_rocksdb(folder.data());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::in_use);
  EXPECT_NE(second.error().text.find(folder.data()), std::string::npos);
}

TEST(RocksDb, ADamagedLogIsNamedNotShortened) {
  const Folder folder;
  { ASSERT_TRUE(filled(folder)); }
  const fs::path log = only_file(folder, ".log");
  ASSERT_FALSE(log.empty());
  flip_byte(log, 15'000);   // in the second of three records
  const auto store = open_rocksdb(folder.data());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::corrupt);
  EXPECT_NE(store.error().text.find(log.filename().string()), std::string::npos) << store.error().text;
}

TEST(RocksDb, ATornLastRecordIsWhatACrashLeaves) {
  const Folder folder;
  { ASSERT_TRUE(filled(folder)); }
  const fs::path log = only_file(folder, ".log");
  fs::resize_file(log, fs::file_size(log) - 100);
  const auto store = open_rocksdb(folder.data());
  ASSERT_TRUE(store) << store.error().text;
  EXPECT_TRUE((*(*store)->get(as_bytes("key1"))).has_value());
  EXPECT_FALSE((*(*store)->get(as_bytes("key2"))).has_value());
}

TEST(RocksDb, ADamagedTableIsNamed) {
  const Folder folder;
  { ASSERT_TRUE(filled(folder)); }
  { ASSERT_TRUE(open_rocksdb(folder.data())); }   // recovery writes the log's rows into a table
  const fs::path table = only_file(folder, ".sst");
  ASSERT_FALSE(table.empty());
  flip_byte(table, 12'000);
  const auto store = open_rocksdb(folder.data());
  ASSERT_TRUE(store) << store.error().text;
  Error error;
  for (const char* key : {"key0", "key1", "key2"})
    if (const auto value = (*store)->get(as_bytes(key)); !value) error = value.error();
  EXPECT_EQ(error.code, Code::corrupt);
  EXPECT_NE(error.text.find(table.filename().string()), std::string::npos) << error.text;
}

// A small disk in memory with a file that takes room away.
class SmallDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=600m,nr_inodes=40") != 0)
      GTEST_SKIP() << "left out: mounting a small disk needs root";
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) umount(folder_.path().c_str());
  }
  void fill(std::size_t left_mib) {
    std::ofstream ballast(ballast_());
    const std::string piece(1u << 20, 'x');
    while (ballast && fs::space(folder_.path()).available > left_mib << 20) ballast << piece << std::flush;
  }
  void free() { fs::remove(ballast_()); }
  // There is room, but no file can be made: RocksDB's next log for example.
  void use_up_names() {
    for (int i = 0; std::ofstream(folder_.path() / fmt::format("name{}", i)); ++i) names_ = i + 1;
  }
  void free_names() {
    for (int i = 0; i < names_; ++i) fs::remove(folder_.path() / fmt::format("name{}", i));
  }
  static Result<void> put(KvStore& store, int number) {
    WriteBatch batch;
    batch.put(to_bytes(fmt::format("key{}", number)), Bytes(1'000'000, 7));
    return store.write(batch, true);
  }

  Folder folder_;
  bool mounted_ = false;

 private:
  int names_ = 0;
  fs::path ballast_() const { return folder_.path() / "ballast"; }
};

TEST_F(SmallDisk, NothingIsWrittenWithoutRoomToSpareAndItGoesOnWhenThereIs) {
  const auto store = open_rocksdb(folder_.data());
  ASSERT_TRUE(store) << store.error().text;
  ASSERT_TRUE(put(**store, 0));
  fill(100);
  for (int i = 0; i < 3; ++i) {
    const auto refused = put(**store, 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::io);
    EXPECT_NE(refused.error().text.find("disk space"), std::string::npos) << refused.error().text;
  }
  EXPECT_FALSE((*store)->broken());
  free();
  EXPECT_TRUE(put(**store, 1));
  EXPECT_TRUE((*(*store)->get(as_bytes("key1"))).has_value());
}

TEST_F(SmallDisk, AWriteThatFailsInTheMiddleLosesNothingOnceTheStoreIsOpenedAgain) {
  auto store = open_rocksdb(folder_.data());
  ASSERT_TRUE(store) << store.error().text;
  use_up_names();
  int written = 0;
  Result<void> done;
  for (; done && written < 100; written += done.has_value()) done = put(**store, written);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("disk space"), std::string::npos) << done.error().text;
  ASSERT_TRUE((*store)->broken());
  free_names();
  EXPECT_FALSE(put(**store, written)) << "it is broken";
  store->reset();
  store = open_rocksdb(folder_.data());
  ASSERT_TRUE(store) << store.error().text;
  for (int i = 0; i < written; ++i) EXPECT_TRUE((*(*store)->get(as_bytes(fmt::format("key{}", i)))).has_value()) << i;
  EXPECT_TRUE(put(**store, written));
}

}  // namespace
}  // namespace hanse::kv
