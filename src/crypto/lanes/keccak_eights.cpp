// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/lanes/keccak_eights.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace hanse::lanes {
namespace {

constexpr std::size_t kRate = 136, kRateWords = kRate / 8;      // bytes that a permutation absorbs

std::size_t blocks_of(BytesView message) { return message.size() / kRate + 1; }   // the last one holds the padding

void absorb(KeccakEight& states, std::size_t lane, BytesView message, std::size_t block) {
  const BytesView rest = message.subspan(block * kRate);
  const std::size_t size = std::min(rest.size(), kRate), whole = size / 8;
  std::uint64_t word;
  for (std::size_t i = 0; i < whole; ++i) {
    std::memcpy(&word, rest.data() + 8 * i, 8);
    states.words[i][lane] ^= word;
  }
  if (size == kRate) return;
  word = 0;
  if (size > 8 * whole) std::memcpy(&word, rest.data() + 8 * whole, size - 8 * whole);   // an empty message has no address
  states.words[whole][lane] ^= word ^ std::uint64_t{1} << 8 * (size - 8 * whole);   // Keccak's first padding, not SHA-3's
  states.words[kRateWords - 1][lane] ^= std::uint64_t{1} << 63;
}

void hash_eight(std::span<const BytesView> messages, std::span<Hash> digests) {
  KeccakEight states{};
  std::size_t blocks = 0;
  for (const BytesView message : messages) blocks = std::max(blocks, blocks_of(message));
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t lane = 0; lane < messages.size(); ++lane)
      if (block < blocks_of(messages[lane])) absorb(states, lane, messages[lane], block);
    permute(states);
    for (std::size_t lane = 0; lane < messages.size(); ++lane) {
      if (block + 1 != blocks_of(messages[lane])) continue;
      for (std::size_t i = 0; i < Hash::kSize / 8; ++i) std::memcpy(digests[lane].bytes.data() + 8 * i, &states.words[i][lane], 8);
    }
  }
}

}  // namespace

void keccak256_each(std::span<const BytesView> messages, std::span<Hash> digests) {
  CHECK(messages.size() == digests.size());
  for (std::size_t first = 0; first < messages.size(); first += kLanes) {
    const std::size_t count = std::min(kLanes, messages.size() - first);
    hash_eight(messages.subspan(first, count), digests.subspan(first, count));
  }
}

}  // namespace hanse::lanes
