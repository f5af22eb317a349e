// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Everything that one seed decides before the first turn: how many nodes, which configuration, how bad network, disks and
// clocks are, what fails when, what clients do. Each kind of trouble is on in some seeds and off in others.
#pragma once

#include <string>
#include <vector>

#include "base/prng.hpp"
#include "protocol/genesis.hpp"
#include "scheduling/group/group_core.hpp"
#include "sim/whole/schedule.hpp"

namespace hanse::whole {

struct NodePlan {
  int slowness = 1;                    // multiplies the delays of its lanes
  TimeMs clock_off_ms = 0;
};

struct NetworkPlan {
  int loss_permille = 0, duplicate_permille = 0;
  TimeUs delay_max = 2'000;
  int late_permille = 0;               // of messages that take up to late_max instead
  TimeUs late_max = 0;
};

struct FaultPlan {                     // mean time between episodes; 0: never
  TimeUs end = 0;                      // everything heals here
  TimeUs partition_every = 0;
  TimeUs crash_every = 0;              // of one node, at a boundary of a write or a send, or between turns
  TimeUs crash_of_all_every = 0;
  TimeUs stop_every = 0;               // in order, and started again
  TimeUs disk_every = 0;               // a disk that is full or fails for a while
  int unread_permille = 0;             // of reads that fail, everywhere and all the time
  TimeUs pause_every = 0;
  TimeUs clock_every = 0;              // a wall clock that jumps
  bool crash_of_all_at_the_end = false;
};

struct LoadPlan {
  TimeUs interval = 0;                 // of each client's acts
  int open_max = 4;                    // transactions that a client waits for at once
  int invalid_percent = 0, repeat_percent = 0, rival_percent = 0;
};

struct Plan {
  std::uint64_t seed = 0;
  std::vector<NodePlan> nodes;
  GroupConfig config;                  // without the sealers
  std::vector<Weight> weights;
  group::GroupLimits limits;
  NetworkPlan network;
  FaultPlan faults;
  LoadPlan load;

  std::string describe() const;        // one line
};

Plan draw_plan(std::uint64_t seed);

}  // namespace hanse::whole
