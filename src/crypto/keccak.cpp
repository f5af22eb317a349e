// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/keccak.hpp"

#include <bit>

#include "crypto/keccak_rounds.hpp"

namespace hanse {
namespace {

static_assert(std::endian::native == std::endian::little, "lanes are read from memory as they are");

using std::rotl;

[[gnu::always_inline]] inline void chi(std::uint64_t* row, std::uint64_t b0, std::uint64_t b1, std::uint64_t b2,
                                       std::uint64_t b3, std::uint64_t b4) {
  row[0] = b0 ^ (~b1 & b2);
  row[1] = b1 ^ (~b2 & b3);
  row[2] = b2 ^ (~b3 & b4);
  row[3] = b3 ^ (~b4 & b0);
  row[4] = b4 ^ (~b0 & b1);
}

// One round of FIPS 202 §3.3 from `a` to `e`: theta in d0…d4, rho and pi in the arguments of chi. Written out so that
// every lane is a register or a fixed place on the stack.
[[gnu::always_inline]] inline void round(const std::uint64_t* a, std::uint64_t* e, std::uint64_t constant) {
  const std::uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
  const std::uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
  const std::uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
  const std::uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
  const std::uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
  const std::uint64_t d0 = c4 ^ rotl(c1, 1);
  const std::uint64_t d1 = c0 ^ rotl(c2, 1);
  const std::uint64_t d2 = c1 ^ rotl(c3, 1);
  const std::uint64_t d3 = c2 ^ rotl(c4, 1);
  const std::uint64_t d4 = c3 ^ rotl(c0, 1);

  chi(e, a[0] ^ d0, rotl(a[6] ^ d1, 44), rotl(a[12] ^ d2, 43), rotl(a[18] ^ d3, 21), rotl(a[24] ^ d4, 14));
  e[0] ^= constant;
  chi(e + 5, rotl(a[3] ^ d3, 28), rotl(a[9] ^ d4, 20), rotl(a[10] ^ d0, 3), rotl(a[16] ^ d1, 45), rotl(a[22] ^ d2, 61));
  chi(e + 10, rotl(a[1] ^ d1, 1), rotl(a[7] ^ d2, 6), rotl(a[13] ^ d3, 25), rotl(a[19] ^ d4, 8), rotl(a[20] ^ d0, 18));
  chi(e + 15, rotl(a[4] ^ d4, 27), rotl(a[5] ^ d0, 36), rotl(a[11] ^ d1, 10), rotl(a[17] ^ d2, 15), rotl(a[23] ^ d3, 56));
  chi(e + 20, rotl(a[2] ^ d2, 62), rotl(a[8] ^ d3, 55), rotl(a[14] ^ d4, 39), rotl(a[15] ^ d0, 41), rotl(a[21] ^ d1, 2));
}

[[gnu::always_inline]] inline void permute_rounds(std::uint64_t* lanes) {
  std::uint64_t a[25], e[25];
  std::memcpy(a, lanes, sizeof a);
  for (int i = 0; i < 24; i += 2) {
    round(a, e, kKeccakRoundConstants[i]);
    round(e, a, kKeccakRoundConstants[i + 1]);
  }
  std::memcpy(lanes, a, sizeof a);
}

#if defined(__x86_64__)
// ANDN and RORX save a fifth of the instructions; they are on every server since 2013, but not in the baseline.
[[gnu::target("bmi,bmi2")]] void permute_bmi(std::uint64_t* lanes) { permute_rounds(lanes); }
void permute_plain(std::uint64_t* lanes) { permute_rounds(lanes); }

void permute(std::uint64_t* lanes) {
  static const bool has_bmi = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  has_bmi ? permute_bmi(lanes) : permute_plain(lanes);
}
#else
void permute(std::uint64_t* lanes) { permute_rounds(lanes); }
#endif

}  // namespace

void Keccak256::update(BytesView data) {
  if (data.empty()) return;
  auto* bytes = reinterpret_cast<std::uint8_t*>(lanes_);
  const std::uint8_t* from = data.data();
  std::size_t left = data.size();
  while (left > 0) {
    if (position_ == 0 && left >= kRate) {
      for (std::size_t i = 0; i < kRate / 8; ++i) {
        std::uint64_t lane;
        std::memcpy(&lane, from + 8 * i, 8);
        lanes_[i] ^= lane;
      }
      permute(lanes_);
      from += kRate, left -= kRate;
      continue;
    }
    const std::size_t step = std::min(left, kRate - position_);
    for (std::size_t i = 0; i < step; ++i) bytes[position_ + i] ^= from[i];
    position_ += step, from += step, left -= step;
    if (position_ == kRate) {
      permute(lanes_);
      position_ = 0;
    }
  }
}

Hash Keccak256::finish(std::uint8_t padding) {
  auto* bytes = reinterpret_cast<std::uint8_t*>(lanes_);
  bytes[position_] ^= padding;
  bytes[kRate - 1] ^= 0x80;
  permute(lanes_);
  Hash digest;
  std::memcpy(digest.bytes.data(), lanes_, Hash::kSize);
  return digest;
}

}  // namespace hanse
