// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The log: one line an event, `time level component=… group=… text key=value …`. A Log is a small value that a host makes
// once and hands down; with() derives one for a component or a group. There is no global log, and a Log made by its
// default constructor is silent. Text from outside cannot forge a line: control characters are written as \xNN.
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hanse {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };

struct LogConfig {
  LogLevel level = LogLevel::info;
  std::string file;                          // empty: standard error
  std::size_t file_size_max = 64u << 20;     // then file.1, file.2, … up to file_count_max, and the oldest goes
  std::size_t file_count_max = 8;
};

Result<LogLevel> parse_log_level(std::string_view text);   // "trace" … "error"

class Log {
 public:
  Log() = default;
  static Result<Log> open(const LogConfig& config);

  Log with(std::string_view component, std::string_view group = {}) const;   // an empty group keeps the present one
  bool enabled(LogLevel level) const { return sink_ && level >= level_; }
  void flush() const;

  template <class... Args> void trace(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::trace)) write(LogLevel::trace, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args> void debug(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::debug)) write(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args> void info(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::info)) write(LogLevel::info, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args> void warn(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::warn)) write(LogLevel::warn, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args> void error(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::error)) write(LogLevel::error, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  struct Sink;
  void write(LogLevel level, std::string_view text) const;

  std::shared_ptr<Sink> sink_;   // shared by every Log derived with with(): the last one closes the file
  LogLevel level_ = LogLevel::info;
  std::string component_;
  std::string group_;
  std::string prefix_;           // "component=… group=… ", made once
};

}  // namespace hanse
