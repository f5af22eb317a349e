// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A door to something that begins later than those who use it and ends before them: the gateway, for the hosts. While it
// is shut, use() does nothing; shut() waits for those who are inside, so that what is behind the door can go. Any thread.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace hanse::node {

template <class Room>
class Door {
 public:
  void open(Room& room) {
    const std::unique_lock lock(mutex_);
    room_ = &room;
  }
  void shut() {                       // not from inside
    const std::unique_lock lock(mutex_);
    room_ = nullptr;
  }

  // Calls use(room), which must not block; false: it is shut.
  template <class Use>
  bool use(Use&& use) {
    const std::shared_lock lock(mutex_);
    if (room_) use(*room_);
    return room_ != nullptr;
  }

 private:
  std::shared_mutex mutex_;
  Room* room_ = nullptr;
};

}  // namespace hanse::node
