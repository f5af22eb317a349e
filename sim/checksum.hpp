// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A fast stand-in for hashes and signatures inside the simulated world: four 64-bit lanes. Nobody in the world computes
// against it, so it only has to spread well and to be the same everywhere.
#pragma once

#include <bit>
#include <cstdint>

#include "base/bytes.hpp"

namespace hanse::sim {

class Checksum {
 public:
  explicit Checksum(std::uint64_t domain) { add(domain); }

  Checksum& add(std::uint64_t word) {
    for (std::uint64_t& lane : lanes_) {
      lane = (std::rotl(lane, 29) ^ word) * 0x9fb21c651e98df25ull;
      word = lane ^ (lane >> 32);
    }
    return *this;
  }
  Checksum& add(BytesView bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes.data() + at, 8);
      add(word);
    }
    std::uint64_t rest = bytes.size();
    for (; at < bytes.size(); ++at) rest = rest << 8 | bytes[at];
    return add(rest);
  }

  std::uint64_t word() const { return lanes_[0] ^ std::rotl(lanes_[1], 17) ^ std::rotl(lanes_[2], 31) ^ lanes_[3]; }
  Hash hash() const {
    Hash out;
    for (int i = 0; i < 4; ++i) {
      const std::uint64_t word = (lanes_[i] ^ std::rotl(lanes_[(i + 3) % 4], 23)) * 0xc4ceb9fe1a85ec53ull;
      std::memcpy(out.bytes.data() + 8 * i, &word, 8);
    }
    return out;
  }

 private:
  std::uint64_t lanes_[4] = {0x243f6a8885a308d3ull, 0x13198a2e03707344ull, 0xa4093822299f31d0ull, 0x082efa98ec4e6c89ull};
};

}  // namespace hanse::sim
