// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Numbers modulo p = 2^256 - 2^32 - 977, the field of secp256k1, eight at a time: five limbs of 52 bits, which is what the
// multiplier of AVX-512 IFMA takes. W is the vector of eight words: IfmaWords, or CheckedWords in tests.
//
// Bounds. The multiplier looks at 52 bits of a factor, so no limb may ever be longer. An Element<W, M> promises
//   limbs 0 to 3 < 2^52,  value < M * (2^256 + 2^216),  M <= 15,
// so limb 4 < M * (2^48 + 2^8) < 2^52 as well. A product has M = 1; a sum has the sum of both, a difference one more than
// that. M is part of the type: what could grow too long does not compile. Columns<W, C> are five sums that nobody carried
// yet, each >= 0 and < C * 2^52.
#pragma once

#include <cstdint>

namespace hanse::lanes {

inline constexpr std::uint64_t kLimbMask = (1ull << 52) - 1;
inline constexpr std::uint64_t kTopMask = (1ull << 48) - 1;         // limb 4 of a number below 2^256
inline constexpr std::uint64_t kFold256 = 0x1000003d1;              // 2^256 mod p
inline constexpr std::uint64_t kFold260 = kFold256 << 4;            // 2^260 mod p, 37 bits
inline constexpr std::uint64_t kPrime[5] = {0xffffefffffc2f, kLimbMask, kLimbMask, kLimbMask, kTopMask};

template <class W, int M>
struct Element {
  static_assert(M >= 1 && M <= 15);
  W limb[5];

