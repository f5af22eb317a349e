// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Jobs of clients: calls, estimates, log queries, whole blocks. A call may burn all the gas of a transaction for seconds, and
// anybody may send thousands; so they have a few threads of their own, of low priority, and never stand in the arena's queue
// before what a group needs to go on. How many may wait is bounded where they come in (access/rpc/method_table.hpp).
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "node/runtime.hpp"

namespace hanse::node {

class ClientJobs final : public Jobs {
 public:
  explicit ClientJobs(std::size_t thread_count);
  ~ClientJobs() override;

  void post(std::move_only_function<void()> job) override;
  void wait() override;   // what has not begun is dropped, with its reply: nobody waits for hours for a node that stops

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::move_only_function<void()>> waiting_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hanse::node
