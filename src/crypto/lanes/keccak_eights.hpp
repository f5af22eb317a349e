// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Eight Keccak-256 at once. A sponge of eight messages is 25 words of eight lanes: state[word][lane].
#pragma once

#include <span>

#include "base/bytes.hpp"
#include "crypto/lanes/eights.hpp"

namespace hanse::lanes {

struct KeccakEight {
  alignas(64) std::uint64_t words[25][kLanes];
};

// Keccak-f[1600] (FIPS 202 §3) in each lane. keccak_ifma.cpp: only where are_able() says so.
void permute(KeccakEight& states);

// The Keccak-256 of each message, in the same place; as many digests as messages. Messages of one length cost least:
// eight neighbours take as long as the longest of them.
void keccak256_each(std::span<const BytesView> messages, std::span<Hash> digests);

}  // namespace hanse::lanes
