// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The group and the whole recovery with words that check every bound, against libsecp256k1 and against the machine's lanes.
#include "crypto/lanes/recover_eights.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>

#include "crypto/lanes/recover_ifma.hpp"
#include "crypto/lanes/recover_signers.hpp"
#include "crypto/lanes/scalars.hpp"
#include "crypto/lanes/words_checked.hpp"
#include "crypto/secp256k1_ecdsa.hpp"

namespace hanse::lanes {
namespace {

using W = CheckedWords;

struct Point {
  std::uint64_t words[8];                             // x then y, lowest word first
  bool operator==(const Point&) const = default;
};
Point times_generator(const U256& k) {
  const PublicKey key = secp256k1::public_key_of(SecretKey::of(k.to_be())).value();
  Point out;
  for (std::size_t half = 0; half < 2; ++half)
    std::ranges::copy(U256::from_be(BytesView(key).subspan(32 * half, 32)).limbs, out.words + 4 * half);
  return out;
}
U256 order() {
  U256 n;
  std::ranges::copy(kOrder, n.limbs);
  return n;
}
U256 sum_of_scalars(const U256& a, const U256& b) {   // mod n
  U256 sum = a;
  if (!add_to(sum, b)) EXPECT_FALSE(subtract_from(sum, order()));   // both wrap
  return reduced(sum);
}

AffinePoints<W> in_all_lanes(const Point& p) { return {all_lanes<W>(p.words), all_lanes<W>(p.words + 4)}; }
JacobianPoints<W> with_z(const AffinePoints<W>& p, const Element<W, 1>& z) {
  const auto zz = square(z);
  return {multiply(p.x, zz), multiply(p.y, multiply(zz, z)), z};
}
Point lane_of(const JacobianPoints<W>& p, int lane) {
  const auto inverse_of_z = inverse(p.z), zz = square(inverse_of_z);
  W words[8];
  to_words(canonical(multiply(p.x, zz)), words);
  to_words(canonical(multiply(p.y, multiply(zz, inverse_of_z))), words + 4);
  Point out;
  for (int w = 0; w < 8; ++w) out.words[w] = words[w].word[lane];
  return out;
}
Element<W, 1> any_z(std::mt19937_64& random) {
  const auto word = [&] { return W::of([&](int) { return random(); }); };
  return from_words(word(), word(), word(), word());
}
U256 any_scalar(std::mt19937_64& random) {
  U256 out;
  for (auto& limb : out.limbs) limb = random();
  return reduced(out);
}

TEST(LanesGroup, DoublesAndAddsAsTheLibraryDoes) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 20; ++i) {
    const U256 a = any_scalar(random), b = any_scalar(random);
    const auto p = with_z(in_all_lanes(times_generator(a)), any_z(random));
    const auto q = in_all_lanes(times_generator(b));
    EXPECT_EQ(lane_of(doubled(p), i % 8), times_generator(product(a, U256(2))));
    EXPECT_EQ(lane_of(sum_of(p, q.x, q.y), i % 8), times_generator(sum_of_scalars(a, b)));
    EXPECT_EQ(is_on_curve(q), 0xff);
    EXPECT_EQ(is_on_curve(AffinePoints<W>{q.y, q.x}), 0);
  }
}

// The whole proof that no exception goes unseen rests on this.
TEST(LanesGroup, EqualAndOppositePointsLeaveAZeroZForever) {
  std::mt19937_64 random(7);
  const auto other = in_all_lanes(times_generator(U256(11)));
  for (const U256& k : {U256(1), U256(5), any_scalar(random)}) {
    const auto q = in_all_lanes(times_generator(k));
    for (W::Mask opposite : {0x00, 0xff, 0x5a}) {
      auto sum = sum_of(with_z(q, any_z(random)), q.x, negate(q.y, opposite));
      for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(is_zero(sum.z), 0xff);
        sum = i % 2 == 0 ? doubled(sum) : sum_of(sum, other.x, other.y);
      }
    }
  }
}

const GeneratorTable& checked_table() {
  static const auto table = [] {
    auto made = std::make_unique<GeneratorTable>();
    std::make_unique<EightsRecovery<W>>()->make_generator_table(*made);
    return made;
  }();
  return *table;
}

TEST(LanesRecovery, ItsGeneratorTableHoldsWhatTheLibraryComputes) {
  U256 lambda;
  std::ranges::copy(std::to_array<std::uint64_t>({0xdf02967c1b23bd72, 0x122e22ea20816678, 0xa5261c028812645a, 0x5363ad4cc05c30e0}), lambda.limbs);
  for (std::size_t k = 0; k < kGeneratorRows; ++k)
    for (int half = 0; half < 2; ++half) {
      const Point wanted = times_generator(half == 0 ? U256(k + 1) : product(lambda, U256(k + 1)));
      ASSERT_TRUE(std::ranges::equal(wanted.words, checked_table().rows[half][k])) << k + 1 << " half " << half;
    }
}

// Any x, any factors, edges of their digits among them: the machine's lanes and the checked words say the same.
TEST(LanesRecovery, TheMachineSaysWhatTheCheckedWordsSay) {
  if (!are_able()) GTEST_SKIP() << "left out: this CPU has no AVX-512 IFMA";
  auto table = std::make_unique<GeneratorTable>();
  ifma::make_generator_table(*table);
  ASSERT_EQ(std::memcmp(table.get(), &checked_table(), sizeof *table), 0);
  const auto recovery = std::make_unique<EightsRecovery<W>>();
  std::mt19937_64 random(8);
  std::size_t good = 0;
  for (int round = 0; round < 6; ++round) {
    Eight eights[2] = {};
    for (Eight& eight : eights) {
      const auto factor = [&] { return random() % 4 != 0 ? random() : random() % 3 == 0 ? ~0ull : random() % 34; };
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        U256 x;
        for (auto& limb : x.limbs) limb = random();
        if (random() % 3 == 0) std::ranges::copy_n(times_generator(U256(1 + random() % 4)).words, 4, x.limbs);
        for (int w = 0; w < 4; ++w) eight.x[w][lane] = x.limbs[w];
        const bool is_small = random() % 4 == 0;
        for (int i = 0; i < Eight::kFactors; ++i) eight.low[i][lane] = factor(), eight.high[i][lane] = is_small ? 0 : factor();
      }
      for (auto& mask : eight.negative) mask = static_cast<std::uint8_t>(random());
      eight.y_is_odd = static_cast<std::uint8_t>(random());
      eight.in_use = static_cast<std::uint8_t>(random() | random());
    }
    Eight checked[2];
    std::memcpy(checked, eights, sizeof checked);
    recovery->recover(checked, 2, checked_table());
    ifma::recover(eights, 2, *table);
    for (int i = 0; i < 2; ++i) {
      ASSERT_EQ(eights[i].good, checked[i].good);
      ASSERT_EQ(std::memcmp(eights[i].key, checked[i].key, sizeof eights[i].key), 0);
      good += static_cast<std::size_t>(std::popcount(eights[i].good));
    }
  }
  EXPECT_GT(good, 20u);
}

}  // namespace
}  // namespace hanse::lanes