  Element() = default;
  Element(const W& l0, const W& l1, const W& l2, const W& l3, const W& l4) : limb{l0, l1, l2, l3, l4} {}
  template <int N>
    requires(N < M)
  Element(const Element<W, N>& smaller) : limb{smaller.limb[0], smaller.limb[1], smaller.limb[2], smaller.limb[3], smaller.limb[4]} {}
};

template <class W, int C>
struct Columns {
  W sum[5];
};

// Five columns below 2^58 to limbs. The caller knows from the value how large the last becomes.
template <class W, int M>
[[gnu::always_inline]] inline Element<W, M> carry(W c0, W c1, W c2, W c3, W c4) {
  const W mask = W::all(kLimbMask);
  c1 = c1 + right<52>(c0);
  c2 = c2 + right<52>(c1);
  c3 = c3 + right<52>(c2);
  c4 = c4 + right<52>(c3);
  return {c0 & mask, c1 & mask, c2 & mask, c3 & mask, c4};
}

// A multiple of p, written with limbs so large that F elements of together magnitude S can be taken away limb by limb:
// (S + 1) p with F borrowed into each limb from the one above. Limbs 0 to 3 are at least F (2^52 - 1) and below
// (F + 1) 2^52. Limb 4 is (S + 1) 2^48 - 1 - F, which is at least S (2^48 + 2^8) as 1 + F + 2^8 S <= 2^48.
template <int F, int S>
struct Bias {
  static_assert(F >= 1 && F <= 12 && S >= 1 && S <= 120);
  template <class W, int I>
  static W all() {
    constexpr std::uint64_t word = limb(I);
    return W::all(word);
  }
  static constexpr std::uint64_t limb(int i) {
    unsigned __int128 multiple = 0;
    for (int k = 0; k < i; ++k) multiple = (multiple + static_cast<unsigned __int128>(kPrime[k]) * (S + 1)) >> 52;
    multiple += static_cast<unsigned __int128>(kPrime[i]) * (S + 1);
    const auto own = static_cast<std::uint64_t>(i < 4 ? multiple & kLimbMask : multiple);
    return own + (i < 4 ? std::uint64_t{F} << 52 : 0) - (i > 0 ? F : 0);
  }
};

template <int F, class W>
[[gnu::always_inline]] inline W times(const W& a) {
  static_assert(F == 1 || F == 2 || F == 3 || F == 4 || F == 8);
  if constexpr (F == 1) return a;
  else if constexpr (F == 3) return a + left<1>(a);
  else return left<F == 2 ? 1 : F == 4 ? 2 : 3>(a);
}

// -F a, and -F a - H b, plus a multiple of p. For the sum in multiply_add: there it costs no carry of its own.
template <int F, class W, int M>
[[gnu::always_inline]] inline Columns<W, F + 1> minus(const Element<W, M>& a) {
  using B = Bias<F, F * M>;
  return {{B::template all<W, 0>() - times<F>(a.limb[0]), B::template all<W, 1>() - times<F>(a.limb[1]),
           B::template all<W, 2>() - times<F>(a.limb[2]), B::template all<W, 3>() - times<F>(a.limb[3]),
           B::template all<W, 4>() - times<F>(a.limb[4])}};
}
template <int F, int H, class W, int M, int N>
[[gnu::always_inline]] inline Columns<W, F + H + 1> minus(const Element<W, M>& a, const Element<W, N>& b) {
  using B = Bias<F + H, F * M + H * N>;
  return {{B::template all<W, 0>() - times<F>(a.limb[0]) - times<H>(b.limb[0]), B::template all<W, 1>() - times<F>(a.limb[1]) - times<H>(b.limb[1]),
           B::template all<W, 2>() - times<F>(a.limb[2]) - times<H>(b.limb[2]), B::template all<W, 3>() - times<F>(a.limb[3]) - times<H>(b.limb[3]),
           B::template all<W, 4>() - times<F>(a.limb[4]) - times<H>(b.limb[4])}};
}

template <int F, class W, int M>
[[gnu::always_inline]] inline Element<W, F * M> scale(const Element<W, M>& a) {
  return carry<W, F * M>(times<F>(a.limb[0]), times<F>(a.limb[1]), times<F>(a.limb[2]), times<F>(a.limb[3]), times<F>(a.limb[4]));
}
template <class W, int M, int N>
[[gnu::always_inline]] inline Element<W, M + N> add(const Element<W, M>& a, const Element<W, N>& b) {
  return carry<W, M + N>(a.limb[0] + b.limb[0], a.limb[1] + b.limb[1], a.limb[2] + b.limb[2], a.limb[3] + b.limb[3], a.limb[4] + b.limb[4]);
}
// F a - b.
template <int F, class W, int M, int N>
[[gnu::always_inline]] inline Element<W, F * M + N + 1> subtract(const Element<W, M>& a, const Element<W, N>& b) {
  const auto less = minus<1>(b);
  return carry<W, F * M + N + 1>(times<F>(a.limb[0]) + less.sum[0], times<F>(a.limb[1]) + less.sum[1], times<F>(a.limb[2]) + less.sum[2],
                                 times<F>(a.limb[3]) + less.sum[3], times<F>(a.limb[4]) + less.sum[4]);
}
// -a in the lanes of the mask.
template <class W, int M>
[[gnu::always_inline]] inline Element<W, M + 1> negate(const Element<W, M>& a, typename W::Mask mask) {
  const auto less = minus<1>(a);
  return carry<W, M + 1>(select(mask, less.sum[0], a.limb[0]), select(mask, less.sum[1], a.limb[1]), select(mask, less.sum[2], a.limb[2]),
                         select(mask, less.sum[3], a.limb[3]), select(mask, less.sum[4], a.limb[4]));
}
template <class W, int M>
[[gnu::always_inline]] inline Element<W, M> select(typename W::Mask mask, const Element<W, M>& set, const Element<W, M>& clear) {
  return {select(mask, set.limb[0], clear.limb[0]), select(mask, set.limb[1], clear.limb[1]), select(mask, set.limb[2], clear.limb[2]),
          select(mask, set.limb[3], clear.limb[3]), select(mask, set.limb[4], clear.limb[4])};
}

// Ten columns of one or two products. A product gives a column at most nine words below 2^52: two products and the nine of
// a sum leave every column below 2^57.
template <class W>
struct Product {
  W c0, c1, c2, c3, c4, c5, c6, c7, c8, c9;

  static Product zero() {
    const W none = W::all(0);
    return {none, none, none, none, none, none, none, none, none, none};
  }
  template <int C>
  static Product of(const Columns<W, C>& sum) {
    static_assert(C <= 12);
    const W none = W::all(0);
    return {sum.sum[0], sum.sum[1], sum.sum[2], sum.sum[3], sum.sum[4], none, none, none, none, none};
  }

