// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/client_jobs.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace hanse::node {
namespace {

constexpr int kNice = 8;   // behind admission, which is behind consensus

}  // namespace

ClientJobs::ClientJobs(std::size_t thread_count) {
  for (std::size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { run(); });
}

ClientJobs::~ClientJobs() {
  wait();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ClientJobs::post(std::move_only_function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void ClientJobs::wait() {
  std::deque<std::move_only_function<void()>> dropped;   // their replies may be heard elsewhere: not under the lock
  std::unique_lock lock(mutex_);
  dropped.swap(waiting_);
  lock.unlock();
  dropped.clear();
  lock.lock();
  changed_.wait(lock, [this] { return running_ == 0 && waiting_.empty(); });
}

void ClientJobs::run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    job();
    job = nullptr;             // and what it holds, before it counts as ended
    lock.lock();
    --running_;
    changed_.notify_all();
  }
}

}  // namespace hanse::node
