// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Situations that a long run must reach, and what its misbehaving sealers changed. A simulator that never gets there
// proves nothing about them; the counts are printed at the end of every run. Those inside the cores are marked there
// (base/probe.hpp), the others are seen from outside.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/probe.hpp"

namespace hanse::sim {

#define HANSE_SIM_PROBES(probe)                                                                       \
  probe(crash_twice_in_a_row, "crash twice in a row")                                                 \
  probe(restart_storm, "five restarts of one node in a row")                                          \
  probe(crash_between_epoch_end_and_ledger, "crash between an epoch's end and the ledger write")      \
  probe(view_entered_by_new_view_only, "a view entered by NewView only")                              \
  probe(new_view_above_a_lagging_replica, "a NewView whose d is above a lagging replica")             \
  probe(certificate_whose_bodies_few_hold, "a certificate whose bodies few hold")                     \
  probe(four_views_for_one_number, "four views for one number")                                       \
  probe(commit_queued_while_leaving, "a Commit queued while its replica leaves the view")             \
  probe(restarted_at_different_views, "all replicas restarted at different views")                    \
  probe(leader_skipped, "a leader's slot skipped")                                                    \
  probe(decided_when_proposed_again, "decided in a later view than proposed in")                      \
  probe(decided_in_a_later_epoch, "a block decided in a later epoch")                                 \
  probe(gas_limit_reached, "block_gas_limit left transactions out")                                   \
  probe(crash_of_all, "crash of all")                                                                 \
  probe(writes_lost, "a crash lost writes that were not synced")                                      \
  probe(writes_landed, "a crash in the middle of a sync that kept a beginning")                       \
  probe(writes_reordered, "a crash after which a later write was on the disk and an earlier one not") \
  probe(disk_full, "a disk full for a while")                                                         \
  probe(disk_refuses, "a disk that takes no write until the node starts again")                       \
  probe(disk_lost, "a disk lost for good")                                                            \
  probe(disk_replaced, "a node with an empty disk votes in place of one that lost its")               \
  probe(votes_again, "a node that lost its disk votes again under its key")                           \
  probe(partition, "partition")                                                                       \
  probe(partition_one_way, "partition in one direction")                                              \
  probe(partition_bridged, "partition with a bridge")                                                 \
  probe(paused, "a node paused")                                                                      \
  probe(clock_jumped_ahead, "a clock a day ahead")                                                    \
  probe(clock_jumped_back, "a clock a day back")                                                      \
  probe(forged_refused, "a forged signature refused by the host")                                     \
  probe(nested_forged_refused, "a forged nested signature refused")                                   \
  probe(equivocation, "a leader equivocated")                                                         \
  probe(rewritten, "a decided number proposed again")                                                 \
  probe(forged_new_view, "a NewView of a misbehaving leader's choice")                                \
  probe(old_members, "a block with a certificate of sealers that are none any more")                  \
  probe(caught_up_by_sync, "blocks taken from a peer")                                                \
  probe(caught_up_from_nothing, "a whole chain taken from peers")

#define HANSE_SIM_PROBE(name, text) name,
enum class Probe : std::uint8_t { HANSE_CORE_PROBES(HANSE_SIM_PROBE) HANSE_SIM_PROBES(HANSE_SIM_PROBE) };
#undef HANSE_SIM_PROBE
#define HANSE_SIM_PROBE(name, text) text,
inline constexpr std::string_view kProbeTexts[] = {HANSE_CORE_PROBES(HANSE_SIM_PROBE) HANSE_SIM_PROBES(HANSE_SIM_PROBE)};
#undef HANSE_SIM_PROBE
constexpr std::size_t kProbes = std::size(kProbeTexts);

struct Mutations {                    // of one field
  std::uint64_t kept = 0;             // under the signature that it had
  std::uint64_t signed_again = 0;     // or never signed: the session says who sent it
};

struct Probes {
  std::array<std::uint64_t, kProbes> counts{};
  std::map<std::string, Mutations> mutations;   // by path (mutate.hpp)

  void hit(Probe probe) { ++counts[static_cast<std::size_t>(probe)]; }
  void add(const Probes& other) {
    for (std::size_t i = 0; i < kProbes; ++i) counts[i] += other.counts[i];
    for (const auto& [path, more] : other.mutations)
      mutations[path].kept += more.kept, mutations[path].signed_again += more.signed_again;
  }
  std::vector<std::string> not_reached() const;
  std::vector<std::string> not_mutated() const;
};

}  // namespace hanse::sim
