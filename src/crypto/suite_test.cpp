// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/suite.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/hex.hpp"
#include "base/prng.hpp"
#include "base/uint256.hpp"
#include "crypto/sm2.hpp"

namespace hanse {
namespace {

SecretKey secret(std::string_view hex) { return *fixed_from_hex<32>(hex); }
SecretKey secret_of(std::uint8_t last_byte) {
  SecretKey key;
  key.bytes[31] = last_byte;
  return key;
}
KeyPair pair_of(Suite suite, const SecretKey& key) { return *KeyPair::from_secret(suite, key); }

const SecretKey kSecret = secret("1f2e3d4c5b6a79887766554433221100ffeeddccbbaa99887766554433221101");
constexpr char kSecpOrder[] = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr char kSm2Order[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

TEST(Suite, HashesKnownTexts) {
  EXPECT_EQ(to_hex(keccak256({})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(to_hex(keccak256(as_bytes("abc"))), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  EXPECT_EQ(to_hex(sm3(as_bytes("abc"))), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of(Suite::standard, as_bytes("abc")), keccak256(as_bytes("abc")));
  EXPECT_EQ(hash_of(Suite::sm, as_bytes("abc")), sm3(as_bytes("abc")));
}

TEST(Suite, HashesPiecewiseAsAtOnce) {
  Bytes text(700);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>(i * 7);
  for (Suite suite : {Suite::standard, Suite::sm})
    for (std::size_t piece : {1u, 3u, 63u, 64u, 65u, 135u, 136u, 137u, 400u}) {
      Hasher hasher(suite);
      for (std::size_t at = 0; at < text.size(); at += piece)
        hasher.update(BytesView(text).subspan(at, std::min(piece, text.size() - at)));
      EXPECT_EQ(hasher.finish(), hash_of(suite, text)) << piece;
    }
}

// Keys and addresses as FISCO BCOS's own SDK makes them.
TEST(Suite, MakesTheKeysAndAddressesOfFisco) {
  const KeyPair standard = pair_of(Suite::standard, kSecret);
  EXPECT_TRUE(to_hex(standard.public_key).starts_with("b311ea14") && to_hex(standard.public_key).ends_with("cebc8ad"));
  EXPECT_EQ(to_hex(address_of(Suite::standard, standard.public_key)), "75a9f83a246584fe221af9be0f4454af9a2e444e");
  const KeyPair sm = pair_of(Suite::sm, kSecret);
  EXPECT_TRUE(to_hex(sm.public_key).starts_with("2fd7fd3e") && to_hex(sm.public_key).ends_with("d9bc69"));
  EXPECT_EQ(to_hex(address_of(Suite::sm, sm.public_key)), "ec6d361ff1e636ffe72a079434e00ec2f3d12a94");
}

TEST(Suite, SignsAsRfc6979Says) {
  const Bytes signature = sign(pair_of(Suite::standard, secret_of(1)), sha256(as_bytes("Satoshi Nakamoto")));
  EXPECT_EQ(to_hex(BytesView(signature).first(64)),
            "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
            "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
}

TEST(Suite, RecoversAndVerifiesWhatItSigned) {
  for (Suite suite : {Suite::standard, Suite::sm})
    for (int i = 0; i < 8; ++i) {
      const KeyPair key = KeyPair::generate(suite);
      const Hash digest = sha256(key.public_key);
      const Bytes signature = sign(key, digest);
      EXPECT_EQ(signature, sign(key, digest));
      EXPECT_EQ(recover(suite, digest, signature).value(), key.public_key);
      EXPECT_TRUE(verify(suite, key.public_key, digest, signature).has_value());
    }
}

TEST(Suite, RefusesEveryFlippedByte) {
  for (Suite suite : {Suite::standard, Suite::sm}) {
    const KeyPair key = pair_of(suite, kSecret);
    const Hash digest = sha256(as_bytes("a digest"));
    const Bytes good = sign(key, digest);
    for (std::size_t i = 0; i < good.size(); ++i)
      for (std::uint8_t flip : {0x01, 0x80, 0xff}) {
        Bytes bad = good;
        bad[i] ^= flip;
        const auto verdict = verify(suite, key.public_key, digest, bad);
        ASSERT_FALSE(verdict.has_value()) << "byte " << i;
        EXPECT_EQ(verdict.error().code, Code::bad_signature);
        const auto signer = recover(suite, digest, bad);
        EXPECT_TRUE(!signer || *signer != key.public_key) << "byte " << i;
      }
    Hash other = digest;
    other.bytes[0] ^= 1;
    EXPECT_FALSE(verify(suite, key.public_key, other, good).has_value());
  }
}

TEST(Suite, RefusesEveryOtherLength) {
  for (Suite suite : {Suite::standard, Suite::sm}) {
    const Hash digest = sha256({});
    Bytes signature = sign(pair_of(suite, kSecret), digest);
    const std::size_t right = signature.size();
    signature.resize(right + 70);
    for (std::size_t size = 0; size <= signature.size(); ++size) {
      if (size == right) continue;
      const auto signer = recover(suite, digest, BytesView(signature).first(size));
      ASSERT_FALSE(signer.has_value());
      EXPECT_EQ(signer.error().code, Code::bad_signature);
    }
  }
}

void expect_bad_standard(const Hash& digest, const Bytes& signature, std::string_view what) {
  for (bool low_s_only : {true, false}) {
    const auto signer = recover(Suite::standard, digest, signature, low_s_only);
    ASSERT_FALSE(signer.has_value()) << what;
    EXPECT_EQ(signer.error().code, Code::bad_signature) << what;
  }
}

TEST(Standard, RefusesPartsOutOfRange) {
  const Hash digest = sha256(as_bytes("range"));
  const Bytes good = sign(pair_of(Suite::standard, kSecret), digest);
  for (std::string part : {std::string(64, '0'), std::string(kSecpOrder), std::string(64, 'f')}) {
    const Bytes bytes = *from_hex(part);
    for (std::size_t at : {0u, 32u}) {
      Bytes bad = good;
      std::ranges::copy(bytes, bad.begin() + static_cast<std::ptrdiff_t>(at));
      expect_bad_standard(digest, bad, part);
    }
  }
  for (int v = 2; v < 256; ++v) {
    Bytes bad = good;
    bad[64] = static_cast<std::uint8_t>(v);
    expect_bad_standard(digest, bad, "recovery id");
  }
}

TEST(Standard, TakesAHighSOnlyWhenAsked) {
  const KeyPair key = pair_of(Suite::standard, kSecret);
  const Hash digest = sha256(as_bytes("malleable"));
  Bytes twin = sign(key, digest);
  const U256 order = U256::from_be(*from_hex(kSecpOrder));
  U256 high = order;
  ASSERT_TRUE(subtract_from(high, U256::from_be(BytesView(twin).subspan(32, 32))));
  std::ranges::copy(high.to_be().bytes, twin.begin() + 32);
  twin[64] ^= 1;
  EXPECT_EQ(recover(Suite::standard, digest, twin, true).error().code, Code::bad_signature);
  EXPECT_EQ(recover(Suite::standard, digest, twin, false).value(), key.public_key);
  EXPECT_FALSE(verify(Suite::standard, key.public_key, digest, twin).has_value());
}

TEST(Standard, RefusesThePointAtInfinity) {
  // With R = G the recovered key is (s - digest) G / r: s = digest leads to infinity.
  Bytes signature = *from_hex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  Hash digest;
  digest.bytes[31] = 7;
  append(signature, digest);
  signature.push_back(0);
  expect_bad_standard(digest, signature, "infinity");
}

TEST(Sm, ASignatureUnderAnotherUserIdIsNone) {
  const KeyPair key = pair_of(Suite::sm, kSecret);
  const Bytes message = to_bytes("message");
  const auto signature = sm2::sign(key.secret, key.public_key, message);
  EXPECT_TRUE(sm2::verify(key.public_key, message, signature));
  for (const char* id : {"", "1234567812345679", "123456781234567", "12345678123456780", "ALICE123@YAHOO.COM"})
    EXPECT_FALSE(sm2::verify(key.public_key, message, signature, id)) << id;
}

TEST(Sm, RefusesPartsOutOfRange) {
  const Hash digest = sha256(as_bytes("range"));
  const Bytes good = sign(pair_of(Suite::sm, kSecret), digest);
  for (std::string part : {std::string(64, '0'), std::string(kSm2Order), std::string(64, 'f')}) {
    const Bytes bytes = *from_hex(part);
    for (std::size_t at : {0u, 32u, 64u, 96u}) {
      Bytes bad = good;
      std::ranges::copy(bytes, bad.begin() + static_cast<std::ptrdiff_t>(at));
      EXPECT_EQ(recover(Suite::sm, digest, bad).error().code, Code::bad_signature) << part << " at " << at;
    }
  }
}

TEST(Sm, RefusesPartsThatSumToTheOrderOrLeadToInfinity) {
  const KeyPair key = pair_of(Suite::sm, secret_of(5));
  const U256 order = U256::from_be(*from_hex(kSm2Order));
  // r + s = n leaves no key in the equation; r = 1 + d, s = n - d makes sG + (r + s)P infinite.
  for (std::uint64_t r : {std::uint64_t{5}, std::uint64_t{6}}) {
    U256 s = order;
    ASSERT_TRUE(subtract_from(s, U256(5)));
    Bytes signature = to_bytes(BytesView(U256(r).to_be()));
    append(signature, s.to_be());
    append(signature, key.public_key);
    EXPECT_EQ(recover(Suite::sm, sha256({}), signature).error().code, Code::bad_signature) << r;
  }
}

TEST(Suite, RefusesSecretsOutOfRange) {
  for (Suite suite : {Suite::standard, Suite::sm}) {
    const SecretKey order = secret(suite == Suite::standard ? kSecpOrder : kSm2Order);
    EXPECT_EQ(KeyPair::from_secret(suite, SecretKey{}).error().code, Code::bad_key);
    EXPECT_EQ(KeyPair::from_secret(suite, order).error().code, Code::bad_key);
    EXPECT_EQ(KeyPair::from_secret(suite, secret(std::string(64, 'f'))).error().code, Code::bad_key);
    SecretKey below = order;
    below.bytes[31] -= 1;
    EXPECT_EQ(KeyPair::from_secret(suite, below).has_value(), suite == Suite::standard);   // SM2 inverts 1 + d
    below.bytes[31] -= 1;
    EXPECT_TRUE(KeyPair::from_secret(suite, below).has_value());
  }
}

TEST(Suite, NamesAKeyThatIsNoPoint) {
  for (Suite suite : {Suite::standard, Suite::sm}) {
    const Hash digest = sha256({});
    const Bytes signature = sign(pair_of(suite, kSecret), digest);
    PublicKey off_curve = pair_of(suite, kSecret).public_key;
    off_curve.bytes[63] ^= 1;
    EXPECT_EQ(verify(suite, off_curve, digest, signature).error().code, Code::bad_key);
    EXPECT_EQ(verify(suite, PublicKey{}, digest, signature).error().code, Code::bad_key);
  }
}

TEST(Suite, SignsAndVerifiesOnSeveralThreads) {
  std::vector<std::thread> threads;
  std::array<bool, 4> right{};
  for (std::size_t i = 0; i < right.size(); ++i)
    threads.emplace_back([i, &right] {
      const Suite suite = i % 2 == 0 ? Suite::standard : Suite::sm;
      const KeyPair key = pair_of(suite, secret_of(static_cast<std::uint8_t>(i + 1)));
      right[i] = true;
      for (std::uint8_t round = 0; round < 20; ++round) {
        const Hash digest = sha256(BytesView(&round, 1));
        right[i] = right[i] && verify(suite, key.public_key, digest, sign(key, digest)).has_value();
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(std::ranges::all_of(right, [](bool one) { return one; }));
}

// Lengths around the ends of words and blocks, in batches in which some are longer than others.
TEST(HashEach, IsTheHashOfEach) {
  Prng prng(5);
  for (const Suite suite : {Suite::standard, Suite::sm}) {
    for (std::size_t count = 0; count <= 40; ++count) {
      std::vector<Bytes> messages(count);
      for (Bytes& message : messages) {
        message.resize(prng.chance(1, 10) ? prng.below(1'000) : 130 * prng.below(3) + prng.below(18));
        for (std::uint8_t& byte : message) byte = static_cast<std::uint8_t>(prng.next());
      }
      const std::vector<BytesView> views(messages.begin(), messages.end());
      for (const Lanes lanes : {Lanes::if_able, Lanes::none}) {
        std::vector<Hash> digests(count);
        hash_each(suite, views, digests, lanes);
        for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(digests[i], hash_of(suite, messages[i])) << messages[i].size();
      }
    }
  }
}

}  // namespace
}  // namespace hanse
