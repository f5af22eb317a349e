// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The threads that wait for sockets. A loop is one thread with one event queue; a connection lives on one loop for its
// whole life, so that what belongs to it needs no lock. The pool outlives everything that runs on it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace hanse::net {

using Task = std::move_only_function<void()>;

class IoLoop {
 public:
  struct Context;   // io_context.hpp, for the sources of this room

  IoLoop();
  ~IoLoop();

  void post(Task task);                                       // any thread; runs on the loop's thread
  void after(std::chrono::milliseconds delay, Task task);     // any thread; cannot be taken back
  bool is_current() const;                                    // called on the loop's own thread?
  void stop();                                                // joins; tasks that have not run never do
  Context& context() { return *context_; }

 private:
  std::unique_ptr<Context> context_;
};

class IoPool {
 public:
  explicit IoPool(std::size_t thread_count);   // at least one is started
  ~IoPool();
  void stop();                                 // joins all threads; tasks that have not run never do

  IoLoop& next();                              // takes turns; any thread
  IoLoop& at(std::size_t index) { return *loops_[index]; }
  std::size_t size() const { return loops_.size(); }

 private:
  std::vector<std::unique_ptr<IoLoop>> loops_;
  std::atomic<std::size_t> turn_ = 0;
};

}  // namespace hanse::net
