// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The rule of scheduling/group/events.hpp: what stands after a Persist leaves only after that Persist, and everything
// before it, is durable. Each write that others may depend on gets the next ticket; a send remembers the last ticket
// given out before it and is released once the disk has caught up. A value with one owner, the group thread.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "base/check.hpp"
#include "base/plant.hpp"

namespace hanse::node {

template <class Send>
class HeldSends {
 public:
  // A Persist, or an Append that acts as one, goes to the writer under the ticket that is returned. Tickets rise by one.
  std::uint64_t next_ticket() { return ++given_; }

  // Calls `leave` now, or when every ticket given out so far is durable; in the order of the calls.
  template <class Leave>
  void send(Send item, Leave&& leave) {
    if (durable_ == given_ || PLANTED(sends_do_not_wait)) leave(std::move(item));
    else waiting_.emplace_back(given_, std::move(item));
  }

  template <class Leave>
  void durable_up_to(std::uint64_t ticket, Leave&& leave) {
    CHECK(ticket >= durable_ && ticket <= given_);
    durable_ = ticket;
    const std::uint64_t freed = PLANTED(first_sync_frees_all) ? given_ : durable_;
    for (; !waiting_.empty() && waiting_.front().first <= freed; waiting_.pop_front())
      leave(std::move(waiting_.front().second));
  }

  std::size_t size() const { return waiting_.size(); }

 private:
  std::uint64_t given_ = 0;
  std::uint64_t durable_ = 0;
  std::deque<std::pair<std::uint64_t, Send>> waiting_;
};

}  // namespace hanse::node
