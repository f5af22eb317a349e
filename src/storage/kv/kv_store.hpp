// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// An ordered map from bytes to bytes: RocksDB on a disk, memory for development networks and tests (TiKV later).
// Writes come from one thread; reads come from any. Errors: io, corrupt (names the file), in_use, newer_data.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace hanse::kv {

struct WriteBatch {
  struct Entry {
    Bytes key;
    std::optional<Bytes> value;   // none: erase
  };
  std::vector<Entry> entries;

  void put(Bytes key, Bytes value) { entries.push_back({std::move(key), std::move(value)}); }
  void erase(Bytes key) { entries.push_back({std::move(key), std::nullopt}); }
};

// A consistent view that later writes do not change. Must not outlive its store.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual Result<std::optional<Bytes>> get(BytesView key) const = 0;
  // Entries with first <= key < last in rising order until `visit` answers false.
  virtual Result<void> scan(BytesView first, BytesView last,
                            const std::function<bool(BytesView key, BytesView value)>& visit) const = 0;
};

// What a store on a disk may hold in memory, and what it holds.
struct StoreMemory {
  std::size_t cache_bytes = 64u << 20;          // blocks of tables, with their indexes and filters
  std::size_t write_buffer_bytes = 96u << 20;   // rows that are in no table yet
};

class KvStore {
 public:
  virtual ~KvStore() = default;
  // All of the batch or nothing. With `sync`, this batch and every earlier one are durable when it returns.
  virtual Result<void> write(const WriteBatch& batch, bool sync) = 0;
  virtual Result<std::optional<Bytes>> get(BytesView key) const = 0;
  virtual std::unique_ptr<Snapshot> snapshot() const = 0;
  // Set once the store cannot go on as it is. corrupt: a read, a write or its own work met damage, and nothing was answered
  // from it. io: a write failed half-way, and no other is taken before the store is opened again.
  virtual std::optional<Error> broken() const { return std::nullopt; }
  // The writer's, at an orderly end: what only a log holds goes to where the next opening need not read it again. Nothing
  // depends on it.
  virtual void settle() {}
  virtual StoreMemory memory() const { return {0, 0}; }
};

std::unique_ptr<KvStore> open_memory();
Result<std::unique_ptr<KvStore>> open_rocksdb(const std::string& folder, const StoreMemory& most = {});   // takes the folder's lock
// What open_rocksdb would say of a store; changes nothing.
Result<void> inspect_rocksdb(const std::string& folder);

// A disk with less room than this takes no writes: RocksDB's own files would meet its end in the middle of something.
constexpr std::uint64_t kSpareBytes = 256u << 20;

}  // namespace hanse::kv
