// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What RocksDB says went wrong, as our errors: who holds the folder, which file is damaged, that the disk is full. The first
// damage is remembered, also when one of RocksDB's own threads met it, and so is the first write that failed.
#pragma once

#include <rocksdb/listener.h>
#include <rocksdb/status.h>

#include <optional>

#include "base/result.hpp"
#include "storage/kv/rocksdb/warnings.hpp"

namespace hanse::kv {

class Diagnosis {
 public:
  explicit Diagnosis(std::string folder) : folder_(std::move(folder)) {}

  Error error_of(const rocksdb::Status& status);      // corrupt, in_use, io
  // A sector that the disk cannot read is damage like one whose checksum does not hold.
  Error error_of_read(const rocksdb::Status& status);
  void note_failed_write(const Error& error);
  std::optional<Error> failed_write() const;
  std::optional<Error> broken() const;                // damage, else a failed write
  const std::shared_ptr<Warnings>& warnings() const { return warnings_; }

 private:
  Error note_damage(std::string text);

  const std::string folder_;
  const std::shared_ptr<Warnings> warnings_ = std::make_shared<Warnings>();   // RocksDB holds it too, as its logger
  mutable std::mutex mutex_;
  std::optional<Error> damage_, failed_write_;
};

// RocksDB's recovery from a full disk waits for ever or ends the process when the failed write was one of the log: it is
// never asked to recover. The store is opened again instead.
class WatchBackground final : public rocksdb::EventListener {
 public:
  explicit WatchBackground(std::shared_ptr<Diagnosis> diagnosis) : diagnosis_(std::move(diagnosis)) {}
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* by_itself) override { *by_itself = false; }
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    if (status->IsCorruption()) static_cast<void>(diagnosis_->error_of(*status));
  }

 private:
  const std::shared_ptr<Diagnosis> diagnosis_;   // the store holds it too; RocksDB's threads end with the store
};

}  // namespace hanse::kv
