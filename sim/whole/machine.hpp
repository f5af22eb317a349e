// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The runtime of one life of a node in the simulator: lanes and jobs whose turns come one at a time, in one thread, after
// delays that the seed draws, under a virtual clock. A machine whose power fails takes no further turn: what its host was
// about to do is left undone, and stop() of its lanes only cleans up.
#pragma once

#include <map>
#include <memory>

#include "node/runtime.hpp"
#include "sim/whole/plan.hpp"
#include "sim/whole/schedule.hpp"

namespace hanse::whole {

class Machine final : public node::Runtime {
 public:
  // `after_turn` is told of each turn of the writer: blocks may have become visible.
  Machine(Schedule& schedule, Prng& prng, const NodePlan& plan, std::function<void()> after_write);

  std::unique_ptr<node::Lane> lane(node::LaneKind kind, node::Turn turn) override;
  std::unique_ptr<node::Jobs> jobs() override;
  Crew crew() const override { return {.threads = threads_, .few_transactions = 0}; }
  TimeMs steady_ms() const override { return schedule_.now() / 1'000 + 5'000; }
  TimeMs wall_ms() const override { return kEpochMs + schedule_.now() / 1'000 + wall_off_ms_; }

  bool on() const { return on_; }
  void power_fails() { on_ = false; }
  void pause(TimeUs time) { paused_until_ = std::max(paused_until_, schedule_.now() + time); }
  void set_wall_clock(TimeMs off_ms) { wall_off_ms_ = off_ms; }
  void heal() { slowness_ = 1; }

  static constexpr TimeMs kEpochMs = 1'700'000'100'000;

 private:
  struct Turns;
  class TurnLane;
  class TurnJobs;
  void spread(std::size_t count, const std::function<void(std::size_t)>& each) override;
  void schedule_turn(const std::shared_ptr<Turns>& turns, TimeUs delay);
  void take_turn(const std::shared_ptr<Turns>& turns, std::uint64_t appointment);
  TimeUs delay_of(node::LaneKind kind);
  TimeUs rest_of_pause() const { return paused_until_ - schedule_.now(); }

  Schedule& schedule_;
  Prng& prng_;
  const std::function<void()> after_write_;
  int slowness_;
  std::size_t threads_;
  TimeMs wall_off_ms_;
  TimeUs paused_until_ = 0;
  bool on_ = true;
};

}  // namespace hanse::whole
