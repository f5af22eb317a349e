// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The callbacks of the bridge, on an Evm: journal, hashes, addresses, native contracts.
#pragma once

#include <bit>

#include "bridge/hanse_bridge.h"
#include "computing/vm/evm.hpp"

namespace hanse::vm {

// Bytes of the two sides mean the same: words are little-endian limbs, addresses and hashes are plain.
static_assert(sizeof(bridge_word) == sizeof(U256) && sizeof(bridge_address) == sizeof(Address) &&
              sizeof(bridge_hash) == sizeof(Hash));

template <class To, class From>
To same_bytes(const From& from) {
  return std::bit_cast<To>(from);
}

Callee callee_of(const bridge_callee& callee);

struct HostTable {
  static const bridge_host& callbacks();   // their first argument is an Evm
};

}  // namespace hanse::vm
