// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Planted bugs: ways to get the cores wrong on purpose, so that the simulator can prove that its checkers find them.
// They exist only in the simulator's own build of the cores (-DHANSE_PLANTS); everywhere else PLANTED(x) is the constant
// false, the table below is not compiled, and the branch behind it is gone. One is selected for the whole process,
// before any core runs. docs/RELIABILITY.md says which published incident each stands for. In a core: if (PLANTED(small_quorum)) … — always beside the right way, never instead of it.
#pragma once

#ifndef HANSE_PLANTS

#define PLANTED(name) false

#else

#include <initializer_list>
#include <span>
#include <string_view>

#define PLANTED(name) (::hanse::plant::selected == ::hanse::plant::Name::name)

// Seconds of each core until it must be caught. Sanitizers make everything that much slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
namespace hanse::plant { inline constexpr double kCaughtWithinSeconds = 600; }
#else
namespace hanse::plant { inline constexpr double kCaughtWithinSeconds = 60; }
#endif

// name, what is wrong then. In cores:
#define HANSE_PLANT_TABLE(plant)                                                                                       \
  plant(small_quorum, "a quorum is 2f + 1 of the weight instead of W - f")                                             \
  plant(commit_not_durable, "a Commit leaves without its prepared record in the log")                                  \
  plant(view_not_durable, "a view is asked for and entered without a record of it")                                    \
  plant(newview_ignored, "in a view > 0 the leader's own proposal is prepared instead of the re-proposed one")         \
  plant(newview_not_needed, "after a restart a view > 0 is voted in without its NewView")                              \
  plant(epoch_at_execution, "the epoch is switched when the ending block is executed, not when it is decided")         \
  plant(epoch_end_not_durable, "votes of the new epoch leave before the block that ended the old one is durable")      \
  plant(epoch_end_ignored, "numbers above an executed, undecided epoch end are voted for in the old epoch")            \
  plant(hash_from_wire, "a payload hash from the wire is believed instead of recomputed")                              \
  plant(double_vote_after_restart, "recorded Prepares and PrePrepares are forgotten by a restart")                     \
  plant(commit_after_view_change, "a Commit is sent in a view that was already left")                                  \
  plant(any_view_prepared, "in a NewView any claim wins, not the one of the highest view")                             \
  plant(last_view_claims, "a ViewChange claims only what was prepared in the view just left")                          \
  plant(one_tip, "a NewView chooses one tip by (view, number) and takes its ancestors along")                          \
  plant(base_believed, "in a NewView the first list is believed about the hash of the epoch's first parent")            \
  plant(no_ancestor_rule, "Commit(n) does not wait for Commit(n - 1) of the same view")                                \
  plant(prepare_without_parent, "Prepare(n) does not ask what was prepared at n - 1")                                  \
  plant(mix_views, "Commits of different views make one certificate")                                                  \
  plant(signer_counted_twice, "a signer that stands twice in a certificate counts twice")                              \
  plant(new_view_by_few, "f + 1 ViewChanges make a NewView instead of a quorum")                                       \
  plant(sync_unchecked, "a fetched block is believed without checking its certificate")                                \
  plant(nested_unchecked, "the signatures inside a NewView are not checked")                                           \
  plant(run_twice, "a proposal may hold a transaction that an undecided or decided ancestor ran")                      \
  plant(ancestor_other_view, "Commit(n) is content with a Commit(n - 1) of another view")                              \
  plant(ancestor_prepare_only, "Commit(n) is content with Prepare(n - 1)")                                             \
  plant(votes_below_base, "a NewView allows votes at and below its d")                                                 \
  plant(base_unproved, "d of a NewView needs no certificate")                                                          \
  plant(epoch_not_bound, "proposals and Prepares of another epoch are taken")                                          \
  plant(old_weights, "after the end of an epoch the sealers and weights of the old one go on counting")                \
  plant(one_drags_all, "one ViewChange is enough to follow it, however far its view is")                               \
  plant(numbers_unbounded, "votes for any number are kept, however far above the window")                              \
  plant(votes_unbounded, "Commits of any number of views are kept of each sealer")                                     \
  plant(view_changes_unbounded, "every ViewChange that ever came is kept")                                             \
  plant(proposals_unbounded, "while a view is asked for, any proposal that a peer sends is kept")                      \
  plant(strangers_count, "a vote of who is no sealer counts as some sealer's")                                         \
  plant(missing_part_crashes, "a ViewChange without its proof stops the process")                                      \
  plant(dropped_stays_listed, "transactions of a dropped proposal never wait again")                                   \
  plant(left_out_forgotten, "transactions that block_gas_limit left out count as run")                                 \
  plant(delivered_twice, "a block that votes decide while sync fetches it is handed to the ledger twice")              \
  plant(abort_forgets_decision, "nothing is decided while a new view is asked for")                                    \
  plant(leaders_forgotten, "a restarted node does not remember whose turn failed")                                     \
  plant(sync_waits_for_ever, "a peer that does not deliver what it claimed is waited for without end")                 \
  plant(late_time_refused, "a proposal ahead of the clock is refused, though its parent leaves no other time")         \
  /* in the simulator's host: */                                                                                       \
  plant(bodies_not_durable, "the host does not sync bodies with the prepared record")                                  \
  plant(sends_do_not_wait, "the host lets sends leave before the Persist ahead of them is durable")                    \
  plant(restart_forgets_run, "a restarted node does not remember which transactions were run")                         \
  plant(append_in_two, "consensus records are dropped before the block is in the ledger")                              \
  plant(reads_see_undecided, "a read at the host answers from an executed, undecided block")                           \
  plant(told_at_execution, "a client is told of its transaction when it was executed, not when it was decided")        \
  plant(digest_believed, "what a signature covers is taken from the wire, not computed again")                         \
  plant(commit_signature_unchecked, "the signature of a Commit is not checked")                                        \
  plant(result_of_own_clock, "the result of a block depends on the clock of the node")                                 \
  plant(second_crash_forgets, "recorded votes are erased once a restart has read them")                                \
  plant(lost_disk_votes, "a node that lost its disk starts again under its old key")                                   \
  plant(disk_error_ignored, "a sync that failed counts as done")                                                       \
  plant(full_disk_gives_up, "a write that a full disk refused is not tried again")

