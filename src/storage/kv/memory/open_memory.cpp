// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The store of development networks and tests. Every key keeps the versions that a live snapshot may still ask for; a
// write drops the older ones. Nothing outlives the process.
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "base/check.hpp"
#include "storage/kv/kv_store.hpp"

namespace hanse::kv {
namespace {

struct BytesLess {
  using is_transparent = void;
  bool operator()(BytesView a, BytesView b) const { return std::ranges::lexicographical_compare(a, b); }
};

struct Version {
  std::uint64_t sequence = 0;
  std::optional<Bytes> value;
};
using Versions = std::vector<Version>;   // rising sequences; never empty

class MemoryStore final : public KvStore {
 public:
  ~MemoryStore() override { CHECK(snapshots_.empty()); }

  Result<void> write(const WriteBatch& batch, bool) override {
    const std::unique_lock lock(mutex_);
    ++sequence_;
    for (const WriteBatch::Entry& entry : batch.entries) put(entry);
    const std::uint64_t oldest = oldest_snapshot();
    for (; !superseded_.empty() && superseded_.front().first <= oldest; superseded_.pop_front())
      prune(superseded_.front().second, oldest);
    return {};
  }

  Result<std::optional<Bytes>> get(BytesView key) const override {
    const std::shared_lock lock(mutex_);
    return find(key, sequence_);
  }

  std::unique_ptr<Snapshot> snapshot() const override;

 private:
  friend class MemorySnapshot;

  std::uint64_t oldest_snapshot() const {
    const std::lock_guard lock(snapshots_mutex_);
    return snapshots_.empty() ? sequence_ : *snapshots_.begin();
  }

  void put(const WriteBatch::Entry& entry) {
    Versions& versions = rows_[entry.key];
    if (!versions.empty() && versions.back().sequence == sequence_) versions.pop_back();   // twice in one batch
    versions.push_back({sequence_, entry.value});
    if (versions.size() > 1 || !entry.value) superseded_.emplace_back(sequence_, entry.key);
  }

  // Drops what no snapshot at `oldest` or later sees.
  void prune(const Bytes& key, std::uint64_t oldest) {
    const auto at = rows_.find(key);
    if (at == rows_.end()) return;
    Versions& versions = at->second;
    std::size_t unseen = 0;
    while (unseen + 1 < versions.size() && versions[unseen + 1].sequence <= oldest) ++unseen;
    versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(unseen));
    if (versions.size() == 1 && !versions.front().value && versions.front().sequence <= oldest) rows_.erase(at);
  }

  std::optional<Bytes> find(BytesView key, std::uint64_t sequence) const {
    const auto at = rows_.find(key);
    return at == rows_.end() ? std::nullopt : value_at(at->second, sequence);
  }
  static std::optional<Bytes> value_at(const Versions& versions, std::uint64_t sequence) {
    for (auto version = versions.rbegin(); version != versions.rend(); ++version)
      if (version->sequence <= sequence) return version->value;
    return std::nullopt;
  }

  mutable std::shared_mutex mutex_;   // rows_, superseded_ and sequence_
  std::map<Bytes, Versions, BytesLess> rows_;
  std::deque<std::pair<std::uint64_t, Bytes>> superseded_;   // keys whose older versions go once no snapshot sees them
  std::uint64_t sequence_ = 0;
  mutable std::mutex snapshots_mutex_;
  mutable std::multiset<std::uint64_t> snapshots_;
};

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(const MemoryStore& store) : store_(store) {
    const std::shared_lock lock(store_.mutex_);   // no write between reading the sequence and registering it
    sequence_ = store_.sequence_;
    const std::lock_guard snapshots_lock(store_.snapshots_mutex_);
    place_ = store_.snapshots_.insert(sequence_);
  }
  ~MemorySnapshot() override {
    const std::lock_guard lock(store_.snapshots_mutex_);
    store_.snapshots_.erase(place_);
  }

  Result<std::optional<Bytes>> get(BytesView key) const override {
    const std::shared_lock lock(store_.mutex_);
    return store_.find(key, sequence_);
  }

  // One row under the lock at a time: a visitor may read, and a writer is not kept waiting for a long scan.
  Result<void> scan(BytesView first, BytesView last,
                    const std::function<bool(BytesView, BytesView)>& visit) const override {
    Bytes from = to_bytes(first);
    for (bool started = false;; started = true) {
      Bytes key, value;
      {
        const std::shared_lock lock(store_.mutex_);
        auto at = started ? store_.rows_.upper_bound(from) : store_.rows_.lower_bound(from);
        std::optional<Bytes> found;
        for (; at != store_.rows_.end() && BytesLess()(at->first, last); ++at)
          if ((found = MemoryStore::value_at(at->second, sequence_))) break;
        if (!found) return {};
        key = at->first, value = std::move(*found);
      }
      if (!visit(key, value)) return {};
      from = std::move(key);
    }
  }

 private:
  const MemoryStore& store_;
  std::uint64_t sequence_ = 0;
  std::multiset<std::uint64_t>::iterator place_;
};

std::unique_ptr<Snapshot> MemoryStore::snapshot() const { return std::make_unique<MemorySnapshot>(*this); }

}  // namespace

std::unique_ptr<KvStore> open_memory() { return std::make_unique<MemoryStore>(); }

}  // namespace hanse::kv
