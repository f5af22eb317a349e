// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The writer lane of a group: the only one that writes to its store. It merges whatever waits into one batch and one
// sync. Blocks become visible to readers between the two (docs/STORAGE.md §4: they are decided, a quorum has them on
// disk). A write that fails is tried again, the same batch, until it succeeds: nothing is lost, and what depends on it
// waits.
#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "base/log.hpp"
#include "node/execution.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {

struct WriteRecord {                 // a Persist
  std::uint64_t ticket = 0;
  ledger::LogRecord record;
  Hash payload_hash;                 // of the bodies, where the record needs some
  std::vector<Body> bodies;
};
struct WriteBlock {                  // an Append
  std::uint64_t ticket = 0;          // 0: nothing waits for its sync
  ExecutedPtr executed;
  Certificate certificate;
};
struct WriteHeaderSignatures {       // not synced by itself
  BlockNumber number = 0;
  std::vector<IndexedSignature> signatures;
};
using WriteJob = std::variant<WriteRecord, WriteBlock, WriteHeaderSignatures>;

struct WriterCallbacks {             // on the writer lane
  std::function<void(std::span<const ExecutedPtr>)> published;          // visible through Ledger::view() now
  std::function<void(std::uint64_t ticket, BlockNumber appended)> durable;   // the highest of each; 0: none new
  std::function<void(const std::string& reason)> failing;               // empty: writes succeed again
};

class Writer {
 public:
  Writer(ledger::Ledger& ledger, Runtime& runtime, WriterCallbacks callbacks, Log log);
  ~Writer();   // writes what waits (gives up on a disk that refuses) and syncs

  void write(WriteJob job);
  std::size_t size() const { return jobs_.size(); }

 private:
  struct Batch {
    kv::WriteBatch rows;
    std::vector<ExecutedPtr> blocks;
    std::uint64_t ticket = 0;
    bool sync = false;
    bool written = false;            // what is left is the sync
  };
  std::chrono::milliseconds turn();
  Batch batch_of(const std::vector<WriteJob>& jobs);
  void add(const WriteRecord& job, Batch& batch);
  void add(const WriteBlock& job, Batch& batch);
  void add(const WriteHeaderSignatures& job, Batch& batch);
  void finish(const Batch& batch);
  bool write_rows(const kv::WriteBatch& rows, bool sync);   // false: the disk refuses

  ledger::Ledger& ledger_;
  WriterCallbacks callbacks_;
  Log log_;
  std::optional<Batch> batch_;       // in hand
  bool failing_ = false;
  LaneQueue<WriteJob> jobs_;
};

}  // namespace hanse::node
