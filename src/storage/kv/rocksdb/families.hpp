// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The column families of a store. Rows of each rising tag (format.hpp) are in one of their own: their tables follow one
// another without overlap, so that RocksDB moves them down its levels by their names and writes such a row into one table in
// its life. Among the others it would be written again with them, the more often the longer the chain. All families share
// the log, batches and snapshots.
//
// They are made before the store's first row. A store that was begun without them goes on without them.
#pragma once

#include <rocksdb/db.h>

#include <array>

#include "base/bytes.hpp"

namespace hanse::kv {

class Families {
 public:
  // What `opened` has; every other tag is in the default family. Closes them in the end, before `db` does.
  Families(rocksdb::DB& db, std::vector<rocksdb::ColumnFamilyHandle*> opened);
  ~Families();
  Families(const Families&) = delete;

  rocksdb::Status add_missing(const rocksdb::ColumnFamilyOptions& of_rising_rows);

  rocksdb::ColumnFamilyHandle* of(BytesView key) const { return by_tag_[key.empty() ? 0 : key[0]]; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& all() const { return all_; }
  // Where the keys from `first` on leave the family of `first`, `last` at most.
  Bytes end_of(BytesView first, BytesView last) const;

  // Those that a store on the disk has; of a new one the default family.
  static rocksdb::Status on_disk(const rocksdb::Options& options, const std::string& folder, std::vector<std::string>& names);
  static bool is_rising(const std::string& name);

 private:
  void take(rocksdb::ColumnFamilyHandle* family);

  rocksdb::DB& db_;
  std::vector<rocksdb::ColumnFamilyHandle*> all_;
  std::array<rocksdb::ColumnFamilyHandle*, 256> by_tag_;
};

}  // namespace hanse::kv
