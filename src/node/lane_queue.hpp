// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A queue from many threads to one lane. When it is full, push refuses: the producer decides whether to answer "busy", to
// drop, or to try later. A turn takes everything at once, so that the lock is paid for once a batch, and the lane is woken
// only when there was nothing before.
#pragma once

#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "node/runtime.hpp"

namespace hanse::node {

template <class T>
class LaneQueue {
 public:
  explicit LaneQueue(std::size_t size_max) : size_max_(size_max) {}

  // The turns take from this queue. Once, before the first push.
  void start(Runtime& runtime, LaneKind kind, Turn turn) {
    lane_ = runtime.lane(kind, std::move(turn));
    lane_->wake();
  }
  // What waits is still taken; nothing more is accepted, and no turn runs afterwards.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    if (lane_) lane_->stop();
  }

  // False: full or stopped, and `item` is untouched.
  [[nodiscard]] bool push(T&& item) { return add(std::move(item), size_max_); }

  // Beyond the bound, for answers to what the lane itself asked for: it bounds them by what it has in flight, and losing
  // one would leave it waiting for ever. False: stopped.
  bool push_answer(T&& item) { return add(std::move(item), std::numeric_limits<std::size_t>::max()); }

  // Replaces `out` with everything that waits.
  void take_all(std::vector<T>& out) {
    out.clear();
    const std::lock_guard lock(mutex_);
    std::swap(out, items_);
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  bool full() const { return size() >= size_max_; }

 private:
  bool add(T&& item, std::size_t size_max) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= size_max) return false;
      items_.push_back(std::move(item));
      first = items_.size() == 1;
    }
    if (first) lane_->wake();   // without the lock: the lane would wake up only to wait for it
    return true;
  }

  const std::size_t size_max_;
  mutable std::mutex mutex_;
  std::vector<T> items_;
  bool closed_ = false;
  std::unique_ptr<Lane> lane_;
};

}  // namespace hanse::node
