// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The clocks of a simulated machine: a steady one, and a wall clock that is a little off, drifts, and may be set wrong by
// a day and right again. What its node makes of the two is the product's own rule (node/node_clock.hpp).
#pragma once

#include "sim/plan.hpp"

namespace hanse::sim {

class Clock {
 public:
  explicit Clock(const NodePlan& plan) : skew_ms_(plan.clock_skew_ms), drift_ppm_(plan.clock_drift_ppm) {}

  TimeMs steady(TimeUs now) const { return (now + now * drift_ppm_ / 1'000'000) / 1'000; }
  TimeMs wall(TimeUs now) const { return kStart + steady(now) + skew_ms_ + jump_ms_; }
  void jump(TimeMs by) { jump_ms_ += by; }
  void set_right() { jump_ms_ = 0; }

 private:
  static constexpr TimeMs kStart = 1'700'000'000'000;

  TimeMs skew_ms_;
  std::int64_t drift_ppm_;
  TimeMs jump_ms_ = 0;
};

}  // namespace hanse::sim
