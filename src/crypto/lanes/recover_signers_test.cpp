// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Lanes against libsecp256k1 over whole signatures. HANSE_SIGNATURES sets how many are drawn of each kind: the long form.
#include "crypto/lanes/recover_signers.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "crypto/lanes/test_numbers.hpp"

namespace hanse::lanes {
namespace {

class LanesSigners : public testing::Test {
 protected:
  void SetUp() override {
    if (!are_able()) GTEST_SKIP() << "left out: this CPU has no AVX-512 IFMA";
  }
};

std::size_t drawn_count() {
  const char* text = std::getenv("HANSE_SIGNATURES");
  return text ? std::strtoull(text, nullptr, 10) : 6'000;
}

struct Signed {
  Hash digest;
  Bytes signature;
  bool low_s_only = true;
};
std::vector<SignedDigest> views_of(std::span<const Signed> batch) {
  std::vector<SignedDigest> views;
  for (const Signed& one : batch) views.push_back({one.digest, one.signature, one.low_s_only});
  return views;
}

// Compares a batch with the library, one by one; answers how many keys the lanes found themselves.
std::size_t expect_as_the_library(std::span<const Signed> batch) {
  const auto views = views_of(batch);
  const RecoveredSigners got = recover_signers(views);
  EXPECT_EQ(got.keys.size(), batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto wanted = recover(Suite::standard, batch[i].digest, batch[i].signature, batch[i].low_s_only);
    const auto& key = got.keys[i];
    EXPECT_TRUE(key.has_value() == wanted.has_value() &&
                (wanted ? *key == *wanted : key.error().code == wanted.error().code && key.error().text == wanted.error().text))
        << "digest " << to_hex(batch[i].digest) << " signature " << to_hex(batch[i].signature) << " at " << i << " of " << batch.size();
  }
  return got.by_lanes;
}

const U256 kPrimeOfTheField = number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");

Bytes wire_of(const U256& r, const U256& s, int v) {
  Bytes out = to_bytes(BytesView(r.to_be()));
  append(out, s.to_be());
  out.push_back(static_cast<std::uint8_t>(v));
  return out;
}

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  U256 scalar() {
    U256 out;
    for (auto& limb : out.limbs) limb = random_();
    return reduced(out);
  }
  // Any r and s: half of them have a point R and so a key.
  Signed any() { return {scalar().to_be(), wire_of(scalar(), scalar(), static_cast<int>(below(2))), false}; }
  Signed good() {
    const KeyPair key = *KeyPair::from_secret(Suite::standard, SecretKey::of(scalar().to_be()));
    const Hash digest = scalar().to_be();
    return {digest, sign(key, digest)};
  }
  Signed mutated(Signed from) {
    const auto put = [&](std::size_t at, U256 value) { std::ranges::copy(value.to_be().bytes, from.signature.begin() + static_cast<std::ptrdiff_t>(at)); };
    from.low_s_only = below(2) == 0;
    switch (below(7)) {
      case 0: from.signature[below(65)] ^= static_cast<std::uint8_t>(1u << below(8)); break;
      case 1: from.digest.bytes[below(32)] ^= static_cast<std::uint8_t>(1u << below(8)); break;
      case 2: put(32 * below(2), edge()); break;
      case 3: from.signature[64] = static_cast<std::uint8_t>(below(6)); break;
      case 4: put(32, negated(reduced(U256::from_be(BytesView(from.signature).subspan(32, 32))))), from.signature[64] ^= 1; break;
      case 5: from.digest = edge().to_be(); break;
      default: from.signature.resize(below(131)); break;
    }
    return from;
  }

