// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A queue from many threads to one. When it is full, push refuses: the producer decides whether to answer "busy", to
// drop, or to try later. The consumer takes everything at once, so that the lock is paid for once a batch.
#pragma once

#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

namespace hanse {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t size_max) : size_max_(size_max) {}

  // False: full or closed, and `item` is untouched.
  [[nodiscard]] bool push(T&& item) { return add(std::move(item), size_max_); }

  // Beyond the bound, for answers to what the consumer itself asked for: it bounds them by what it has in flight, and
  // losing one would leave it waiting for ever. False: closed.
  bool push_answer(T&& item) { return add(std::move(item), std::numeric_limits<std::size_t>::max()); }

  // Replaces `out` with everything that waits; waits for something. False: closed and empty, nothing will come.
  [[nodiscard]] bool pop_all(std::vector<T>& out) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !items_.empty(); });
    return take(out);
  }

  // The same, but answers true with an empty `out` when nothing came within `wait`.
  [[nodiscard]] bool pop_all_for(std::vector<T>& out, std::chrono::nanoseconds wait) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, wait, [this] { return closed_ || !items_.empty(); });
    return take(out);
  }

  // What waits can still be taken; nothing more is accepted.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  bool add(T&& item, std::size_t size_max) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= size_max) return false;
      items_.push_back(std::move(item));
      first = items_.size() == 1;
    }
    if (first) filled_.notify_one();   // without the lock: the consumer would wake up only to wait for it
    return true;
  }
  bool take(std::vector<T>& out) {
    out.clear();
    std::swap(out, items_);
    return !(closed_ && out.empty());
  }

  const std::size_t size_max_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<T> items_;
  bool closed_ = false;
};

}  // namespace hanse
