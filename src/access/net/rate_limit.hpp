// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A token bucket: so many units a second, and at most one second's worth at once. Time is handed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hanse::net {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  TokenBucket(std::uint64_t per_second, Time now)   // 0: no limit
      : per_second_(static_cast<double>(per_second)), tokens_(per_second_), filled_(now) {}

  // Takes what has been used already and says how long to wait until the debt is paid; zero: go on.
  std::chrono::milliseconds take(std::uint64_t count, Time now) {
    if (per_second_ == 0) return {};
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    tokens_ = std::min(per_second_, tokens_ + seconds * per_second_) - static_cast<double>(count);
    filled_ = now;
    if (tokens_ >= 0) return {};
    return std::chrono::milliseconds(1 + static_cast<std::int64_t>(-tokens_ / per_second_ * 1000));
  }

 private:
  double per_second_;
  double tokens_;
  Time filled_;
};

}  // namespace hanse::net
