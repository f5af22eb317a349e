// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the pool notes beside a transaction, and the web3 transactions of one sender by nonce.
#pragma once

#include <map>
#include <optional>

#include "protocol/scheduling.hpp"

namespace hanse::txpool {

struct Entry {
  TxSummary tx;
  TimeMs since = 0;                        // arrival
  std::uint64_t age = 0;                   // counts arrivals; unique, so every order below is total
  bool waiting = false;                    // false: held only because a live proposal lists it
  bool from_client = false;
  bool listed = false;                     // by a live proposal
  bool ready = false;                      // in Parts::ready
  std::optional<TimeMs> includable_since;  // first became ready; never moves while it waits
  TimeMs gossiped_at = 0;
};

// All held transactions that use one nonce: at most one waits, and each live proposal may list another one.
struct NonceSlot {
  Entry* waiting = nullptr;
  std::uint32_t listed = 0;
  bool empty() const { return waiting == nullptr && listed == 0; }
  bool taken() const { return listed > 0; }
};

// The nonces of one web3 sender. `first_free` is the lowest nonce from the account nonce on that no live proposal takes;
// it is what may be sealed next, and is kept step by step because a proposal may list thousands of one sender.
struct Sender {
  std::uint64_t account_nonce = 0;
  std::uint64_t first_free = 0;
  std::map<std::uint64_t, NonceSlot> slots;
  std::size_t waiting_count = 0;
  Entry* ready = nullptr;

  void raise(std::uint64_t nonce) {
    if (nonce <= account_nonce) return;
    account_nonce = nonce;
    if (first_free < nonce) first_free = nonce, skip_taken();
  }
  void take(std::uint64_t nonce) {
    ++slots[nonce].listed;
    if (nonce == first_free) skip_taken();
  }
  void give_back(std::uint64_t nonce) {
    --slots[nonce].listed;
    if (!slots[nonce].taken() && nonce >= account_nonce && nonce < first_free) first_free = nonce;
  }
  // What may be sealed once everything below `nonce` is: the next nonce that is not taken, if it waits.
  Entry* next_from(std::uint64_t nonce) const {
    auto slot = slots.find(nonce);
    while (slot != slots.end() && slot->first == nonce && slot->second.taken()) ++slot, ++nonce;
    return slot != slots.end() && slot->first == nonce ? slot->second.waiting : nullptr;
  }

 private:
  void skip_taken() {
    for (auto slot = slots.find(first_free); slot != slots.end() && slot->first == first_free && slot->second.taken();)
      ++slot, ++first_free;
  }
};

}  // namespace hanse::txpool