// In the dispatcher of src/node alone: hanse-sim --whole finds them.
#define HANSE_HOST_PLANT_TABLE(plant)                                                                                  \
  plant(refused_write_forgotten, "a write that the disk refused is taken as written")                                  \
  plant(failed_sync_forgotten, "a sync that failed is taken as done")                                                  \
  plant(first_sync_frees_all, "every message that waits leaves with the next sync, whatever it waits for")             \
  plant(shown_before_written, "readers see a block before it is written")                                              \
  plant(unread_is_zero, "a block hash that cannot be read is zero to the transaction that asks")                       \
  plant(ancestors_left_out, "a proposal is executed on the state of the ledger, without its undecided ancestors")      \
  plant(bodies_not_restored, "a restart does not read the transactions of prepared proposals")

namespace hanse::plant {

enum class Name {
  none,
#define HANSE_PLANT(name, line) name,
  HANSE_PLANT_TABLE(HANSE_PLANT)
  HANSE_HOST_PLANT_TABLE(HANSE_PLANT)
#undef HANSE_PLANT
};

struct Plant {
  Name name;
  std::string_view text;
  std::string_view line;
};

inline constexpr Plant kPlants[] = {
#define HANSE_PLANT(name, line) {Name::name, #name, line},
    HANSE_PLANT_TABLE(HANSE_PLANT)
#undef HANSE_PLANT
};
inline constexpr Plant kHostPlants[] = {
#define HANSE_PLANT(name, line) {Name::name, #name, line},
    HANSE_HOST_PLANT_TABLE(HANSE_PLANT)
#undef HANSE_PLANT
};

inline Name selected = Name::none;   // written once, before the first core is built

inline bool select(std::string_view text) {
  for (const std::span<const Plant> plants : {std::span<const Plant>(kPlants), std::span<const Plant>(kHostPlants)})
    for (const Plant& plant : plants)
      if (plant.text == text) return selected = plant.name, true;
  return false;
}

}  // namespace hanse::plant

#endif
