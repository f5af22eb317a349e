// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace hanse {
namespace {

constexpr std::string_view kLevelNames[] = {"trace", "debug", "info", "warn", "error"};
constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                                                 spdlog::level::warn, spdlog::level::err};

std::string without_control_characters(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    else out.push_back(c);
  }
  return out;
}

}  // namespace

struct Log::Sink {
  std::unique_ptr<spdlog::sinks::sink> out;
};

Result<LogLevel> parse_log_level(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kLevelNames); ++i)
    if (text == kLevelNames[i]) return static_cast<LogLevel>(i);
  return fail(Code::bad_config, "log level '{}' is none of trace, debug, info, warn, error", text);
}

Result<Log> Log::open(const LogConfig& config) {
  Log log;
  log.level_ = config.level;
  log.sink_ = std::make_shared<Sink>();
  try {
    if (config.file.empty()) log.sink_->out = std::make_unique<spdlog::sinks::stderr_sink_mt>();
    else log.sink_->out = std::make_unique<spdlog::sinks::rotating_file_sink_mt>(config.file, config.file_size_max,
                                                                                 config.file_count_max);
  } catch (const spdlog::spdlog_ex& error) {
    return fail(Code::io, "the log file {} cannot be written: {}", config.file, error.what());
  }
  log.sink_->out->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %v",
                                                                            spdlog::pattern_time_type::utc));
  return log;
}

Log Log::with(std::string_view component, std::string_view group) const {
  Log log = *this;
  log.component_ = component;
  if (!group.empty()) log.group_ = group;
  log.prefix_ = "component=" + log.component_ + " ";
  if (!log.group_.empty()) log.prefix_ += "group=" + log.group_ + " ";
  return log;
}

// A full disk must not stop a node: spdlog's exceptions end here, the line is lost.
void Log::write(LogLevel level, std::string_view text) const {
  const auto index = static_cast<std::size_t>(level);
  try {
    const std::string line = fmt::format("{} {}{}", kLevelNames[index], prefix_, without_control_characters(text));
    sink_->out->log(spdlog::details::log_msg("", kLevels[index], line));
    if (level >= LogLevel::info) sink_->out->flush();
  } catch (const std::exception&) {
  }
}

void Log::flush() const {
  if (!sink_) return;
  try {
    sink_->out->flush();
  } catch (const std::exception&) {
  }
}

}  // namespace hanse
