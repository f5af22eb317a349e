// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The field with words that check every bound, against the big numbers of OpenSSL.
#include "crypto/lanes/field.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>

#include <functional>
#include <memory>
#include <random>

#include "crypto/lanes/words_checked.hpp"

namespace hanse::lanes {
namespace {

using W = CheckedWords;

struct Big {
  std::unique_ptr<BIGNUM, decltype(&BN_free)> value{BN_new(), BN_free};
  Big() = default;
  explicit Big(std::uint64_t number) { BN_set_word(value.get(), number); }
  BIGNUM* get() const { return value.get(); }
};
BN_CTX* context() {
  static const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> made(BN_CTX_new(), BN_CTX_free);
  return made.get();
}
const Big& prime() {
  static const Big made = [] {
    Big p(1);
    BN_lshift(p.get(), p.get(), 256);
    BN_sub_word(p.get(), 0x1000003d1);
    return p;
  }();
  return made;
}

template <int M>
Big value_of(const Element<W, M>& a, int lane) {
  Big sum(0);
  for (int i = 4; i >= 0; --i) {
    BN_lshift(sum.get(), sum.get(), 52);
    BN_add_word(sum.get(), a.limb[i].word[lane]);
  }
  return sum;
}
Big operator%(const Big& a, const Big& m) {
  Big out;
  BN_nnmod(out.get(), a.get(), m.get(), context());
  return out;
}
Big operator*(const Big& a, const Big& b) {
  Big out;
  BN_mul(out.get(), a.get(), b.get(), context());
  return out;
}
Big operator+(const Big& a, const Big& b) {
  Big out;
  BN_add(out.get(), a.get(), b.get());
  return out;
}
Big operator-(const Big& a, const Big& b) {
  Big out;
  BN_sub(out.get(), a.get(), b.get());
  return out;
}

// What the type promises holds, and the value is the wanted one modulo p.
template <int M>
void expect_values(const Element<W, M>& got, const std::function<Big(int)>& wanted, const char* what) {
  for (int lane = 0; lane < 8; ++lane) {
    for (int i = 0; i < 4; ++i) ASSERT_LT(got.limb[i].word[lane], 1ull << 52) << what;
    ASSERT_LT(got.limb[4].word[lane], M * ((1ull << 48) + (1ull << 8))) << what;   // the same as value < M (2^256 + 2^216)
    ASSERT_EQ(BN_cmp((value_of(got, lane) % prime()).get(), (wanted(lane) % prime()).get()), 0) << what << " in lane " << lane;
  }
}

// Limbs anywhere in their bounds, more often than not at an end of them.
template <int M>
Element<W, M> any_element(std::mt19937_64& random) {
  const auto limb = [&](std::uint64_t max) {
    return W::of([&](int) -> std::uint64_t {
      switch (random() % 4) {
        case 0: return max;
        case 1: return 0;
        case 2: return max - random() % 3;
        default: return random() % (max + 1);
      }
    });
  };
  return {limb(kLimbMask), limb(kLimbMask), limb(kLimbMask), limb(kLimbMask), limb(M * ((1ull << 48) + (1ull << 8)) - 1)};
}
// Small numbers, p and its neighbours, 2^256 and its neighbours.
Element<W, 2> edge(std::uint64_t which) {
  const std::uint64_t last = which % 8;
  switch (which / 8) {
    case 0: return small<W>(last);
    case 1: return {W::all(kPrime[0] - 4 + last), W::all(kPrime[1]), W::all(kPrime[2]), W::all(kPrime[3]), W::all(kPrime[4])};
    case 2: return {W::all(kLimbMask - last), W::all(kLimbMask), W::all(kLimbMask), W::all(kLimbMask), W::all(kTopMask)};
    default: return {W::all(last), W::all(0), W::all(0), W::all(0), W::all(kTopMask + 1)};
  }
}
constexpr std::uint64_t kEdges = 32;

TEST(LanesField, MultipliesAsBigNumbersDo) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200; ++i) {
    const auto a = any_element<15>(random);
    const auto b = any_element<8>(random);
    const auto c = any_element<10>(random);
    const auto d = any_element<1>(random), e = any_element<1>(random);
    const auto at = [](const auto& element) { return [&](int lane) { return value_of(element, lane); }; };
    expect_values(multiply(a, b), [&](int lane) { return at(a)(lane) * at(b)(lane); }, "a b");
    expect_values(square(c), [&](int lane) { return at(c)(lane) * at(c)(lane); }, "c c");
    expect_values(multiply_two(a, b, c, b), [&](int lane) { return at(a)(lane) * at(b)(lane) + at(c)(lane) * at(b)(lane); }, "a b + c b");
    expect_values(multiply_add(a, b, minus<8>(d)), [&](int lane) { return at(a)(lane) * at(b)(lane) - Big(8) * at(d)(lane); }, "a b - 8 d");
    expect_values(square_add(c, minus<1, 2>(d, e)), [&](int lane) { return at(c)(lane) * at(c)(lane) - at(d)(lane) - Big(2) * at(e)(lane); },
                  "c c - d - 2 e");
  }
}

