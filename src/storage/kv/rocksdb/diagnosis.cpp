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
    Error error{Code::corrupt, cause.empty() ? text : text + "; " + cause};
    const std::lock_guard lock(mutex_);
    if (!damage_) damage_ = error;
    return error;
  }
  if (status.IsIOError() && status.subcode() == rocksdb::Status::kNoSpace) return {Code::io, text + ": free some disk space"};
  return {Code::io, text};
}

std::optional<Error> Diagnosis::damage() const {
  const std::lock_guard lock(mutex_);
  return damage_;
}

}  // namespace hanse::kv
