// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/disk.hpp"

#include "codec/tars.hpp"
#include "storage/ledger/rows.hpp"

namespace hanse::whole {

using ledger::Tag;

void DurableLog::apply(const kv::WriteBatch& batch) {
  for (const kv::WriteBatch::Entry& entry : batch.entries) {
    const auto tag = static_cast<Tag>(entry.key.at(0));
    if (tag == Tag::head) {
      head_ = tars::decode<ledger::Head>(entry.value.value()).value().number;
    } else if (tag == Tag::log_record) {
      const auto position = static_cast<std::uint64_t>(ledger::number_in(entry.key));
      if (entry.value) records_[position] = tars::decode<group::Record>(BytesView(*entry.value).subspan(8)).value();
      else records_.erase(position);
    } else if (tag == Tag::log_bodies) {
      const std::pair row(ledger::number_in(entry.key), Hash::of(BytesView(entry.key).subspan(9)));
      if (entry.value) bodies_.insert(row);
      else bodies_.erase(row);
    }
  }
}

class Disk::View final : public kv::Snapshot {
 public:
  View(Disk& disk, std::unique_ptr<kv::Snapshot> rows) : disk_(disk), rows_(std::move(rows)) {}
  Result<std::optional<Bytes>> get(BytesView key) const override {
    if (const auto good = disk_.read_trouble(); !good) return pass(good);
    return rows_->get(key);
  }
  Result<void> scan(BytesView first, BytesView last,
                    const std::function<bool(BytesView, BytesView)>& visit) const override {
    if (const auto good = disk_.read_trouble(); !good) return pass(good);
    return rows_->scan(first, last, visit);
  }

 private:
  Disk& disk_;
  std::unique_ptr<kv::Snapshot> rows_;
};

class Disk::Store final : public kv::KvStore {
 public:
  explicit Store(Disk& disk) : disk_(disk) {}
  Result<void> write(const kv::WriteBatch& batch, bool sync) override { return disk_.write(batch, sync); }
  Result<std::optional<Bytes>> get(BytesView key) const override {
    if (const auto good = disk_.read_trouble(); !good) return pass(good);
    return disk_.rows_->get(key);
  }
  std::unique_ptr<kv::Snapshot> snapshot() const override {
    return std::make_unique<View>(disk_, disk_.rows_->snapshot());
  }

 private:
  Disk& disk_;
};

Disk::Disk(Prng& prng, std::function<bool(Boundary)> boundary)
    : prng_(prng), boundary_(std::move(boundary)), rows_(kv::open_memory()) {}

std::unique_ptr<kv::KvStore> Disk::open() {
  sync();
  return std::make_unique<Store>(*this);
}

Result<void> Disk::read_trouble() const {
  if (on_ && trouble_.read_permille > 0 && prng_.chance(static_cast<std::uint64_t>(trouble_.read_permille), 1000))
    return fail(Code::io, "a sector cannot be read");
  return {};
}

Result<void> Disk::write(const kv::WriteBatch& batch, bool synced) {
  const auto gone = [] { return fail(Code::io, "the power failed"); };
  if (!on_ || !boundary_(Boundary::before_write)) return gone();
  if (!batch.entries.empty()) {
    if (refuses()) {
      if (prng_.chance(1, 2)) unsynced_.push_back({batch, {}, true});
      return fail(Code::io, "no space left on the disk");
    }
    apply(batch);
  }
  if (!boundary_(Boundary::written)) return gone();
  if (!synced) return {};
  if (refuses()) return fail(Code::io, "the sync failed");
  sync();
  if (!boundary_(Boundary::synced)) return gone();
  return {};
}

bool Disk::refuses() {
  const bool refused = prng_.chance(static_cast<std::uint64_t>(trouble_.refuse_permille), 1000);
  refused_ += refused;
  return refused;
}

void Disk::apply(const kv::WriteBatch& batch) {
  kv::WriteBatch undo;
  for (auto entry = batch.entries.rbegin(); entry != batch.entries.rend(); ++entry)
    undo.entries.push_back({entry->key, rows_->get(entry->key).value()});
  CHECK(rows_->write(batch, false).has_value());
  unsynced_.push_back({batch, std::move(undo), false});
}

void Disk::sync() {
  for (const Unsynced& one : unsynced_)
    if (!one.refused) durable_.apply(one.batch);
  unsynced_.clear();
}

std::size_t Disk::lose_unsynced() {
  const std::size_t kept = prng_.chance(1, 3) ? unsynced_.size() : prng_.below(unsynced_.size() + 1);
  for (auto one = unsynced_.rbegin(); one != unsynced_.rend(); ++one)
    if (!one->refused) CHECK(rows_->write(one->undo, false).has_value());
  for (std::size_t i = 0; i < kept; ++i) {
    CHECK(rows_->write(unsynced_[i].batch, false).has_value());
    durable_.apply(unsynced_[i].batch);
  }
  const std::size_t lost = unsynced_.size() - kept;
  unsynced_.clear();
  on_ = true;
  return lost;
}

}  // namespace hanse::whole
