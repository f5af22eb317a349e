// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Compiled for AVX-512, of which this takes the foundation: rotations and functions of three words are one instruction.
#include <immintrin.h>

#include "crypto/keccak_rounds.hpp"
#include "crypto/lanes/keccak_eights.hpp"

namespace hanse::lanes {
namespace {

using Word = __m512i;

// The last argument of ternarylogic is the table of the function.
[[gnu::always_inline]] inline Word xor3(Word a, Word b, Word c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
[[gnu::always_inline]] inline Word and_not_xor(Word a, Word b, Word c) { return _mm512_ternarylogic_epi64(a, b, c, 0xd2); }   // a ^ (~b & c)

template <int kBits>
[[gnu::always_inline]] inline Word rotl(Word a) { return _mm512_rol_epi64(a, kBits); }

[[gnu::always_inline]] inline void chi(Word* row, Word b0, Word b1, Word b2, Word b3, Word b4) {
  row[0] = and_not_xor(b0, b1, b2);
  row[1] = and_not_xor(b1, b2, b3);
  row[2] = and_not_xor(b2, b3, b4);
  row[3] = and_not_xor(b3, b4, b0);
  row[4] = and_not_xor(b4, b0, b1);
}

// A round of §3.3 from `a` to `e`, in the same shape as the one of keccak.cpp: rho and pi in the arguments of chi.
[[gnu::always_inline]] inline void round(const Word* a, Word* e, std::uint64_t constant) {
  Word c[5], r[5];
  for (int x = 0; x < 5; ++x) c[x] = xor3(xor3(a[x], a[x + 5], a[x + 10]), a[x + 15], a[x + 20]);
  for (int x = 0; x < 5; ++x) r[x] = rotl<1>(c[x]);
  const auto t = [&](int i) __attribute__((always_inline)) { return xor3(a[i], c[(i + 4) % 5], r[(i + 1) % 5]); };   // theta
  chi(e, t(0), rotl<44>(t(6)), rotl<43>(t(12)), rotl<21>(t(18)), rotl<14>(t(24)));
  e[0] = _mm512_xor_si512(e[0], _mm512_set1_epi64(static_cast<long long>(constant)));
  chi(e + 5, rotl<28>(t(3)), rotl<20>(t(9)), rotl<3>(t(10)), rotl<45>(t(16)), rotl<61>(t(22)));
  chi(e + 10, rotl<1>(t(1)), rotl<6>(t(7)), rotl<25>(t(13)), rotl<8>(t(19)), rotl<18>(t(20)));
  chi(e + 15, rotl<27>(t(4)), rotl<36>(t(5)), rotl<10>(t(11)), rotl<15>(t(17)), rotl<56>(t(23)));
  chi(e + 20, rotl<62>(t(2)), rotl<55>(t(8)), rotl<39>(t(14)), rotl<41>(t(15)), rotl<2>(t(21)));
}

}  // namespace

void permute(KeccakEight& states) {
  Word a[25], e[25];
  for (int i = 0; i < 25; ++i) a[i] = _mm512_load_si512(states.words[i]);
  for (int i = 0; i < 24; i += 2) {
    round(a, e, kKeccakRoundConstants[i]);
    round(e, a, kKeccakRoundConstants[i + 1]);
  }
  for (int i = 0; i < 25; ++i) _mm512_store_si512(states.words[i], a[i]);
}

}  // namespace hanse::lanes
