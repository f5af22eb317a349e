// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/kv/rocksdb/log_check.hpp"

#include <rocksdb/env.h>

#include <algorithm>
#include <cstring>

#include "storage/kv/rocksdb/crc32c.hpp"

namespace hanse::kv {
namespace {

constexpr std::size_t kBlockSize = 32768;
constexpr std::size_t kHeaderSize = 7;        // masked checksum(4), length(2), kind(1), all little-endian
constexpr std::size_t kSectorSize = 512;      // what a disk writes as a whole
constexpr std::uint8_t kKindMax = 4;          // whole, first, middle, last; recycled logs are not used

struct Record {
  std::uint32_t checksum = 0;
  std::size_t length = 0;
  std::uint8_t kind = 0;
};

Record header_at(std::string_view log, std::size_t at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(log.data() + at);
  Record record;
  std::memcpy(&record.checksum, bytes, 4);
  record.length = static_cast<std::size_t>(bytes[4] | bytes[5] << 8);
  record.kind = bytes[6];
  return record;
}

bool all_zero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == 0; });
}

// The record at `at` has its length on the disk and, from some sector on, not its content.
bool ends_in_zero_sectors(std::string_view log, std::size_t at, std::size_t record_size) {
  const std::size_t sector = (at + kSectorSize) / kSectorSize * kSectorSize;
  for (std::size_t from = sector; from < std::min(at + record_size, log.size()); from += kSectorSize)
    if (all_zero(log.substr(from))) return true;
  return false;
}

// The record at `at` says that it is longer than the file. If its checksum fits a shorter one that is all there, it was
// whole once: the length is what changed.
bool was_whole(std::string_view log, std::size_t at, std::uint32_t checksum) {
  std::uint32_t crc = crc32c(0, log.substr(at + 6, 1));
  for (std::size_t i = at + kHeaderSize;; ++i) {
    if (masked(crc) == checksum) return true;
    if (i == log.size()) return false;
    crc = crc32c(crc, log.substr(i, 1));
  }
}

std::string_view name_of(const std::string& path) { return std::string_view(path).substr(path.rfind('/') + 1); }

Result<void> check_file(rocksdb::Env& env, const std::string& path, bool mend) {
  std::string log;
  if (const auto read = rocksdb::ReadFileToString(&env, path, &log); !read.ok())
    return fail(Code::io, "{} cannot be read: {}", path, read.ToString());
  LogEnd end;
  if (const auto damage = check_log(log, end))
    return fail(Code::corrupt, "{} is damaged at byte {}: {}", path, damage->at, damage->what);
  if (!end.zeros || !mend) return {};
  const auto cut = env.Truncate(path, end.whole);
  if (!cut.ok()) return fail(Code::io, "{} ends in a write that a crash cut off and cannot be shortened: {}", path, cut.ToString());
  return {};
}

// CURRENT is one line that names the MANIFEST in use.
Result<std::string> manifest_of(rocksdb::Env& env, const std::string& folder, const std::vector<std::string>& files) {
  std::string line;
  const auto read = rocksdb::ReadFileToString(&env, folder + "/CURRENT", &line);
  if (!read.ok()) return fail(Code::io, "{}/CURRENT cannot be read: {}", folder, read.ToString());
  const bool whole = line.starts_with("MANIFEST-") && line.ends_with('\n');
  if (whole) line.pop_back();
  if (!whole || std::ranges::find(files, line) == files.end())
    return fail(Code::corrupt, "{}/CURRENT is damaged: it does not name a file of the folder", folder);
  return folder + "/" + line;
}

}  // namespace

std::optional<LogDamage> check_log(std::string_view log, LogEnd& end) {
  std::size_t at = 0;
  for (end = {}; at < log.size(); end.whole = at) {
    const std::size_t in_block = kBlockSize - at % kBlockSize, left = std::min(in_block, log.size() - at);
    if (in_block < kHeaderSize) {                                   // no record begins there
      at += left;
      continue;
    }
    if (left < kHeaderSize) return std::nullopt;                    // torn in its header
    const Record record = header_at(log, at);
    const std::size_t size = kHeaderSize + record.length;
    if (all_zero(log.substr(at, kHeaderSize))) {
      end.zeros = true;
      return all_zero(log.substr(at)) ? std::nullopt : std::optional(LogDamage{at, "records follow after empty space"});
    }
    const bool known = record.kind >= 1 && record.kind <= kKindMax && size <= in_block;
    if (known && size > left) {                                     // the file's last block: torn in its content
      if (!was_whole(log, at, record.checksum)) return std::nullopt;
      return LogDamage{at, "the length of a record was changed"};
    }
    if (!known || masked(crc32c(0, log.substr(at + 6, 1 + record.length))) != record.checksum) {
      end.zeros = ends_in_zero_sectors(log, at, std::min(size, in_block));
      if (end.zeros) return std::nullopt;
      return LogDamage{at, known ? "the checksum of a record does not hold" : "a record is of no known kind or size"};
    }
    at += size;
  }
  return std::nullopt;
}

Result<void> check_logs(rocksdb::Env& env, const std::string& folder, bool mend) {
  std::vector<std::string> files;
  if (!env.GetChildren(folder, &files).ok()) return {};             // a new store
  if (std::ranges::find(files, "CURRENT") == files.end()) return {};
  const auto manifest = manifest_of(env, folder, files);
  if (!manifest) return pass(manifest);
  if (auto good = check_file(env, *manifest, mend); !good) return good;
  for (const std::string& file : files)
    if (name_of(file).ends_with(".log"))
      if (auto good = check_file(env, folder + "/" + file, mend); !good) return good;
  return {};
}

}  // namespace hanse::kv
