// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The payload of a group's proposal: the hashes of its transactions, 32 bytes each, in order.
#pragma once

#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace hanse::group {

inline Bytes payload_of(std::span<const Hash> hashes) {
  Bytes out;
  out.reserve(hashes.size() * Hash::kSize);
  for (const auto& hash : hashes) append(out, hash);
  return out;
}

// A payload whose size is no multiple of 32 is malformed: the rest is left out here, is_well_formed refuses it.
inline std::vector<Hash> hashes_of(BytesView payload) {
  std::vector<Hash> out(payload.size() / Hash::kSize);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = Hash::of(payload.subspan(i * Hash::kSize, Hash::kSize));
  return out;
}

inline bool is_well_formed(BytesView payload, std::size_t tx_count_limit) {
  return !payload.empty() && payload.size() % Hash::kSize == 0 && payload.size() / Hash::kSize <= tx_count_limit;
}

}  // namespace hanse::group
