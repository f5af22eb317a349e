// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Everything that one seed decides before the first step: who is there, with which weights, in which sequence of
// configurations, who misbehaves and how, how bad network and disks are, what clients do. Each kind of trouble is on in
// some seeds and off in others (swarm testing: a fault that is always on hides others). The sealers that misbehave, and
// those that a lost disk takes away, weigh at most f together in every epoch of the plan. Most seeds are short: many short
// runs find more than few long ones, and one in eight is long.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/prng.hpp"
#include "scheduling/group/group_core.hpp"
#include "sim/identity.hpp"
#include "sim/model.hpp"

namespace hanse::sim {

using TimeUs = std::int64_t;   // virtual, from the start of the run

enum class Trait : std::uint8_t {
  equivocates,      // other proposals for other peers
  echoes,           // signs whatever honest sealers prepare or commit
  mutates,          // changes one field of what it sends, signs it again or not
  withholds,        // bodies
  wild_views,       // votes and view changes far ahead, far behind
  lies_in_sync,     // numbers up, then down; blocks with broken certificates
  forges,           // NewViews of its own choice, with invented signatures
  hides_claims,     // ViewChanges that leave out or age what was prepared
  deaf,             // leaves some peers out
  overfills,        // proposes more than the gas limit lets run, and what was run before
  hoards,           // keeps its Commits and its blocks to itself, so that only it holds some certificates
  wrong_results,    // commits to headers that nobody computed
  rewrites,         // proposes other blocks for numbers that are decided
  floods,           // votes, view changes and proposals without end, each another one
};
constexpr int kTraits = 14;

struct NodePlan {
  bool byzantine = false;
  bool twin = false;                 // byzantine: a second instance under the same key
  std::uint32_t traits = 0;          // bits of Trait
  TimeMs clock_skew_ms = 0;
  int clock_drift_ppm = 0;
  int slowness = 1;                  // multiplies its delays
  int disk_slowness = 1;
  bool loses_disk = false;           // once; it is never started again, or
  bool comes_back = false;           // it is, under its key, silent until it can contradict nothing that it said
  bool joins_late = false;           // in its place, with a key of its own and an empty disk
  std::uint64_t full_at_sync = 0;    // the disk is full from its so many-th sync on, for a while; 0: never
  TimeUs full_for = 0;
  std::uint64_t refuses_at_sync = 0; // it takes no write any more, until the node starts again

  bool away() const { return loses_disk || joins_late; }   // for some part of the run
  bool has(Trait trait) const { return traits >> static_cast<int>(trait) & 1; }
};

struct NetworkPlan {
  int loss_permille = 0;
  int duplicate_permille = 0;
  TimeUs delay_min = 200, delay_max = 2'000;
  int tail_permille = 0;             // of messages that take up to tail_max instead
  TimeUs tail_max = 0;
};

struct DiskPlan {
  TimeUs sync_min = 100, sync_max = 2'000;
  int fail_permille = 0;             // of syncs that fail and are tried again
};

struct FaultPlan {                   // mean time between episodes; 0: never
  TimeUs end = 0;                    // everything heals here
  TimeUs partition_every = 0;
  TimeUs crash_every = 0;
  int crash_all_percent = 0;         // of crashes that take everybody
  TimeUs pause_every = 0;
  TimeUs clock_jump_every = 0;
  bool storms = false;               // who restarts crashes again, and again
  TimeUs disk_lost_at = 0;
};

struct LoadPlan {
  int transactions = 0;
  TimeUs interval = 0;
  int reconfigure_every = 0;         // transactions; 0: never
  int invalid_percent = 0;
  int repeat_percent = 0;            // sent again later, or to several nodes at once
};

enum class Mood : std::uint8_t {
  everything,
  byzantine,        // misbehaving sealers in every seed, twins or changed fields among it, on machines that work
};

struct Plan {
  std::uint64_t seed = 0;
  Mood mood = Mood::everything;
  std::vector<NodePlan> nodes;
  Configs configs;                   // by epoch
  group::GroupLimits limits;
  NetworkPlan network;
  DiskPlan disk;
  FaultPlan faults;
  LoadPlan load;
  TimeUs tick = 20'000;
  TimeUs execute_max = 2'000;

  std::string describe() const;      // one line
};

Plan draw_plan(std::uint64_t seed, std::optional<int> sealers, Mood mood = Mood::everything);

}  // namespace hanse::sim
