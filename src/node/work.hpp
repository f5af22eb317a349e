// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// CPU work of a process: one TBB arena that every group shares.
#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <tbb/task_scheduler_observer.h>

#include <atomic>
#include <utility>

#include "node/background.hpp"

namespace hanse::node {

class Work {
 public:
  // Calls each(i) for 0 <= i < count on the threads of the arena, the caller among them, and returns when all are done.
  // A few items stay on the caller: waking other threads costs more than some signatures. Isolated, so that a caller
  // that waits for its last item does not start on somebody's long job.
  template <class Each>
  void for_each(std::size_t count, const Each& each) {
    if (count <= kFew) {
      for (std::size_t i = 0; i < count; ++i) each(i);
      return;
    }
    std::atomic<std::size_t> seen{0};   // orders what TBB orders already, in a way that the thread sanitizer sees
    const auto one = [&](std::size_t i) {
      seen.load(std::memory_order_acquire);
      each(i);
      seen.fetch_add(1, std::memory_order_release);
    };
    seen.store(0, std::memory_order_release);
    arena_.execute([&] { tbb::this_task_arena::isolate([&] { tbb::parallel_for(std::size_t{0}, count, one); }); });
    seen.load(std::memory_order_acquire);
  }

 private:
  friend class Jobs;
  static constexpr std::size_t kFew = 3;
  struct Yield : tbb::task_scheduler_observer {
    explicit Yield(tbb::task_arena& arena) : tbb::task_scheduler_observer(arena) { observe(true); }
    ~Yield() { observe(false); }
    void on_scheduler_entry(bool is_worker) override {
      if (is_worker) yield_to_consensus();
    }
  };
  tbb::task_arena arena_;
  Yield yield_{arena_};
};

// Jobs of one owner that run by themselves; leaving the scope waits for them.
class Jobs {
 public:
  explicit Jobs(Work& work) : work_(work) {}
  ~Jobs() { jobs_.wait(); }

  template <class Job>
  void post(Job job) {
    tbb::task_handle task = jobs_.defer(Once<Job>{std::move(job), posted_});
    posted_.fetch_add(1, std::memory_order_release);
    work_.arena_.enqueue(std::move(task));
  }

 private:
  template <class Job>
  struct Once {                         // TBB calls its copy as a constant, and exactly once
    mutable Job job;
    std::atomic<std::size_t>& posted;
    void operator()() const {
      posted.load(std::memory_order_acquire);
      job();
    }
  };
  Work& work_;
  std::atomic<std::size_t> posted_{0};  // as `seen` above
  tbb::task_group jobs_;
};

}  // namespace hanse::node
