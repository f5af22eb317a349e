// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The virtual clock of one run and what happens next, by time and then by the order in which it was asked for. Everything
// that happens is mixed into the trace's hash: equal seeds must give equal hashes.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "base/prng.hpp"
#include "sim/checksum.hpp"

namespace hanse::whole {

using TimeUs = std::int64_t;   // virtual, from the start of the run

class Schedule {
 public:
  using What = std::move_only_function<void()>;

  TimeUs now() const { return now_; }
  void after(TimeUs delay, What what) {
    queue_.push_back({now_ + std::max<TimeUs>(delay, 0), order_++, std::move(what)});
    std::ranges::push_heap(queue_, later);
  }
  void happen_next() {                       // there is always something: the world looks after itself
    std::ranges::pop_heap(queue_, later);
    Due due = std::move(queue_.back());
    queue_.pop_back();
    now_ = due.at;
    ++steps_;
    mix(static_cast<std::uint64_t>(due.at)), mix(due.order);
    due.what();
  }

  void mix(std::uint64_t word) { trace_.add(word); }
  std::uint64_t trace_hash() const { return trace_.word(); }
  std::uint64_t steps() const { return steps_; }

 private:
  struct Due {
    TimeUs at = 0;
    std::uint64_t order = 0;
    What what;
  };
  static bool later(const Due& a, const Due& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

  std::vector<Due> queue_;                   // a heap by later()
  TimeUs now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  sim::Checksum trace_{2};
};

// A time between the two, both included.
inline TimeUs between(Prng& prng, TimeUs low, TimeUs high) {
  return static_cast<TimeUs>(prng.between(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high)));
}

}  // namespace hanse::whole
