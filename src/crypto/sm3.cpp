// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/sm3.hpp"

#include <bit>

namespace hanse {
namespace {

using std::rotl;

std::uint32_t p0(std::uint32_t x) { return x ^ rotl(x, 9) ^ rotl(x, 17); }
std::uint32_t p1(std::uint32_t x) { return x ^ rotl(x, 15) ^ rotl(x, 23); }

struct RoundConstants {
  std::uint32_t at[64];
  constexpr RoundConstants() : at{} {
    for (int j = 0; j < 64; ++j) at[j] = std::rotl(j < 16 ? 0x79cc4519u : 0x7a879d8au, j % 32);
  }
};
constexpr RoundConstants kConstants;

// GB/T 32905 §5.3.3, one step of the compression; instead of moving eight registers along, the caller renames them.
// kEarly: the first sixteen steps, which mix by exclusive or. kExpand: w[j + 4] is not in the block and is made here
// (§5.3.2); a loop of its own would be turned into slow two-lane vectors and could not overlap with the steps.
template <bool kEarly, bool kExpand>
[[gnu::always_inline]] inline void step(int j, std::uint32_t* w, std::uint32_t a, std::uint32_t& b, std::uint32_t c,
                                        std::uint32_t& d, std::uint32_t e, std::uint32_t& f, std::uint32_t g,
                                        std::uint32_t& h) {
  if (kExpand) w[j + 4] = p1(w[j - 12] ^ w[j - 5] ^ rotl(w[j + 1], 15)) ^ rotl(w[j - 9], 7) ^ w[j - 2];
  const std::uint32_t a12 = rotl(a, 12);
  const std::uint32_t ss1 = rotl(a12 + e + kConstants.at[j], 7);
  const std::uint32_t ff = kEarly ? (a ^ b ^ c) : ((a & b) | ((a | b) & c));
  const std::uint32_t gg = kEarly ? (e ^ f ^ g) : (((f ^ g) & e) ^ g);
  b = rotl(b, 9);
  d = ff + d + (w[j] ^ w[j + 4]) + (ss1 ^ a12);
  f = rotl(f, 19);
  h = p0(gg + h + w[j] + ss1);
}

std::uint32_t load_be(const std::uint8_t* at) {   // one instruction, where read_be<> is a loop
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == std::endian::little ? __builtin_bswap32(word) : word;
}

void compress(std::uint32_t* words, const std::uint8_t* block) {
  std::uint32_t w[68];
  for (int j = 0; j < 16; ++j) w[j] = load_be(block + 4 * j);

  std::uint32_t a = words[0], b = words[1], c = words[2], d = words[3];
  std::uint32_t e = words[4], f = words[5], g = words[6], h = words[7];
  const auto four_steps = [&]<bool kEarly, bool kExpand>(int j) __attribute__((always_inline)) {
    step<kEarly, kExpand>(j, w, a, b, c, d, e, f, g, h);
    step<kEarly, kExpand>(j + 1, w, d, a, b, c, h, e, f, g);
    step<kEarly, kExpand>(j + 2, w, c, d, a, b, g, h, e, f);
    step<kEarly, kExpand>(j + 3, w, b, c, d, a, f, g, h, e);
  };
  for (int j = 0; j < 12; j += 4) four_steps.operator()<true, false>(j);
  four_steps.operator()<true, true>(12);
  for (int j = 16; j < 64; j += 4) four_steps.operator()<false, true>(j);
  words[0] ^= a, words[1] ^= b, words[2] ^= c, words[3] ^= d;
  words[4] ^= e, words[5] ^= f, words[6] ^= g, words[7] ^= h;
}

}  // namespace

void Sm3::update(BytesView data) {
  if (data.empty()) return;
  const std::uint8_t* from = data.data();
  std::size_t left = data.size();
  const std::size_t used = length_ % kBlock;
  length_ += left;
  if (used != 0) {
    const std::size_t step = std::min(left, kBlock - used);
    std::memcpy(pending_ + used, from, step);
    if (used + step < kBlock) return;
    compress(words_, pending_);
    from += step, left -= step;
  }
  for (; left >= kBlock; from += kBlock, left -= kBlock) compress(words_, from);
  if (left != 0) std::memcpy(pending_, from, left);
}

Hash Sm3::finish() {
  std::size_t used = length_ % kBlock;
  pending_[used++] = 0x80;
  if (used > kBlock - 8) {
    std::memset(pending_ + used, 0, kBlock - used);
    compress(words_, pending_);
    used = 0;
  }
  std::memset(pending_ + used, 0, kBlock - 8 - used);
  const std::uint64_t bits = length_ * 8;
  for (int i = 0; i < 8; ++i) pending_[kBlock - 1 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  compress(words_, pending_);

  Hash digest;
  for (int i = 0; i < 32; ++i) digest.bytes[i] = static_cast<std::uint8_t>(words_[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

Hash hmac_sm3(BytesView key, BytesView data) {
  std::uint8_t block[64]{};
  if (key.size() > sizeof block) {
    Sm3 shorter;
    shorter.update(key);
    std::memcpy(block, shorter.finish().bytes.data(), Hash::kSize);
  } else if (!key.empty()) {
    std::memcpy(block, key.data(), key.size());
  }
  const auto keyed = [&block](std::uint8_t pad, BytesView tail) {
    std::uint8_t padded[sizeof block];
    for (std::size_t i = 0; i < sizeof block; ++i) padded[i] = block[i] ^ pad;
    Sm3 hasher;
    hasher.update(padded);
    hasher.update(tail);
    return hasher.finish();
  };
  return keyed(0x5c, keyed(0x36, data));
}

}  // namespace hanse