 private:
  U256 edge() {
    U256 out = below(2) == 0 ? order() : kPrimeOfTheField;
    switch (below(6)) {
      case 0: return U256(below(4));
      case 1: (void)subtract_from(out, U256(below(4))); return out;
      case 2: (void)add_to(out, U256(below(4))); return out;
      case 3: return number("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
      case 4: return number(std::string(64, 'f'));
      default: out = U256(0), out.limbs[below(4)] = 1ull << below(64); return out;
    }
  }
  std::mt19937_64 random_;
};

TEST_F(LanesSigners, AreTheSignersWhoSigned) {
  Draw draw(1);
  for (std::size_t size : {2u, 7u, 8u, 9u, 10u, 63u, 64u, 65u, 66u, 130u}) {
    std::vector<Signed> batch;
    std::vector<PublicKey> keys;
    for (std::size_t i = 0; i < size; ++i) {
      const KeyPair key = *KeyPair::from_secret(Suite::standard, SecretKey::of(draw.scalar().to_be()));
      const Hash digest = draw.scalar().to_be();
      keys.push_back(key.public_key);
      batch.push_back({digest, sign(key, digest)});
    }
    const auto got = recover_signers(views_of(batch));
    EXPECT_EQ(got.by_lanes, size - (size % 8 == 1));           // one alone is left to the library
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(got.keys[i].value(), keys[i]) << i << " of " << size;
  }
}

TEST_F(LanesSigners, OfAnyNumbersAreTheLibrarys) {
  Draw draw(2);
  std::size_t by_lanes = 0, count = 0;
  while (count < drawn_count() && !HasFailure()) {
    std::vector<Signed> batch(64);
    for (Signed& one : batch) one = draw.any();
    by_lanes += expect_as_the_library(batch);
    count += batch.size();
  }
  EXPECT_NEAR(static_cast<double>(by_lanes), static_cast<double>(count) / 2, static_cast<double>(count) * 0.05);
}

TEST_F(LanesSigners, OfMutatedSignaturesAreTheLibrarys) {
  Draw draw(3);
  std::vector<Signed> originals(256);
  for (Signed& one : originals) one = draw.good();
  std::size_t by_lanes = 0;
  for (std::size_t count = 0; count < drawn_count() && !HasFailure();) {
    std::vector<Signed> batch(1 + draw.below(80));
    for (Signed& one : batch) {
      one = originals[draw.below(originals.size())];
      for (std::uint64_t times = draw.below(3); times > 0 && one.signature.size() == 65; --times) one = draw.mutated(one);
    }
    by_lanes += expect_as_the_library(batch);
    count += batch.size();
    originals[draw.below(originals.size())] = draw.good();
  }
  EXPECT_GT(by_lanes, drawn_count() / 4);
}

// One wrong signature among good ones, of each sort and in each place, harms no neighbour.
TEST_F(LanesSigners, StandBesideWrongOnesInEveryLane) {
  Draw draw(4);
  std::vector<Signed> good(9);
  for (Signed& one : good) one = draw.good();
  for (int sort = 0; sort < 6; ++sort)
    for (std::size_t place = 0; place < 8; ++place) {
      std::vector<Signed> batch(good.begin(), good.begin() + 8);
      Bytes& wire = batch[place].signature;
      const std::size_t r_or_s = sort % 2 == 0 ? 0 : 32;
      if (sort < 2) std::fill_n(wire.begin() + static_cast<std::ptrdiff_t>(r_or_s), 32, 0);
      else if (sort < 4) std::fill_n(wire.begin() + static_cast<std::ptrdiff_t>(r_or_s), 32, 0xff);
      else if (sort == 4) wire = wire_of(U256(5), U256(9), 0);         // 5 is no x of the curve
      else wire = wire_of(number("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"), U256(7), 0), batch[place].digest = U256(7).to_be();
      EXPECT_EQ(expect_as_the_library(batch), 7u) << sort << " in " << place;
      EXPECT_FALSE(recover_signers(views_of(batch)).keys[place].has_value());
    }
}

// Small factors of points that are small multiples of G or lambda G: on the way to the sum equal and opposite points meet in
// every manner, and it may end at infinity.
TEST_F(LanesSigners, WhereEqualAndOppositePointsMeetAreTheLibrarys) {
  std::vector<U256> factors;
  for (std::uint64_t k : {0ull, 1ull, 2ull, 3ull, 15ull, 16ull, 17ull, 31ull, 32ull, 33ull, 511ull, 512ull, 513ull, 1024ull, 1ull << 20, (1ull << 30) + 1})
    for (const U256& of : {U256(1), kLambda}) factors.push_back(product(U256(k), of)), factors.push_back(negated(factors.back()));
  std::vector<Signed> batch;
  std::size_t by_lanes = 0, count = 0;
  for (const U256& k : {U256(1), U256(2), U256(17), kLambda, product(kLambda, U256(2)), product(kLambda, kLambda), negated(kLambda)}) {
    const PublicKey point = KeyPair::from_secret(Suite::standard, SecretKey::of(k.to_be()))->public_key;
    const U256 r = reduced(U256::from_be(BytesView(point).first(32)));
    for (std::size_t i = 0; i < factors.size(); ++i)
      for (std::size_t j = i % 3; j < factors.size(); j += 3) {
        if (factors[i].is_zero()) continue;
        batch.push_back({negated(product(factors[j], r)).to_be(), wire_of(r, product(factors[i], r), point.bytes[63] & 1), false});
        if (batch.size() < 64) continue;
        by_lanes += expect_as_the_library(batch), count += batch.size();
        batch.clear();
      }
  }
  EXPECT_GT(count, 6'000u);
  EXPECT_GT(by_lanes, count / 2);
  EXPECT_LT(by_lanes, count);                                          // some did meet
}

TEST_F(LanesSigners, AreFoundForEverySuiteAndOnEveryPath) {
  Draw draw(5);
  for (Suite suite : {Suite::standard, Suite::sm})
    for (Lanes lanes : {Lanes::if_able, Lanes::none})
      for (std::size_t size : {0u, 1u, 2u, 12u}) {
        std::vector<Signed> batch;
        std::vector<PublicKey> keys;
        for (std::size_t i = 0; i < size; ++i) {
          const KeyPair key = *KeyPair::from_secret(suite, SecretKey::of(draw.scalar().to_be()));
          keys.push_back(key.public_key);
          batch.push_back({draw.scalar().to_be(), {}});
          batch.back().signature = sign(key, batch.back().digest);
        }
        const auto got = recover_all(suite, views_of(batch), lanes);
        ASSERT_EQ(got.size(), size);
        for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(got[i].value(), keys[i]);
      }
}

}  // namespace
}  // namespace hanse::lanes
