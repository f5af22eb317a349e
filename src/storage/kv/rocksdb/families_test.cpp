// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/rocksdb/families.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/temporary_folder.hpp"
#include "storage/kv/format.hpp"

namespace hanse::kv {
namespace {

struct Folder : TemporaryFolder {
  Folder() : TemporaryFolder("families") {}
  std::string data() const { return (path() / "data").string(); }
};

std::vector<std::string> families_of(const Folder& folder) {
  std::vector<std::string> names;
  EXPECT_TRUE(Families::on_disk({}, folder.data(), names).ok());
  std::ranges::sort(names);
  return names;
}

const std::vector<std::string> kAll = {"82", "85", "86", "default"};
const Bytes kBody = {0x85, 1}, kAccount = {0x61, 1};

void write_both(KvStore& store, std::uint8_t value) {
  WriteBatch batch;
  batch.put(kBody, {value});
  batch.put(kAccount, {value});
  ASSERT_TRUE(store.write(batch, true));
}
void expect_both(const Folder& folder, std::uint8_t value) {
  const auto store = open_rocksdb(folder.data());
  ASSERT_TRUE(store) << store.error().text;
  EXPECT_EQ((*store)->get(kBody)->value(), Bytes{value});
  EXPECT_EQ((*store)->get(kAccount)->value(), Bytes{value});
}

std::unique_ptr<rocksdb::DB> open_plainly(const Folder& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  EXPECT_TRUE(rocksdb::DB::Open(options, folder.data(), &db).ok());
  return std::unique_ptr<rocksdb::DB>(db);
}

TEST(Families, ANewStoreHasOneForEachRisingTag) {
  const Folder folder;
  write_both(**open_rocksdb(folder.data()), 1);
  EXPECT_EQ(families_of(folder), kAll);
  expect_both(folder, 1);
  EXPECT_TRUE(inspect_rocksdb(folder.data()));
}

TEST(Families, AStoreThatWasBegunWithoutThemGoesOnWithoutThem) {
  const Folder folder;
  const std::string version("\0\0\0\1", 4);
  ASSERT_TRUE(open_plainly(folder)->Put({}, std::string(1, static_cast<char>(kFormatTag)), version).ok());
  write_both(**open_rocksdb(folder.data()), 2);
  EXPECT_EQ(families_of(folder), std::vector<std::string>{"default"});
  expect_both(folder, 2);
  EXPECT_TRUE(inspect_rocksdb(folder.data()));
}

TEST(Families, ThoseThatACrashLeftUnmadeAreMade) {
  const Folder folder;
  {
    const auto db = open_plainly(folder);
    rocksdb::ColumnFamilyHandle* made = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "85", &made).ok());
    ASSERT_TRUE(db->DestroyColumnFamilyHandle(made).ok());
  }
  write_both(**open_rocksdb(folder.data()), 3);
  EXPECT_EQ(families_of(folder), kAll);
  expect_both(folder, 3);
}

}  // namespace
}  // namespace hanse::kv