  template <int M, int N>
  [[gnu::always_inline]] inline void add(const Element<W, M>& a, const Element<W, N>& b) {
    static_assert(M * N <= 120);
    const W &a0 = a.limb[0], &a1 = a.limb[1], &a2 = a.limb[2], &a3 = a.limb[3], &a4 = a.limb[4];
    const W &b0 = b.limb[0], &b1 = b.limb[1], &b2 = b.limb[2], &b3 = b.limb[3], &b4 = b.limb[4];
    c0 = add_low(c0, a0, b0); c1 = add_low(c1, a0, b1); c2 = add_low(c2, a0, b2); c3 = add_low(c3, a0, b3); c4 = add_low(c4, a0, b4);
    c1 = add_high(c1, a0, b0); c2 = add_high(c2, a0, b1); c3 = add_high(c3, a0, b2); c4 = add_high(c4, a0, b3); c5 = add_high(c5, a0, b4);
    c1 = add_low(c1, a1, b0); c2 = add_low(c2, a1, b1); c3 = add_low(c3, a1, b2); c4 = add_low(c4, a1, b3); c5 = add_low(c5, a1, b4);
    c2 = add_high(c2, a1, b0); c3 = add_high(c3, a1, b1); c4 = add_high(c4, a1, b2); c5 = add_high(c5, a1, b3); c6 = add_high(c6, a1, b4);
    c2 = add_low(c2, a2, b0); c3 = add_low(c3, a2, b1); c4 = add_low(c4, a2, b2); c5 = add_low(c5, a2, b3); c6 = add_low(c6, a2, b4);
    c3 = add_high(c3, a2, b0); c4 = add_high(c4, a2, b1); c5 = add_high(c5, a2, b2); c6 = add_high(c6, a2, b3); c7 = add_high(c7, a2, b4);
    c3 = add_low(c3, a3, b0); c4 = add_low(c4, a3, b1); c5 = add_low(c5, a3, b2); c6 = add_low(c6, a3, b3); c7 = add_low(c7, a3, b4);
    c4 = add_high(c4, a3, b0); c5 = add_high(c5, a3, b1); c6 = add_high(c6, a3, b2); c7 = add_high(c7, a3, b3); c8 = add_high(c8, a3, b4);
    c4 = add_low(c4, a4, b0); c5 = add_low(c5, a4, b1); c6 = add_low(c6, a4, b2); c7 = add_low(c7, a4, b3); c8 = add_low(c8, a4, b4);
    c5 = add_high(c5, a4, b0); c6 = add_high(c6, a4, b1); c7 = add_high(c7, a4, b2); c8 = add_high(c8, a4, b3); c9 = add_high(c9, a4, b4);
  }

  // The square of a, to columns that are zero: what stands twice in it is added once and doubled.
  template <int M>
  [[gnu::always_inline]] inline void add_square(const Element<W, M>& a) {
    static_assert(M * M <= 120);
    const W &a0 = a.limb[0], &a1 = a.limb[1], &a2 = a.limb[2], &a3 = a.limb[3], &a4 = a.limb[4];
    const W none = W::all(0);
    W d1 = none, d2 = none, d3 = none, d4 = none, d5 = none, d6 = none, d7 = none, d8 = none;
    d1 = add_low(d1, a0, a1); d2 = add_low(d2, a0, a2); d3 = add_low(d3, a0, a3); d4 = add_low(d4, a0, a4);
    d5 = add_high(d5, a0, a4); d2 = add_high(d2, a0, a1); d3 = add_high(d3, a0, a2); d4 = add_high(d4, a0, a3);
    d6 = add_high(d6, a1, a4); d7 = add_high(d7, a2, a4); d8 = add_high(d8, a3, a4); d3 = add_low(d3, a1, a2);
    d4 = add_low(d4, a1, a3); d5 = add_low(d5, a1, a4); d6 = add_low(d6, a2, a4); d7 = add_low(d7, a3, a4);
    d4 = add_high(d4, a1, a2); d5 = add_high(d5, a1, a3); d6 = add_high(d6, a2, a3);
    d5 = add_low(d5, a2, a3);
    c1 = c1 + left<1>(d1); c2 = c2 + left<1>(d2); c3 = c3 + left<1>(d3); c4 = c4 + left<1>(d4);
    c5 = left<1>(d5); c6 = left<1>(d6); c7 = left<1>(d7); c8 = left<1>(d8);
    c0 = add_low(c0, a0, a0); c1 = add_high(c1, a0, a0); c2 = add_low(c2, a1, a1); c3 = add_high(c3, a1, a1);
    c4 = add_low(c4, a2, a2); c5 = add_high(c5, a2, a2); c6 = add_low(c6, a3, a3); c7 = add_high(c7, a3, a3);
    c8 = add_low(c8, a4, a4); c9 = add_high(c9, a4, a4);
  }

