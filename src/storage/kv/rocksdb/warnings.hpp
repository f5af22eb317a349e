// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The last warnings of RocksDB. Its statuses do not always name the damaged file; its log lines do. They replace the
// LOG files that it would otherwise leave in the folder.
#pragma once

#include <rocksdb/env.h>

#include <cstdarg>
#include <deque>
#include <mutex>
#include <string>

namespace hanse::kv {

class Warnings final : public rocksdb::Logger {
 public:
  Warnings() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, std::va_list arguments) override {
    char line[1024];
    std::vsnprintf(line, sizeof line, format, arguments);
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
    if (lines_.size() > kLinesMax) lines_.pop_front();
  }

  // The newest line that names a log or table file; empty when there is none.
  std::string naming_a_file() const {
    const std::lock_guard lock(mutex_);
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
      if (line->find(".log") != std::string::npos || line->find(".sst") != std::string::npos) return *line;
    return {};
  }

 private:
  static constexpr std::size_t kLinesMax = 16;
  mutable std::mutex mutex_;
  std::deque<std::string> lines_;
};

}  // namespace hanse::kv
