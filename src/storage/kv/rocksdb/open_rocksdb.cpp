// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// RocksDB with the settings of docs/STORAGE.md: memory is bounded, every checksum is checked, and a log that is damaged
// anywhere but in its torn last record is an error, never silently shortened (a shortened one would forget votes).
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "storage/kv/format.hpp"
#include "storage/kv/rocksdb/diagnosis.hpp"
#include "storage/kv/rocksdb/families.hpp"
#include "storage/kv/rocksdb/log_check.hpp"
#include "storage/kv/rocksdb/rocks_store.hpp"
#include "storage/kv/rocksdb/table_check.hpp"

namespace hanse::kv {
namespace {

constexpr int kCacheShardBits = 3;                        // an eighth of the cache each: more than what one table keeps in one block
constexpr int kYoungTables = 8;                           // then they become one with the next level, which is written again
constexpr int kWriteBuffers = 4;                          // of a family; what they hold together is bounded before
constexpr std::size_t kLogBytesMax = 48u << 20;            // then the oldest write buffer is flushed
constexpr std::size_t kArenaBlockBytes = 256u << 10;      // of write buffers; some families grow slowly
constexpr std::size_t kSyncEveryBytes = 1u << 20;         // so that no single sync has much to write

rocksdb::Slice slice(BytesView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
BytesView view(const rocksdb::Slice& slice) { return {reinterpret_cast<const std::uint8_t*>(slice.data()), slice.size()}; }

Result<std::optional<Bytes>> read(rocksdb::DB& db, const Families& families, const rocksdb::ReadOptions& options, BytesView key,
                                  Diagnosis& diagnosis) {
  rocksdb::PinnableSlice value;
  const auto status = db.Get(options, families.of(key), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(diagnosis.error_of_read(status));
  return to_bytes(view(value));
}

class RocksSnapshot final : public Snapshot {
 public:
  RocksSnapshot(rocksdb::DB& db, const Families& families, Diagnosis& diagnosis)
      : db_(db), families_(families), diagnosis_(diagnosis), snapshot_(db.GetSnapshot()) {
    options_.snapshot = snapshot_;
  }
  ~RocksSnapshot() override { db_.ReleaseSnapshot(snapshot_); }

  Result<std::optional<Bytes>> get(BytesView key) const override { return read(db_, families_, options_, key, diagnosis_); }

  Result<void> scan(BytesView first, BytesView last,
                    const std::function<bool(BytesView, BytesView)>& visit) const override {
    bool more = true;
    for (Bytes from = to_bytes(first), end; more && std::ranges::lexicographical_compare(from, last); from = std::move(end)) {
      end = families_.end_of(from, last);
      if (const auto done = scan_family(from, end, visit, more); !done) return done;
    }
    return {};
  }

 private:
  Result<void> scan_family(BytesView first, BytesView last, const std::function<bool(BytesView, BytesView)>& visit,
                           bool& more) const {
    rocksdb::ReadOptions options = options_;
    const rocksdb::Slice upper = slice(last);
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(db_.NewIterator(options, families_.of(first)));
    for (at->Seek(slice(first)); more && at->Valid(); at->Next()) more = visit(view(at->key()), view(at->value()));
    if (!at->status().ok()) return std::unexpected(diagnosis_.error_of_read(at->status()));
    return {};
  }

  rocksdb::DB& db_;
  const Families& families_;
  Diagnosis& diagnosis_;
  const rocksdb::Snapshot* snapshot_;
  rocksdb::ReadOptions options_;
};

class RocksStore final : public KvStore {
 public:
  RocksStore(std::unique_ptr<rocksdb::DB> db, std::unique_ptr<Families> families, std::shared_ptr<Diagnosis> diagnosis)
      : diagnosis_(std::move(diagnosis)), db_(std::move(db)), families_(std::move(families)) {}

  Result<void> write(const WriteBatch& batch, bool sync) override {
    if (const auto failed = diagnosis_->failed_write()) return std::unexpected(*failed);
    if (const auto room = check_room(); !room) return room;
    const rocksdb::Status status = batch.entries.empty() ? (sync ? db_->SyncWAL() : rocksdb::Status::OK()) : put(batch, sync);
    if (status.ok()) return {};
    Error error = diagnosis_->error_of(status);
    diagnosis_->note_failed_write(error);
    return std::unexpected(std::move(error));
  }

  Result<std::optional<Bytes>> get(BytesView key) const override { return read(*db_, *families_, {}, key, *diagnosis_); }
  std::unique_ptr<Snapshot> snapshot() const override {
    return std::make_unique<RocksSnapshot>(*db_, *families_, *diagnosis_);
  }
  std::optional<Error> broken() const override { return diagnosis_->broken(); }
  void settle() override {
    if (broken() || !check_room()) return;
    static_cast<void>(db_->Flush({}, families_->all()));   // what is not in a table stays in the log
  }
  StoreMemory memory() const override {
    std::uint64_t cache = 0, buffers = 0;               // stay 0 where RocksDB cannot say
    static_cast<void>(db_->GetIntProperty("rocksdb.block-cache-usage", &cache));
    static_cast<void>(db_->GetAggregatedIntProperty("rocksdb.size-all-mem-tables", &buffers));
    return {cache, buffers};
  }

 private:
  Result<void> check_room() const {
    std::uint64_t free = 0;
    if (!db_->GetEnv()->GetFreeSpace(db_->GetName(), &free).ok() || free >= kSpareBytes) return {};
    return fail(Code::io, "{}: the disk has {} MiB left, writing goes on at {}: free some disk space", db_->GetName(), free >> 20,
                kSpareBytes >> 20);
  }
  rocksdb::Status put(const WriteBatch& batch, bool sync) {
    std::size_t size = 64;
    for (const auto& entry : batch.entries) size += entry.key.size() + (entry.value ? entry.value->size() : 0) + 12;
    rocksdb::WriteBatch rows(size);
    for (const auto& entry : batch.entries) {
      rocksdb::ColumnFamilyHandle* family = families_->of(entry.key);
      const auto status =
          entry.value ? rows.Put(family, slice(entry.key), slice(*entry.value)) : rows.Delete(family, slice(entry.key));
      if (!status.ok()) return status;
    }
    rocksdb::WriteOptions options;
    options.sync = sync;
    return db_->Write(options, &rows);
  }

  std::shared_ptr<Diagnosis> diagnosis_;   // RocksDB's listener holds it too
  std::unique_ptr<rocksdb::DB> db_;
  std::unique_ptr<Families> families_;     // closed before it
};

rocksdb::BlockBasedTableOptions table_with(const StoreMemory& most) {
  rocksdb::BlockBasedTableOptions table;
  // Indexes and filters in pieces of a block: a whole filter of a large table is larger than a shard of the cache, so that it
  // would be read and checked again at each lookup.
  table.block_cache = rocksdb::NewLRUCache(most.cache_bytes, kCacheShardBits);
  table.cache_index_and_filter_blocks = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_top_level_index_and_filter = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 8u << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kCRC32c;                              // what table_check.cpp can check
  return table;
}

// One compression for all levels, or a table could not be moved down as it is.
rocksdb::Options options_with(rocksdb::Env& env, const std::shared_ptr<Diagnosis>& diagnosis,
                              const rocksdb::BlockBasedTableOptions& table, const StoreMemory& most) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.db_write_buffer_size = most.write_buffer_bytes / 4 * 3; // the rest takes rows while tables are written
  options.write_buffer_size = most.write_buffer_bytes / 2;
  options.max_write_buffer_number = kWriteBuffers;
  options.arena_block_size = kArenaBlockBytes;
  options.memtable_prefix_bloom_size_ratio = 0.1;
  options.memtable_whole_key_filtering = true;
  // A batch has the rows of a tag in order: each is looked for from the one before it on.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  options.max_total_wal_size = kLogBytesMax;
  options.level_compaction_dynamic_level_bytes = true;
  options.level0_file_num_compaction_trigger = kYoungTables;
  options.compression = rocksdb::kZSTD;
  options.bytes_per_sync = kSyncEveryBytes;
  options.wal_bytes_per_sync = kSyncEveryBytes;
  options.max_background_jobs = 2;
  options.max_open_files = 512;
  options.stats_dump_period_sec = 0;
  options.env = &env;
  options.info_log = diagnosis->warnings();
  options.listeners.push_back(std::make_shared<WatchBackground>(diagnosis));
  return options;
}

// Nobody asks for one that is not there: without filters. Universal compaction moves tables that do not overlap; the other one
// does too, but writes each again at the last level once the snapshots of its time are gone.
rocksdb::ColumnFamilyOptions of_rising_rows(const rocksdb::Options& options, rocksdb::BlockBasedTableOptions table) {
  rocksdb::ColumnFamilyOptions rising(options);
  table.filter_policy.reset();
  table.partition_filters = false;
  rising.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rising.compaction_style = rocksdb::kCompactionStyleUniversal;
  rising.compaction_options_universal.allow_trivial_move = true;
  rising.memtable_prefix_bloom_size_ratio = 0;
  rising.memtable_whole_key_filtering = false;
  return rising;
}

// A store as RocksDB opened it.
struct Opened {
  std::unique_ptr<rocksdb::DB> db;
  std::unique_ptr<Families> families;
  rocksdb::ColumnFamilyOptions of_rising_rows;
};

rocksdb::Status open_with(rocksdb::Env& env, const std::string& folder, const std::shared_ptr<Diagnosis>& diagnosis,
                          const StoreMemory& most, bool read_only, Opened& out) {
  const rocksdb::BlockBasedTableOptions table = table_with(most);
  const rocksdb::Options options = options_with(env, diagnosis, table, most);
  out.of_rising_rows = of_rising_rows(options, table);
  std::vector<std::string> names;
  if (const auto listed = Families::on_disk(options, folder, names); !listed.ok()) return listed;
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
  for (const std::string& name : names)
    wanted.emplace_back(name, Families::is_rising(name) ? out.of_rising_rows : rocksdb::ColumnFamilyOptions(options));
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  const auto status = read_only ? rocksdb::DB::OpenForReadOnly(options, folder, wanted, &opened, &db)
                                : rocksdb::DB::Open(options, folder, wanted, &opened, &db);
  out.db.reset(db);
  if (status.ok()) out.families = std::make_unique<Families>(*db, std::move(opened));
  return status;
}

// Under the folder's lock: a log that another process is writing would look torn.
Result<void> check_logs_locked(rocksdb::Env& env, const std::string& folder, Diagnosis& diagnosis, bool mend) {
  rocksdb::FileLock* lock = nullptr;
  if (const auto made = env.CreateDirIfMissing(folder); !made.ok()) return std::unexpected(diagnosis.error_of(made));
  if (const auto locked = env.LockFile(folder + "/LOCK", &lock); !locked.ok())
    return std::unexpected(diagnosis.error_of(locked));
  auto good = check_logs(env, folder, mend);
  if (const auto unlocked = env.UnlockFile(lock); !unlocked.ok()) return std::unexpected(diagnosis.error_of(unlocked));
  return good;
}

}  // namespace

Result<std::unique_ptr<KvStore>> open_rocksdb_on(rocksdb::Env& env, const std::string& folder, const StoreMemory& most) {
  const auto diagnosis = std::make_shared<Diagnosis>(folder);
  if (const auto good = check_logs_locked(env, folder, *diagnosis, true); !good) return std::unexpected(good.error());
  auto aside = TablesAside::put(env, folder);
  if (!aside) return pass(aside);
  Opened opened;
  const auto status = open_with(env, folder, diagnosis, most, false, opened);
  if (!status.ok()) {
    if (const auto back = aside->back(); !back) return pass(back);
    Error error = diagnosis->error_of(status);
    if (error.code == Code::corrupt) error.text += aside->text();
    return std::unexpected(std::move(error));
  }
  aside->remove();
  const auto row = read(*opened.db, *opened.families, {}, Bytes{kFormatTag}, *diagnosis);
  if (!row) return pass(row);
  if (!*row)                                                      // nothing else was written either
    if (const auto made = opened.families->add_missing(opened.of_rising_rows); !made.ok())
      return std::unexpected(diagnosis->error_of(made));
  auto store = std::make_unique<RocksStore>(std::move(opened.db), std::move(opened.families), diagnosis);
  if (const auto format = check_format(*store, folder); !format) return std::unexpected(format.error());
  return store;
}

Result<void> inspect_rocksdb(const std::string& folder) {
  rocksdb::Env& env = *rocksdb::Env::Default();
  const auto diagnosis = std::make_shared<Diagnosis>(folder);
  if (auto good = check_logs_locked(env, folder, *diagnosis, false); !good) return good;
  std::vector<std::string> files;
  static_cast<void>(env.GetChildren(folder, &files));
  for (const std::string& file : files) {
    const auto damage = file.ends_with(".sst") ? table_damage(env, folder + "/" + file) : std::nullopt;
    if (damage) return fail(Code::corrupt, "{}/{} is damaged: {}", folder, file, *damage);
  }
  Opened opened;
  const auto status = open_with(env, folder, diagnosis, {}, true, opened);
  if (!status.ok()) return std::unexpected(diagnosis->error_of(status));
  const auto row = read(*opened.db, *opened.families, {}, Bytes{kFormatTag}, *diagnosis);
  if (!row) return pass(row);
  return *row ? check_format_row(**row, folder) : Result<void>();
}

Result<std::unique_ptr<KvStore>> open_rocksdb(const std::string& folder, const StoreMemory& most) {
  return open_rocksdb_on(*rocksdb::Env::Default(), folder, most);
}

}  // namespace hanse::kv