  // Columns 5 to 9 stand for less than 240 * (2^256 + 2^216)^2 / 2^260 < 2^260, so carried they are five limbs. Times
  // 2^260 mod p they add at most two words to a column and a sixth column < 2^37. What is above 2^256 is then t < 2^41 +
  // 2^9, and t * (2^256 mod p) < 2^75. Column 3 hands less than 2^6 to limb 4, so the value is below 2^256 + 2^214: magnitude 1.
  [[gnu::always_inline]] inline Element<W, 1> reduced() const {
    const W fold = W::all(kFold260), top_fold = W::all(kFold256);
    const W h6 = c6 + right<52>(c5), h7 = c7 + right<52>(h6), h8 = c8 + right<52>(h7), h9 = c9 + right<52>(h8);
    const W f5 = low52(c5), f6 = low52(h6), f7 = low52(h7), f8 = low52(h8);
    const W above = add_high(W::all(0), h9, fold);
    const W s4 = add_high(add_low(c4, h9, fold), f8, fold);
    const W s3 = add_high(add_low(c3, f8, fold), f7, fold);
    const W s2 = add_high(add_low(c2, f7, fold), f6, fold);
    const W s1 = add_high(add_low(c1, f6, fold), f5, fold);
    const W s0 = add_low(c0, f5, fold);
    const W t = left<4>(above) + right<48>(s4);
    return carry<W, 1>(add_low(s0, t, top_fold), add_high(s1, t, top_fold), s2, s3, s4 & W::all(kTopMask));
  }
};

template <class W, int M, int N>
[[gnu::always_inline]] inline Element<W, 1> multiply(const Element<W, M>& a, const Element<W, N>& b) {
  auto product = Product<W>::zero();
  product.add(a, b);
  return product.reduced();
}
template <class W, int M>
[[gnu::always_inline]] inline Element<W, 1> square(const Element<W, M>& a) {
  auto product = Product<W>::zero();
  product.add_square(a);
  return product.reduced();
}
template <class W, int M, int N, int C>
[[gnu::always_inline]] inline Element<W, 1> multiply_add(const Element<W, M>& a, const Element<W, N>& b, const Columns<W, C>& sum) {
  auto product = Product<W>::of(sum);
  product.add(a, b);
  return product.reduced();
}
template <class W, int M, int C>
[[gnu::always_inline]] inline Element<W, 1> square_add(const Element<W, M>& a, const Columns<W, C>& sum) {
  auto product = Product<W>::of(sum);
  product.add_square(a);
  return product.reduced();
}
// a b + c d, reduced once.
template <class W, int M, int N, int K, int L>
[[gnu::always_inline]] inline Element<W, 1> multiply_two(const Element<W, M>& a, const Element<W, N>& b, const Element<W, K>& c,
                                                         const Element<W, L>& d) {
  auto product = Product<W>::zero();
  product.add(a, b);
  product.add(c, d);
  return product.reduced();
}

// The same number with magnitude 1: at most 15 times 2^256 is folded.
template <class W, int M>
Element<W, 1> weakly_reduced(const Element<W, M>& a) {
  const W t = right<48>(a.limb[4]);
  return carry<W, 1>(add_low(a.limb[0], t, W::all(kFold256)), a.limb[1], a.limb[2], a.limb[3], a.limb[4] & W::all(kTopMask));
}
// The one representative below p. The first reduction leaves at most 2^256 + 15 * 2^33, the second less than 2^256 < 2 p;
// adding 2^256 - p then shows in bit 256 whether p goes once more into it.
template <class W, int M>
Element<W, 1> canonical(const Element<W, M>& a) {
  const Element<W, 1> b = weakly_reduced(weakly_reduced(a));
  const Element<W, 2> c = carry<W, 2>(b.limb[0] + W::all(kFold256), b.limb[1], b.limb[2], b.limb[3], b.limb[4]);
  const auto below = is_zero(right<48>(c.limb[4]));
  const Element<W, 1> rest(c.limb[0], c.limb[1], c.limb[2], c.limb[3], c.limb[4] & W::all(kTopMask));
  return select(below, b, rest);
}
template <class W, int M>
typename W::Mask is_zero(const Element<W, M>& a) {
  const auto c = canonical(a);
  return is_zero(c.limb[0] | c.limb[1] | c.limb[2] | c.limb[3] | c.limb[4]);
}

// Numbers below 2^256 as four 64-bit words, the lowest first.
template <class W>
[[gnu::always_inline]] inline Element<W, 1> from_words(const W& w0, const W& w1, const W& w2, const W& w3) {
  const W mask = W::all(kLimbMask);
  return {w0 & mask, (right<52>(w0) | left<12>(w1)) & mask, (right<40>(w1) | left<24>(w2)) & mask,
          (right<28>(w2) | left<36>(w3)) & mask, right<16>(w3)};
}
template <class W>
void to_words(const Element<W, 1>& canonical_number, W* words) {
  const auto& limb = canonical_number.limb;
  words[0] = limb[0] | left<52>(limb[1]);
  words[1] = right<12>(limb[1]) | left<40>(limb[2]);
  words[2] = right<24>(limb[2]) | left<28>(limb[3]);
  words[3] = right<36>(limb[3]) | left<16>(limb[4]);
}
template <class W>
Element<W, 1> small(std::uint64_t number) {
  const W none = W::all(0);
  return {W::all(number), none, none, none, none};
}

template <class W>
[[gnu::noinline]] Element<W, 1> square_times(Element<W, 1> a, int count) {
  for (int i = 0; i < count; ++i) a = square(a);
  return a;
}

// a^(2^k - 1) for the runs of ones that both exponents below are made of: each from shorter ones, x(i + j) = x(i)^(2^j) x(j).
template <class W>
struct Runs {
  Element<W, 1> x2, x22, x223;