TEST(LanesField, AddsAndSubtractsAsBigNumbersDo) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200; ++i) {
    const auto a = any_element<2>(random);
    const auto b = any_element<3>(random);
    const auto mask = static_cast<W::Mask>(random());
    expect_values(add(a, b), [&](int lane) { return value_of(a, lane) + value_of(b, lane); }, "a + b");
    expect_values(scale<3>(b), [&](int lane) { return Big(3) * value_of(b, lane); }, "3 b");
    expect_values(subtract<4>(a, b), [&](int lane) { return Big(4) * value_of(a, lane) - value_of(b, lane); }, "4 a - b");
    expect_values(negate(b, mask), [&](int lane) { return mask >> lane & 1 ? Big(0) - value_of(b, lane) : value_of(b, lane); }, "-b");
    expect_values(weakly_reduced(add(a, b)), [&](int lane) { return value_of(a, lane) + value_of(b, lane); }, "a + b, weakly");
  }
}

TEST(LanesField, HasOneCanonicalForm) {
  std::mt19937_64 random(3);
  const auto expect_canonical = [](const auto& element) {
    const auto one = canonical(element);
    for (int lane = 0; lane < 8; ++lane) {
      const Big wanted = value_of(element, lane) % prime();
      ASSERT_EQ(BN_cmp(value_of(one, lane).get(), wanted.get()), 0);
      ASSERT_EQ(is_zero(element) >> lane & 1, BN_is_zero(wanted.get()));
    }
    W words[4];
    to_words(one, words);
    const auto back = from_words(words[0], words[1], words[2], words[3]);
    for (int i = 0; i < 5; ++i)
      for (int lane = 0; lane < 8; ++lane) ASSERT_EQ(back.limb[i].word[lane], one.limb[i].word[lane]);
  };
  for (std::uint64_t i = 0; i < kEdges; ++i) {
    expect_canonical(edge(i));
    expect_canonical(subtract<1>(edge(i), edge(i)));
    expect_canonical(scale<4>(edge(i)));
  }
  for (int i = 0; i < 100; ++i) expect_canonical(any_element<15>(random));
}

TEST(LanesField, InvertsAndTakesRoots) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 6; ++i) {
    const auto a = weakly_reduced(any_element<1>(random));
    EXPECT_EQ(is_zero(subtract<1>(multiply(a, inverse(a)), small<W>(1))), 0xff);
    const auto squared = square(a);
    EXPECT_EQ(is_zero(subtract<1>(square(root_candidate(squared)), squared)), 0xff);
    const auto no_square = subtract<1>(small<W>(0), squared);         // -1 is none, as p = 3 mod 4
    EXPECT_EQ(is_zero(subtract<1>(square(root_candidate(weakly_reduced(no_square))), no_square)), 0);
  }
  EXPECT_EQ(is_zero(inverse(small<W>(0))), 0xff);
  EXPECT_EQ(is_zero(root_candidate(small<W>(0))), 0xff);
}

}  // namespace
}  // namespace hanse::lanes
