// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Situations inside the cores that every long simulated run must reach: a rule that was never needed was never tested.
// They are counted in the simulator's own build of the cores only (-DHANSE_PLANTS, as planted bugs are); everywhere else
// PROBE(x) is nothing. The simulator adds those that it sees from outside (sim/probes.hpp) and names what was missed.
#pragma once

#ifndef HANSE_PLANTS

#define PROBE(name) static_cast<void>(0)

#else

#include <cstddef>
#include <cstdint>

#define PROBE(name) ::hanse::probe::hit(::hanse::probe::Core::name)

// name, the situation
#define HANSE_CORE_PROBES(probe)                                                                    \
  probe(new_view_cut_at_gap, "a NewView cut at a gap")                                              \
  probe(new_view_cut_at_parent, "a NewView cut where a parent does not fit")                        \
  probe(several_proposed_again, "several numbers proposed again by one NewView")                    \
  probe(list_left_out, "a NewView without a list whose bodies are not to be had")                   \
  probe(list_out_of_reach, "a NewView without a list above what its sender has decided")            \
  probe(joined_higher_view, "a view left because others of weight > f had left it")                 \
  probe(early_proposal_taken, "a proposal that overtook its NewView")                               \
  probe(prepared_unseen, "a proposal prepared by others before it was known")                       \
  probe(certified_unseen, "a proposal certified before it was known")                               \
  probe(decided_out_of_view, "a block decided while a new view is asked for")                       \
  probe(result_of_an_old_view, "a Commit of a lower view counted")                                  \
  probe(timer_stood_still, "a view timer that stands still while a block is executed")              \
  probe(left_out_too_long, "a leader replaced for leaving a transaction out")                       \
  probe(patient_while_behind, "a replica that is behind and does not complain yet")                 \
  probe(time_ahead, "a proposal ahead of the clock waits")                                          \
  probe(time_of_parent_ahead, "a proposal as late as it must be, its parent is ahead of the clock") \
  probe(undecided_voided, "an epoch's end voids proposals above it")                                \
  probe(epoch_end_held_up, "nothing is proposed above an executed, undecided epoch end")            \
  probe(commit_repeated, "a Commit repeated after a restart")                                       \
  probe(restored_without_new_view, "a restart in a view whose NewView is not recorded")             \
  probe(stale_answered, "somebody in a lower view told of the NewView")                             \
  probe(certified_refused, "a fetched block refused")                                               \
  probe(certified_of_next_epoch, "a fetched block of an epoch that has not begun")                  \
  probe(peer_left_out, "a peer left out of sync for a while")                                       \
  probe(ancestor_not_known, "a proposal waits for what its ancestors ran")                          \
  probe(held_though_refused, "a body held for a proposal though the pool refused it")

namespace hanse::probe {

enum class Core : std::uint8_t {
#define HANSE_PROBE(name, text) name,
  HANSE_CORE_PROBES(HANSE_PROBE)
#undef HANSE_PROBE
};

inline thread_local std::uint64_t* counts = nullptr;   // of the world that this thread runs

inline void hit(Core probe) {
  if (counts) ++counts[static_cast<std::size_t>(probe)];
}

}  // namespace hanse::probe

#endif
