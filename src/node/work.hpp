// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// CPU work of a process: one TBB arena that every group shares.
#pragma once

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <utility>

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
    arena_.execute([&] { tbb::this_task_arena::isolate([&] { tbb::parallel_for(std::size_t{0}, count, each); }); });
  }

 private:
  friend class Jobs;
  static constexpr std::size_t kFew = 3;
  tbb::task_arena arena_;
};

// Jobs of one owner that run by themselves; leaving the scope waits for them.
class Jobs {
 public:
  explicit Jobs(Work& work) : work_(work) {}
  ~Jobs() { jobs_.wait(); }

  template <class Job>
  void post(Job job) { work_.arena_.enqueue(jobs_.defer(Once<Job>{std::move(job)})); }

 private:
  template <class Job>
  struct Once {                         // TBB calls its copy as a constant, and exactly once
    mutable Job job;
    void operator()() const { job(); }
  };
  Work& work_;
  tbb::task_group jobs_;
};

}  // namespace hanse::node
