// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a replica wrote down before it voted: records by rising position, and beside them the transactions that a
// prepared proposal needs to be rebuilt after a crash of every node. A record belongs to a block number and goes when
// that number is in the ledger, in the same batch; a record without a number (a view) goes when the next such one comes.
// What a record means is the business of scheduling; here it is bytes. One thread: the writer's.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>

#include "storage/kv/kv_store.hpp"
#include "storage/ledger/rows.hpp"

namespace hanse::ledger {

struct LogRecord {
  std::uint64_t position = 0;
  std::optional<BlockNumber> number;
  Bytes record;
};

class ConsensusLog {
 public:
  // What stands in the store. Errors: io, corrupt.
  static Result<ConsensusLog> load(const kv::Snapshot& snapshot);

  std::uint64_t next_position() const { return next_position_; }
  const std::vector<LogRecord>& loaded() const { return loaded_; }              // rising positions
  const std::vector<StoredTransaction>& loaded_bodies() const { return loaded_bodies_; }
  void forget_loaded();                                                         // once the core was built from it

  void add(kv::WriteBatch& batch, LogRecord record);
  // The transactions of a payload that was prepared for `number`, in one row; not written twice.
  void add_bodies(kv::WriteBatch& batch, BlockNumber number, const Hash& payload_hash,
                  std::span<const Transaction* const> bodies);
  void erase_up_to(kv::WriteBatch& batch, BlockNumber number);

 private:
  std::uint64_t next_position_ = 1;
  std::multimap<BlockNumber, std::uint64_t> positions_;       // records with a number
  std::vector<std::uint64_t> unnumbered_;                     // positions of those without: at most one but in a batch
  std::map<BlockNumber, std::set<Hash>> bodies_;               // payload hashes
  std::vector<LogRecord> loaded_;
  std::vector<StoredTransaction> loaded_bodies_;
};

}  // namespace hanse::ledger
