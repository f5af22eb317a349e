// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// RocksDB with the settings of docs/STORAGE.md: memory is bounded, every checksum is checked, and a log that is damaged
// anywhere but in its torn last record is an error, never silently shortened (a shortened one would forget votes).
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include "storage/kv/format.hpp"
#include "storage/kv/rocksdb/warnings.hpp"

namespace hanse::kv {
namespace {

constexpr std::size_t kCacheBytesMax = 64u << 20;         // blocks, indexes and filters together
constexpr std::size_t kWriteBufferBytes = 32u << 20;
constexpr std::size_t kLogBytesMax = 128u << 20;          // then the oldest write buffer is flushed
constexpr std::size_t kSyncEveryBytes = 1u << 20;         // so that no single sync has much to write

rocksdb::Slice slice(BytesView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
BytesView view(const rocksdb::Slice& slice) { return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()}; }

Error error_of(const rocksdb::Status& status, const std::string& folder, const Warnings& warnings) {
  std::string text = fmt::format("{}: {}", folder, status.ToString());
  if (status.IsIOError() && status.ToString().find("LOCK") != std::string::npos)
    return {Code::in_use, fmt::format("{} is in use by another process: stop that one first ({})", folder, status.ToString())};
  if (status.IsCorruption()) {
    if (const std::string cause = warnings.naming_a_file(); !cause.empty()) text += "; " + cause;
    return {Code::corrupt, text + ": restore the folder from a backup, or remove this node from its groups and admit a new one"};
  }
  if (status.IsIOError() && status.subcode() == rocksdb::Status::kNoSpace) return {Code::io, text + ": free some disk space"};
  return {Code::io, text};
}

Result<std::optional<Bytes>> read(rocksdb::DB& db, const rocksdb::ReadOptions& options, BytesView key,
                                  const std::string& folder, const Warnings& warnings) {
  rocksdb::PinnableSlice value;
  const auto status = db.Get(options, db.DefaultColumnFamily(), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(error_of(status, folder, warnings));
  return to_bytes(view(value));
}

class RocksSnapshot final : public Snapshot {
 public:
  RocksSnapshot(rocksdb::DB& db, const std::string& folder, const Warnings& warnings)
      : db_(db), folder_(folder), warnings_(warnings), snapshot_(db.GetSnapshot()) {
    options_.snapshot = snapshot_;
  }
  ~RocksSnapshot() override { db_.ReleaseSnapshot(snapshot_); }

  Result<std::optional<Bytes>> get(BytesView key) const override { return read(db_, options_, key, folder_, warnings_); }

  Result<void> scan(BytesView first, BytesView last,
                    const std::function<bool(BytesView, BytesView)>& visit) const override {
    rocksdb::ReadOptions options = options_;
    const rocksdb::Slice upper = slice(last);
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator(options));
    for (at->Seek(slice(first)); at->Valid(); at->Next())
      if (!visit(view(at->key()), view(at->value()))) return {};
    if (!at->status().ok()) return std::unexpected(error_of(at->status(), folder_, warnings_));
    return {};
  }

 private:
  rocksdb::DB& db_;
  const std::string& folder_;
  const Warnings& warnings_;
  const rocksdb::Snapshot* snapshot_;
  rocksdb::ReadOptions options_;
};

// RocksDB's own recovery looks only every few seconds and answers "busy" meanwhile; the writer asks at each attempt.
class RecoverWhenAsked final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* by_itself) override { *by_itself = false; }
};

class RocksStore final : public KvStore {
 public:
  RocksStore(std::unique_ptr<rocksdb::DB> db, std::string folder, std::shared_ptr<Warnings> warnings)
      : folder_(std::move(folder)), warnings_(std::move(warnings)), db_(std::move(db)) {}

  // After a failed write RocksDB refuses all others until it is told that the disk is well again: every new attempt
  // of the caller says so first.
  Result<void> write(const WriteBatch& batch, bool sync) override {
    if (suspended_) {
      if (const auto resumed = db_->Resume(); !resumed.ok()) return std::unexpected(error_of(resumed, folder_, *warnings_));
      suspended_ = false;
    }
    const rocksdb::Status status = batch.entries.empty() ? (sync ? db_->SyncWAL() : rocksdb::Status::OK()) : put(batch, sync);
    if (status.ok()) return {};
    suspended_ = true;
    return std::unexpected(error_of(status, folder_, *warnings_));
  }

  Result<std::optional<Bytes>> get(BytesView key) const override { return read(*db_, {}, key, folder_, *warnings_); }
  std::unique_ptr<Snapshot> snapshot() const override {
    return std::make_unique<RocksSnapshot>(*db_, folder_, *warnings_);
  }

 private:
  rocksdb::Status put(const WriteBatch& batch, bool sync) {
    std::size_t size = 64;
    for (const auto& entry : batch.entries) size += entry.key.size() + (entry.value ? entry.value->size() : 0) + 12;
    rocksdb::WriteBatch rows(size);
    for (const auto& entry : batch.entries) {
      const auto status = entry.value ? rows.Put(slice(entry.key), slice(*entry.value)) : rows.Delete(slice(entry.key));
      if (!status.ok()) return status;
    }
    rocksdb::WriteOptions options;
    options.sync = sync;
    return db_->Write(options, &rows);
  }

  std::string folder_;
  std::shared_ptr<Warnings> warnings_;   // RocksDB holds it too, as its logger
  std::unique_ptr<rocksdb::DB> db_;
  bool suspended_ = false;               // the writer's
};

rocksdb::Options options_with(const std::shared_ptr<Warnings>& warnings) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kCacheBytesMax);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 8u << 10;
  table.format_version = 5;

  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = 3;
  options.memtable_prefix_bloom_size_ratio = 0.1;
  options.memtable_whole_key_filtering = true;
  options.max_total_wal_size = kLogBytesMax;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = rocksdb::kNoCompression;                  // young levels are rewritten soon
  options.bottommost_compression = rocksdb::kZSTD;
  options.bytes_per_sync = kSyncEveryBytes;
  options.wal_bytes_per_sync = kSyncEveryBytes;
  options.max_background_jobs = 2;
  options.max_open_files = 512;
  options.stats_dump_period_sec = 0;
  options.info_log = warnings;
  options.listeners.push_back(std::make_shared<RecoverWhenAsked>());
  return options;
}

}  // namespace

Result<std::unique_ptr<KvStore>> open_rocksdb(const std::string& folder) {
  const auto warnings = std::make_shared<Warnings>();
  rocksdb::DB* raw = nullptr;
  const auto status = rocksdb::DB::Open(options_with(warnings), folder, &raw);
  std::unique_ptr<rocksdb::DB> db(raw);
  if (!status.ok()) return std::unexpected(error_of(status, folder, *warnings));
  auto store = std::make_unique<RocksStore>(std::move(db), folder, warnings);
  if (const auto format = check_format(*store, folder); !format) return std::unexpected(format.error());
  return store;
}

}  // namespace hanse::kv