  explicit Runs(const Element<W, 1>& a) {
    const auto join = [](const Element<W, 1>& head, int length, const Element<W, 1>& tail) { return multiply(square_times(head, length), tail); };
    x2 = join(a, 1, a);
    const auto x3 = join(x2, 1, a), x6 = join(x3, 3, x3), x9 = join(x6, 3, x3), x11 = join(x9, 2, x2);
    x22 = join(x11, 11, x11);
    const auto x44 = join(x22, 22, x22), x88 = join(x44, 44, x44), x176 = join(x88, 88, x88), x220 = join(x176, 44, x44);
    x223 = join(x220, 3, x3);
  }
};

// a^(p - 2): 223 ones, 0, 22 ones, 0000, 1, 0, 11, 0, 1. Zero stays zero.
template <class W>
[[gnu::noinline]] Element<W, 1> inverse(const Element<W, 1>& a) {
  const Runs<W> runs(a);
  auto t = multiply(square_times(runs.x223, 23), runs.x22);
  t = multiply(square_times(t, 5), a);
  t = multiply(square_times(t, 3), runs.x2);
  return multiply(square_times(t, 2), a);
}
// a^((p + 1) / 4): 223 ones, 0, 22 ones, 0000, 11, 00. A root of a where a has one; p = 3 mod 4.
template <class W>
[[gnu::noinline]] Element<W, 1> root_candidate(const Element<W, 1>& a) {
  const Runs<W> runs(a);
  auto t = multiply(square_times(runs.x223, 23), runs.x22);
  t = multiply(square_times(t, 6), runs.x2);
  return square_times(t, 2);
}

}  // namespace hanse::lanes
