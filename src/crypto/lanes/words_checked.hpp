// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Eight words without any vector instruction, for tests: the arithmetic above them is the same source, but here every
// factor must be below 2^52 and no sum may reach 2^63 or fall below zero. What holds with these words holds by the bounds
// that field.hpp states, and runs on every CPU.
#pragma once

#include <cstdint>

#include "base/check.hpp"

namespace hanse::lanes {

struct CheckedWords {
  using Mask = std::uint8_t;
  std::uint64_t word[8];

  static CheckedWords all(std::uint64_t word) { return of([&](int) { return word; }); }
  static CheckedWords load(const std::uint64_t* words) { return of([&](int i) { return words[i]; }); }
  void store(std::uint64_t* words) const { for (int i = 0; i < 8; ++i) words[i] = word[i]; }
  static CheckedWords of(auto&& word_of) {
    CheckedWords words;
    for (int i = 0; i < 8; ++i) words.word[i] = word_of(i);
    return words;
  }
};

inline CheckedWords operator+(const CheckedWords& a, const CheckedWords& b) {
  return CheckedWords::of([&](int i) {
    CHECK(a.word[i] >> 62 == 0 && b.word[i] >> 62 == 0);
    return a.word[i] + b.word[i];
  });
}
inline CheckedWords operator-(const CheckedWords& a, const CheckedWords& b) {
  return CheckedWords::of([&](int i) {
    CHECK(a.word[i] >= b.word[i]);
    return a.word[i] - b.word[i];
  });
}
inline CheckedWords operator&(const CheckedWords& a, const CheckedWords& b) {
  return CheckedWords::of([&](int i) { return a.word[i] & b.word[i]; });
}
inline CheckedWords operator|(const CheckedWords& a, const CheckedWords& b) {
  return CheckedWords::of([&](int i) { return a.word[i] | b.word[i]; });
}
inline CheckedWords left_by(const CheckedWords& a, std::uint64_t bits) {
  return CheckedWords::of([&](int i) { return bits < 64 ? a.word[i] << bits : 0; });
}
inline CheckedWords right_by(const CheckedWords& a, std::uint64_t bits) {
  return CheckedWords::of([&](int i) { return bits < 64 ? a.word[i] >> bits : 0; });
}
template <unsigned kBits>
CheckedWords left(const CheckedWords& a) { return left_by(a, kBits); }
template <unsigned kBits>
CheckedWords right(const CheckedWords& a) { return right_by(a, kBits); }

inline unsigned __int128 checked_product(std::uint64_t a, std::uint64_t b) {
  CHECK(a >> 52 == 0 && b >> 52 == 0);
  return static_cast<unsigned __int128>(a) * b;
}
inline CheckedWords add_low(const CheckedWords& sum, const CheckedWords& a, const CheckedWords& b) {
  return sum + CheckedWords::of([&](int i) { return static_cast<std::uint64_t>(checked_product(a.word[i], b.word[i])) & ((1ull << 52) - 1); });
}
inline CheckedWords add_high(const CheckedWords& sum, const CheckedWords& a, const CheckedWords& b) {
  return sum + CheckedWords::of([&](int i) { return static_cast<std::uint64_t>(checked_product(a.word[i], b.word[i]) >> 52); });
}
inline CheckedWords low52(const CheckedWords& a) { return a & CheckedWords::all((1ull << 52) - 1); }

inline CheckedWords select(CheckedWords::Mask mask, const CheckedWords& set, const CheckedWords& clear) {
  return CheckedWords::of([&](int i) { return mask >> i & 1 ? set.word[i] : clear.word[i]; });
}
inline CheckedWords::Mask is_zero(const CheckedWords& a) {
  CheckedWords::Mask mask = 0;
  for (int i = 0; i < 8; ++i) mask = static_cast<CheckedWords::Mask>(mask | (a.word[i] == 0) << i);
  return mask;
}

inline void load_rows(const std::uint64_t* const (&rows)[8], CheckedWords (&words)[8]) {
  for (int w = 0; w < 8; ++w) words[w] = CheckedWords::of([&](int lane) { return rows[lane][w]; });
}
inline void store_rows(const CheckedWords (&words)[8], std::uint64_t* rows) {
  for (int w = 0; w < 8; ++w)
    for (int lane = 0; lane < 8; ++lane) rows[8 * lane + w] = words[w].word[lane];
}

}  // namespace hanse::lanes
