// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/lanes/scalars.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>

#include <memory>
#include <random>

#include "crypto/lanes/test_numbers.hpp"

namespace hanse::lanes {
namespace {

U256 minus(U256 a, const U256& b) {
  EXPECT_TRUE(subtract_from(a, b));
  return a;
}

// a b mod n by OpenSSL.
U256 big_product(const U256& a, const U256& b) {
  const auto big = [](const U256& n) {
    const Hash bytes = n.to_be();
    return std::unique_ptr<BIGNUM, decltype(&BN_free)>(BN_bin2bn(bytes.bytes.data(), 32, nullptr), BN_free);
  };
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), BN_CTX_free);
  const auto x = big(a), y = big(b), n = big(order());
  BN_mod_mul(x.get(), x.get(), y.get(), n.get(), context.get());
  Hash out;
  BN_bn2binpad(x.get(), out.bytes.data(), 32);
  return U256::from_be(out);
}

// Below n: its ends, powers of two and their neighbours, what lies near 2^256 - n, and anything.
std::vector<U256> samples(std::size_t random_count) {
  std::vector<U256> out{U256(0), U256(1), U256(2), minus(order(), U256(1)), minus(order(), U256(2)), kLambda, product(kLambda, kLambda)};
  for (int bit = 1; bit < 256; bit += 3) {
    U256 power;
    power.limbs[bit / 64] = 1ull << (bit % 64);
    out.push_back(power);
    out.push_back(minus(power, U256(1)));
    out.push_back(negated(power));
  }
  std::mt19937_64 random(5);
  for (std::size_t i = 0; i < random_count; ++i) {
    U256 any;
    for (auto& limb : any.limbs) limb = random() % 8 == 0 ? 0 : random() % 8 == 0 ? ~0ull : random();
    out.push_back(reduced(any));
  }
  return out;
}

TEST(LanesScalars, MultiplyAsBigNumbersDo) {
  const auto all = samples(200);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i % 7; k < all.size(); k += 7) ASSERT_EQ(product(all[i], all[k]), big_product(all[i], all[k])) << i << " * " << k;
}

TEST(LanesScalars, InvertTogether) {
  auto all = samples(60);
  std::erase(all, U256(0));
  auto inverses = all;
  invert_all(inverses);
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(product(all[i], inverses[i]), U256(1)) << i;
}

TEST(LanesScalars, SplitIntoHalvesThatMakeTheNumber) {
  ASSERT_EQ(product(product(kLambda, kLambda), kLambda), U256(1));
  for (const U256& one : samples(20'000)) {
    const Split parts = split(one);                   // checks itself that both halves are below 2^128
    U256 value[2];
    for (int half = 0; half < 2; ++half) {
      value[half].limbs[0] = parts.part[half].low, value[half].limbs[1] = parts.part[half].high;
      if (parts.part[half].negative) value[half] = negated(value[half]);
    }
    // part0 = one - part1 lambda, without an addition of our own.
    const U256 rest = negated(product(value[1], kLambda));
    U256 sum = one;
    if (!add_to(sum, rest)) ASSERT_FALSE(subtract_from(sum, order()));
    ASSERT_EQ(reduced(sum), value[0]) << one.to_quantity();
  }
}

}  // namespace
}  // namespace hanse::lanes
