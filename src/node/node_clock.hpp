// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The time that a core is told: milliseconds since 1970 that never go back and never jump. It runs with the steady clock
// and drifts towards the wall clock by at most a tenth of what has passed, so that a corrected wall clock neither fires
// every timer nor stops them; only a wall clock that is wrong by more than kJumpMs is believed at once, forwards.
#pragma once

#include <algorithm>

#include "protocol/types.hpp"

namespace hanse::node {

class NodeClock {
 public:
  static constexpr TimeMs kJumpMs = 60'000;

  NodeClock(TimeMs steady_ms, TimeMs wall_ms) : steady_ms_(steady_ms), now_ms_(wall_ms) {}

  TimeMs now(TimeMs steady_ms, TimeMs wall_ms) {
    const TimeMs passed = std::max<TimeMs>(steady_ms - steady_ms_, 0);
    const TimeMs off = wall_ms - (now_ms_ + passed);
    if (off > kJumpMs) {
      now_ms_ = wall_ms;
    } else if (passed >= 10) {
      now_ms_ += passed + std::clamp(off, -passed / 10, passed / 10);
    } else {
      return now_ms_ + passed;   // too little to correct by; counted with the next step
    }
    steady_ms_ = std::max(steady_ms, steady_ms_);
    return now_ms_;
  }

 private:
  TimeMs steady_ms_;
  TimeMs now_ms_;
};

}  // namespace hanse::node
