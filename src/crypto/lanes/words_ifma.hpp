// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Eight 64-bit words of one AVX-512 register. Only for a source that is compiled for AVX-512 F, DQ, BW, VL and IFMA as
// a whole (cmake/room.cmake): what stands here must never be linked into code that runs without asking the CPU.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace hanse::lanes {

struct IfmaWords {
  using Mask = __mmask8;
  __m512i value;

  static IfmaWords all(std::uint64_t word) { return {_mm512_set1_epi64(static_cast<long long>(word))}; }
  static IfmaWords load(const std::uint64_t* words) { return {_mm512_loadu_si512(words)}; }
  void store(std::uint64_t* words) const { _mm512_storeu_si512(words, value); }
};

inline IfmaWords operator+(IfmaWords a, IfmaWords b) { return {_mm512_add_epi64(a.value, b.value)}; }
inline IfmaWords operator-(IfmaWords a, IfmaWords b) { return {_mm512_sub_epi64(a.value, b.value)}; }
inline IfmaWords operator&(IfmaWords a, IfmaWords b) { return {_mm512_and_si512(a.value, b.value)}; }
inline IfmaWords operator|(IfmaWords a, IfmaWords b) { return {_mm512_or_si512(a.value, b.value)}; }
template <unsigned kBits>
IfmaWords left(IfmaWords a) { return {_mm512_slli_epi64(a.value, kBits)}; }
template <unsigned kBits>
IfmaWords right(IfmaWords a) { return {_mm512_srli_epi64(a.value, kBits)}; }
// By a number of bits that the code knows only when it runs; 64 and more, also "negative" ones, leave zero.
inline IfmaWords left_by(IfmaWords a, std::uint64_t bits) { return {_mm512_sllv_epi64(a.value, IfmaWords::all(bits).value)}; }
inline IfmaWords right_by(IfmaWords a, std::uint64_t bits) { return {_mm512_srlv_epi64(a.value, IfmaWords::all(bits).value)}; }

// sum + the low (high) 52 bits of the 104-bit product of two words below 2^52.
inline IfmaWords add_low(IfmaWords sum, IfmaWords a, IfmaWords b) { return {_mm512_madd52lo_epu64(sum.value, a.value, b.value)}; }
inline IfmaWords add_high(IfmaWords sum, IfmaWords a, IfmaWords b) { return {_mm512_madd52hi_epu64(sum.value, a.value, b.value)}; }
// The low 52 bits as a factor of the two above, which look at no others.
inline IfmaWords low52(IfmaWords a) { return a; }

inline IfmaWords select(IfmaWords::Mask mask, IfmaWords set, IfmaWords clear) { return {_mm512_mask_blend_epi64(mask, clear.value, set.value)}; }
inline IfmaWords::Mask is_zero(IfmaWords a) { return _mm512_testn_epi64_mask(a.value, a.value); }

// rows[lane] names eight words; word w of every row becomes words[w], lane by lane. And back, rows 8 words apart.
inline void transpose(const __m512i (&in)[8], __m512i (&out)[8]) {
  __m512i pairs[8], fours[8];
  for (int i = 0; i < 4; ++i) {
    pairs[2 * i] = _mm512_unpacklo_epi64(in[2 * i], in[2 * i + 1]);
    pairs[2 * i + 1] = _mm512_unpackhi_epi64(in[2 * i], in[2 * i + 1]);
  }
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 2; ++k) {
      fours[4 * i + k] = _mm512_shuffle_i64x2(pairs[4 * i + k], pairs[4 * i + 2 + k], 0x88);
      fours[4 * i + 2 + k] = _mm512_shuffle_i64x2(pairs[4 * i + k], pairs[4 * i + 2 + k], 0xdd);
    }
  for (int k = 0; k < 4; ++k) {
    out[k] = _mm512_shuffle_i64x2(fours[k], fours[4 + k], 0x88);
    out[4 + k] = _mm512_shuffle_i64x2(fours[k], fours[4 + k], 0xdd);
  }
}
inline void load_rows(const std::uint64_t* const (&rows)[8], IfmaWords (&words)[8]) {
  __m512i in[8], out[8];
  for (int lane = 0; lane < 8; ++lane) in[lane] = _mm512_loadu_si512(rows[lane]);
  transpose(in, out);
  for (int w = 0; w < 8; ++w) words[w].value = out[w];
}
inline void store_rows(const IfmaWords (&words)[8], std::uint64_t* rows) {
  __m512i in[8], out[8];
  for (int w = 0; w < 8; ++w) in[w] = words[w].value;
  transpose(in, out);
  for (int lane = 0; lane < 8; ++lane) _mm512_storeu_si512(rows + 8 * lane, out[lane]);
}

}  // namespace hanse::lanes
