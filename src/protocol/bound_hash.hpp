// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Hashes of ours that someone signs or that stand for a decision: each is bound to what it says (the tag), to the chain
// and to the group, so that no byte string is ever two statements. docs/WIRE.md §3.2.
#pragma once

#include <string_view>

#include "codec/tars.hpp"
#include "protocol/types.hpp"

namespace hanse {

// H(size ‖ tag ‖ size ‖ chain ‖ size ‖ group ‖ body), sizes as 4 bytes big endian.
Hash bound_hash(Suite suite, std::string_view tag, std::string_view chain_id, std::string_view group_id, BytesView body);

template <class T>
Hash bound_hash_of(Suite suite, std::string_view tag, std::string_view chain_id, std::string_view group_id,
                   const T& value) {
  return bound_hash(suite, tag, chain_id, group_id, tars::encode(value));
}

}  // namespace hanse
