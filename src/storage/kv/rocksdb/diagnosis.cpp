// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/rocksdb/diagnosis.hpp"

namespace hanse::kv {

Error Diagnosis::error_of(const rocksdb::Status& status) {
  const std::string text = fmt::format("{}: {}", folder_, status.ToString());
  if (status.IsIOError() && text.find("LOCK") != text.npos)
    return {Code::in_use, fmt::format("{} is in use by another process: stop that one first ({})", folder_, status.ToString())};
  if (status.IsCorruption()) {
    const std::string cause = warnings_->naming_a_file();
    return note_damage(cause.empty() ? text : text + "; " + cause);
  }
  if (status.IsIOError() && status.subcode() == rocksdb::Status::kNoSpace) return {Code::io, text + ": free some disk space"};
  return {Code::io, text};
}

Error Diagnosis::error_of_read(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  if (!status.IsIOError() || text.find("Input/output error") == text.npos) return error_of(status);
  return note_damage(fmt::format("{}: {}", folder_, text));
}

Error Diagnosis::note_damage(std::string text) {
  Error error{Code::corrupt, std::move(text)};
  const std::lock_guard lock(mutex_);
  if (!damage_) damage_ = error;
  return error;
}

void Diagnosis::note_failed_write(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failed_write_) failed_write_ = error;
}

std::optional<Error> Diagnosis::failed_write() const {
  const std::lock_guard lock(mutex_);
  return failed_write_;
}

std::optional<Error> Diagnosis::broken() const {
  const std::lock_guard lock(mutex_);
  return damage_ ? damage_ : failed_write_;
}

}  // namespace hanse::kv
