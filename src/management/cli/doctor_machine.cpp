// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <fstream>

#include "management/cli/doctor.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr auto kClockTolerance = seconds(5);
constexpr std::uint64_t kFilesOfAStore = 512, kFilesOfANode = 256;   // kv/rocksdb: max_open_files; sockets, logs
constexpr std::uint64_t kTmpfs = 0x01021994, kNfs = 0x6969, kSmb = 0x517b, kCifs = 0xff534d42, kSmb2 = 0xfe534d42, kNinep = 0x01021997;

// The soft limit of a process; none: it cannot be read.
std::optional<std::uint64_t> open_files_max_of(pid_t pid) {
  std::ifstream limits(fmt::format("/proc/{}/limits", pid));
  for (std::string line; std::getline(limits, line);) {
    std::uint64_t soft = 0;
    if (std::sscanf(line.c_str(), "Max open files %lu", &soft) == 1) return soft;
  }
  return std::nullopt;
}

}  // namespace

// A clock that is behind makes its own past the future: files, the genesis and certificates show it.
void look_at_clock(const Patient& node, std::chrono::system_clock::time_point now, Findings& out) {
  const auto here = std::chrono::file_clock::from_sys(now);
  std::error_code ignored;
  auto newest = fs::file_time_type::min();
  std::string which;
  for (const node::AirGroup& group : node.config.groups)
    for (const auto& folder : {fs::path(group.data_folder), fs::path(group.genesis_file).parent_path()})
      for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (const auto written = entry.last_write_time(ignored); !ignored && written > newest)
          newest = written, which = entry.path().string();
  if (which.empty() || newest <= here + kClockTolerance) return;
  out.push_back({true, "clock",
                 fmt::format("the clock is {} s behind the time at which {} was written",
                             std::chrono::duration_cast<seconds>(newest - here).count(), which),
                 "set the clock right and keep it so (chrony, systemd-timesyncd)"});
}

std::optional<Finding> space_problem(const std::string& folder, std::uint64_t free_bytes, std::uint64_t free_files) {
  const std::string text = fmt::format("{} has {} MiB and {} files left", folder, free_bytes >> 20, free_files);
  if (free_bytes < kFreeBytesMin || free_files < 1000)
    return Finding{true, "disk", text, "free some disk space: a full disk stops this node until there is room again"};
  if (free_bytes < kFreeBytesLow) return Finding{false, "disk", text, "free some disk space in time"};
  return std::nullopt;
}

std::optional<Finding> disk_kind_problem(const std::string& folder, std::uint64_t kind) {
  if (kind == kTmpfs)
    return Finding{false, "disk", folder + " is in memory (tmpfs): its votes and blocks are gone when the machine stops",
                   "keep the node's folder on a disk"};
  for (const std::uint64_t remote : {kNfs, kSmb, kCifs, kSmb2, kNinep})
    if (kind == remote)
      return Finding{false, "disk", folder + " is on a network file system: whether a sync lasts is up to the server",
                     "keep the node's folder on a local disk"};
  return std::nullopt;
}

void look_at_disk(const Patient& node, Findings& out) {
  if (node.config.storage == node::StorageEngine::memory) return;
  for (const node::AirGroup& group : node.config.groups) {
    std::error_code ignored;
    const std::string folder = fs::exists(group.data_folder, ignored) ? group.data_folder : fs::path(group.genesis_file).parent_path().string();
    struct statvfs space{};
    struct statfs kind{};
    if (::statvfs(folder.c_str(), &space) != 0 || ::statfs(folder.c_str(), &kind) != 0) continue;   // no such folder: look_at_keys
    const std::uint64_t files = space.f_files == 0 ? kFilesOfAStore * 100 : space.f_favail;          // 0: counts none
    if (auto problem = space_problem(folder, space.f_bavail * space.f_frsize, files)) out.push_back(std::move(*problem));
    if (auto problem = disk_kind_problem(folder, static_cast<std::uint32_t>(kind.f_type))) out.push_back(std::move(*problem));
  }
}

std::optional<Finding> limit_problem(std::uint64_t open_files_max, std::size_t group_count, bool running) {
  const std::uint64_t needed = kFilesOfAStore * group_count + kFilesOfANode;
  if (open_files_max >= needed) return std::nullopt;
  return Finding{false, "limits",
                 fmt::format("{} may have {} files open; {} groups and their sessions may need {}",
                             running ? "the running node" : "a node started from here", open_files_max, group_count, needed),
                 fmt::format("ulimit -n {}, or LimitNOFILE={} in its systemd unit", 4 * needed, 4 * needed)};
}

void look_at_limits(const Patient& node, Findings& out) {
  rlimit own{};
  ::getrlimit(RLIMIT_NOFILE, &own);
  const auto limit = node.pid ? open_files_max_of(*node.pid).value_or(own.rlim_cur) : own.rlim_cur;
  if (auto problem = limit_problem(limit, node.config.groups.size(), node.pid.has_value())) out.push_back(std::move(*problem));
}

}  // namespace hanse::cli
