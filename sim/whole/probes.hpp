// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Situations that long runs must reach; counted, printed at the end.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hanse::whole {

enum class Probe : std::uint8_t {
  crash_before_write, crash_written, crash_synced, crash_before_send, crash_sent,   // in the order of Boundary
  crash_of_all, lost_writes, lost_visible_block, write_refused, stopped_in_order, told, told_again, read, rival_refused,
  contract_run, served_blocks, view_changed, block_in_parts, count
};
constexpr auto kProbes = static_cast<std::size_t>(Probe::count);
inline constexpr std::string_view kProbeTexts[kProbes] = {
    "power failed before a write", "power failed between a write and its sync", "power failed after a sync",
    "power failed between a record and its message", "power failed after a message", "power failed everywhere",
    "writes were lost", "a block that readers had seen was lost by its node", "a disk refused a write",
    "a node was stopped in order", "receipts told", "receipts told again elsewhere", "reads checked",
    "one of two rivals was refused", "a contract was run",
    "a node fetched blocks", "a block of a later view", "a block executed in parts at once",
};

struct Probes {
  std::array<std::uint64_t, kProbes> counts{};
  void hit(Probe probe, std::uint64_t times = 1) { counts[static_cast<std::size_t>(probe)] += times; }
  void add(const Probes& other) {
    for (std::size_t i = 0; i < kProbes; ++i) counts[i] += other.counts[i];
  }
};

}  // namespace hanse::whole
