// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The disk of a simulated node and the store upon it. A batch is written whole or not at all; batches are durable in the
// order in which they were written. When the power fails, what was not synced is lost from some batch on. A write may be
// refused (full, EIO) and yet stand in the log after a crash, a sync may fail after its write, a read may fail. At each
// boundary of a write the world is asked whether the power fails right here.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "base/prng.hpp"
#include "scheduling/group/events.hpp"
#include "storage/kv/kv_store.hpp"

namespace hanse::whole {

enum class Boundary : std::uint8_t { before_write, written, synced, before_send, sent };
constexpr int kBoundaries = 5;

struct DiskTrouble {
  int refuse_permille = 0;            // of writes and syncs; 1000: the disk is full
  int read_permille = 0;              // of reads
};

// What of the consensus log and the ledger would be there after a power cut right now.
class DurableLog {
 public:
  void apply(const kv::WriteBatch& batch);
  const std::map<std::uint64_t, group::Record>& records() const { return records_; }
  bool has_bodies(BlockNumber number, const Hash& payload) const { return bodies_.contains({number, payload}); }
  BlockNumber head() const { return head_; }

 private:
  std::map<std::uint64_t, group::Record> records_;
  std::set<std::pair<BlockNumber, Hash>> bodies_;
  BlockNumber head_ = 0;
};

class Disk {
 public:
  // `boundary` answers false when the power fails there.
  Disk(Prng& prng, std::function<bool(Boundary)> boundary);

  std::unique_ptr<kv::KvStore> open();   // a new process: what an earlier one wrote is replayed and synced
  void power_fails() { on_ = false; }    // nothing is written any more
  std::size_t lose_unsynced();           // and comes back, once no store is open; answers how many writes are lost
  void set_trouble(DiskTrouble trouble) { trouble_ = trouble; }
  const DurableLog& durable() const { return durable_; }
  const kv::KvStore& rows() const { return *rows_; }   // past every trouble
  std::uint64_t refused() const { return refused_; }

 private:
  class Store;
  class View;
  struct Unsynced {
    kv::WriteBatch batch;
    kv::WriteBatch undo;
    bool refused = false;                // not visible; replayed after a crash if the log kept it
  };
  Result<void> write(const kv::WriteBatch& batch, bool sync);
  bool refuses();
  Result<void> read_trouble() const;
  void apply(const kv::WriteBatch& batch);
  void sync();

  Prng& prng_;
  const std::function<bool(Boundary)> boundary_;
  std::unique_ptr<kv::KvStore> rows_;    // as a process sees them
  std::deque<Unsynced> unsynced_;
  DurableLog durable_;
  DiskTrouble trouble_;
  bool on_ = true;
  std::uint64_t refused_ = 0;
};

}  // namespace hanse::whole
