// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Whether the end of a table file holds: its footer, its index of blocks and its properties (github.com/facebook/rocksdb/
// wiki/Rocksdb-BlockBasedTable-Format). RocksDB reads the properties before it checks them, and a flipped bit in them ends
// the process. Every other block is checked before RocksDB uses it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace rocksdb {
class Env;
}

namespace hanse::kv {

// What does not hold; none: the end of the table is sound.
std::optional<std::string> table_damage(rocksdb::Env& env, const std::string& path);

// Tables with damage are renamed while a store is opened: it misses one that it needs (a crash may also leave one half
// written that nothing refers to), and RocksDB never reads one. Afterwards they get their names back.
class TablesAside {
 public:
  static Result<TablesAside> put(rocksdb::Env& env, const std::string& folder);
  std::string text() const;                    // names each and what is wrong with it; empty when there are none
  void remove();                               // nothing refers to them: the store opened without
  Result<void> back();                         // it did not

 private:
  TablesAside(rocksdb::Env& env, std::string folder) : env_(&env), folder_(std::move(folder)) {}
  struct Aside {
    std::string name, damage;
  };
  rocksdb::Env* env_;
  std::string folder_;
  std::vector<Aside> tables_;
};

}  // namespace hanse::kv
