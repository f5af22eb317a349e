// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Situations that a long run must reach, counted from outside the cores. A simulator that never gets there proves nothing
// about them; the counts are printed at the end of every run.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hanse::sim {

#define HANSE_SIM_PROBES(probe)                                                                       \
  probe(crash_twice_in_a_row, "crash twice in a row")                                                 \
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
  probe(partition, "partition")                                                                       \
  probe(paused, "a node paused")                                                                      \
  probe(forged_refused, "a forged signature refused by the host")                                     \
  probe(nested_forged_refused, "a forged nested signature refused")                                   \
  probe(equivocation, "a leader equivocated")                                                         \
  probe(forged_new_view, "a NewView of a misbehaving leader's choice")                                \
  probe(caught_up_by_sync, "blocks taken from a peer")

enum class Probe : std::uint8_t {
#define HANSE_SIM_PROBE(name, text) name,
  HANSE_SIM_PROBES(HANSE_SIM_PROBE)
#undef HANSE_SIM_PROBE
};
inline constexpr std::string_view kProbeTexts[] = {
#define HANSE_SIM_PROBE(name, text) text,
    HANSE_SIM_PROBES(HANSE_SIM_PROBE)
#undef HANSE_SIM_PROBE
};
constexpr std::size_t kProbes = std::size(kProbeTexts);

struct Probes {
  std::array<std::uint64_t, kProbes> counts{};
  void hit(Probe probe) { ++counts[static_cast<std::size_t>(probe)]; }
  void add(const Probes& other) {
    for (std::size_t i = 0; i < kProbes; ++i) counts[i] += other.counts[i];
  }
};

}  // namespace hanse::sim
