// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The runtime of a process: a thread for each lane, one TBB arena for the CPU work of all groups, the clocks of the
// operating system. Outlives the hosts that use it.
#pragma once

#include <tbb/task_arena.h>

#include "node/runtime.hpp"

namespace hanse::node {

class Threads final : public Runtime {
 public:
  std::unique_ptr<Lane> lane(LaneKind kind, Turn turn) override;
  std::unique_ptr<Jobs> jobs() override;
  std::unique_ptr<Jobs> client_jobs() override;
  static std::size_t client_threads();   // of each owner of client_jobs()
  Crew crew() const override;
  TimeMs steady_ms() const override;
  TimeMs wall_ms() const override;

 private:
  void spread(std::size_t count, const std::function<void(std::size_t)>& each) override;

  tbb::task_arena arena_;
};

}  // namespace hanse::node
