// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// When to dial an address again: exponential back-off with jitter. A value; time and chance are handed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hanse::gateway {

class DialPlan {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kDelayMin{100}, kDelayMax{3000};

  bool is_due(Time now) const { return !busy_ && now >= next_; }
  void begin() { busy_ = true; }

  // The attempt, or the session that came of it, has ended. `chance` is uniform in [0, 1).
  void end(bool was_open, Time now, double chance) {
    busy_ = false;
    if (was_open) failures_ = 0;
    const auto delay = std::min(kDelayMax, kDelayMin * (1 << std::min(failures_, 10)));
    if (!was_open) ++failures_;
    next_ = now + std::chrono::duration_cast<std::chrono::milliseconds>(delay * (0.5 + chance / 2));
  }

 private:
  bool busy_ = false;
  int failures_ = 0;
  Time next_{};
};

}  // namespace hanse::gateway
