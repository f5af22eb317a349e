// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Where the threads and clocks of a group host come from. Everything that a host does happens in the turns of its lanes
// and in jobs; none of them waits for anything, so that the same code runs with a thread for each lane (threads.hpp) and
// in one thread under a virtual clock, one turn at a time in an order that a seed chooses (sim/whole).
//
// What would wait answers with a time instead: a lane that cannot go on (the disk refuses, the inbox of the next one is
// full) keeps what it has in hand and asks for its next turn a little later.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>

#include "protocol/types.hpp"

namespace hanse::node {

// One turn does what waits and answers how soon the lane wants another one when nobody wakes it.
using Turn = std::function<std::chrono::milliseconds()>;
inline constexpr std::chrono::milliseconds kAtOnce{0};
inline constexpr auto kUntilWoken = std::chrono::milliseconds::max();

// A strand of turns: one at a time, never two at once.
class Lane {
 public:
  virtual ~Lane() = default;
  virtual void wake() = 0;   // any thread: a turn begins after this call
  // Takes turns until one that began after this call answers anything but kAtOnce. None runs afterwards.
  virtual void stop() = 0;
};

// Jobs of one owner that run by themselves, in any order and several at once; leaving the scope waits for them all.
class Jobs {
 public:
  virtual ~Jobs() = default;
  virtual void post(std::move_only_function<void()> job) = 0;   // any thread, jobs too
  virtual void wait() = 0;                                      // until none is left
};

enum class LaneKind : std::uint8_t { group, writer, execution, admission, incoming };

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual std::unique_ptr<Lane> lane(LaneKind kind, Turn turn) = 0;   // no turn before the first wake()
  virtual std::unique_ptr<Jobs> jobs() = 0;
  virtual std::unique_ptr<Jobs> client_jobs() { return jobs(); }      // may take long: they hold nothing else up
  // How many threads share one piece of work, and how few transactions of a block are not worth sharing.
  struct Crew { std::size_t threads = 1, few_transactions = 64; };
  virtual Crew crew() const = 0;
  virtual TimeMs steady_ms() const = 0;
  virtual TimeMs wall_ms() const = 0;

  // Calls each(i) for 0 <= i < count, perhaps on several threads, and returns when all are done. A few items stay on the
  // caller: waking other threads costs more than some signatures.
  template <class Each>
  void for_each(std::size_t count, const Each& each) {
    if (count > kFew) return spread(count, std::cref(each));
    for (std::size_t i = 0; i < count; ++i) each(i);
  }

  // The same for few items that each take long.
  void at_once(std::size_t count, const std::function<void(std::size_t)>& each) { spread(count, each); }

  // The same by pieces of neighbours, each(first, end), for work that is cheaper together: one piece while there are few,
  // else at least two, in steps of `step` and up to `piece_max` (a multiple of it).
  template <class Each>
  void for_each_piece(std::size_t count, std::size_t step, std::size_t piece_max, const Each& each) {
    if (count <= kFew) return count == 0 ? void() : each(std::size_t{0}, count);
    const std::size_t piece = std::min(piece_max, ((count + 1) / 2 + step - 1) / step * step);
    spread((count + piece - 1) / piece, [&](std::size_t i) { each(i * piece, std::min(count, (i + 1) * piece)); });
  }

 private:
  static constexpr std::size_t kFew = 3;
  virtual void spread(std::size_t count, const std::function<void(std::size_t)>& each) = 0;
};

}  // namespace hanse::node
