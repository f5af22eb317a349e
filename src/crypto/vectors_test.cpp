// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Vectors that others made: Wycheproof, NIST CAVP, the SM standards. They lie in shared/data/crypto-vectors.
#include <gtest/gtest.h>
#include <openssl/ecdsa.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "crypto/sm2.hpp"
#include "crypto/sm3.hpp"
#include "crypto/suite.hpp"

namespace hanse {
namespace {

using nlohmann::json;

class Vectors : public testing::Test {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("HANSE_SHARED");
    folder_ = std::filesystem::path(shared ? shared : HANSE_SOURCE_DIR "/../shared") / "data/crypto-vectors";
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "left out: no vectors in " << folder_;
  }
  std::ifstream open(const std::string& name) const {
    std::ifstream file(folder_ / name);
    EXPECT_TRUE(file.good()) << name;
    return file;
  }
  json wycheproof(const std::string& name) const {
    auto file = open("wycheproof/" + name);
    return json::parse(file);
  }

 private:
  std::filesystem::path folder_;
};

Bytes hex(const json& text) { return *from_hex(text.get<std::string>()); }

Hash sha3_256(BytesView data) {
  Keccak256 sponge;
  sponge.update(data);
  return sponge.finish(0x06);
}

// r ‖ s of a DER signature; none when it is not strict DER.
std::optional<Bytes> from_der(BytesView der) {
  const std::uint8_t* at = der.data();
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parsed(d2i_ECDSA_SIG(nullptr, &at, std::ssize(der)), ECDSA_SIG_free);
  if (!parsed) return {};
  Bytes again(static_cast<std::size_t>(i2d_ECDSA_SIG(parsed.get(), nullptr)));
  std::uint8_t* to = again.data();
  if (i2d_ECDSA_SIG(parsed.get(), &to) < 0 || !equal(again, der)) return {};
  Bytes compact(64);
  const BIGNUM *r = ECDSA_SIG_get0_r(parsed.get()), *s = ECDSA_SIG_get0_s(parsed.get());
  if (BN_is_negative(r) || BN_is_negative(s)) return {};
  if (BN_bn2binpad(r, compact.data(), 32) < 0 || BN_bn2binpad(s, compact.data() + 32, 32) < 0) return {};
  return compact;
}

bool some_recovery_id_gives(const PublicKey& key, const Hash& digest, Bytes compact, bool low_s_only) {
  compact.push_back(0);
  for (std::uint8_t v = 0; v < 4; ++v) {
    compact.back() = v;
    const auto signer = recover(Suite::standard, digest, compact, low_s_only);
    if (signer && *signer == key) return true;
    EXPECT_TRUE(signer || signer.error().code == Code::bad_signature);
  }
  return false;
}

// A valid signature whose R has an x-coordinate above n would need recovery id 2 or 3: refused on our wires.
bool has_large_x(const json& test) {
  const auto comment = test["comment"].get<std::string>();
  return comment.find("large x-coordinate") != std::string::npos || comment.find("with a reduction") != std::string::npos;
}

struct Style {
  Hash (*digest)(BytesView);
  bool der;
  bool low_s_only;
};

void check_ecdsa(const json& suite, Style style) {
  std::size_t valid = 0;
  for (const auto& group : suite["testGroups"]) {
    const PublicKey key = PublicKey::of(BytesView(hex(group["publicKey"]["uncompressed"])).subspan(1));
    for (const auto& test : group["tests"]) {
      const Bytes bytes = hex(test["sig"]);
      const auto compact = style.der ? from_der(bytes) : bytes.size() == 64 ? std::optional(bytes) : std::nullopt;
      const bool accepted =
          compact && some_recovery_id_gives(key, style.digest(hex(test["msg"])), *compact, style.low_s_only);
      const bool expected = test["result"] == "valid" && !has_large_x(test);
      EXPECT_EQ(accepted, expected) << test["tcId"] << ' ' << test["comment"];
      valid += accepted;
    }
  }
  EXPECT_GT(valid, 40u);
}

TEST_F(Vectors, WycheproofSecp256k1Sha256) { check_ecdsa(wycheproof("ecdsa_secp256k1_sha256.json"), {sha256, true, false}); }
TEST_F(Vectors, WycheproofSecp256k1LowSOnly) {
  check_ecdsa(wycheproof("ecdsa_secp256k1_sha256_bitcoin.json"), {sha256, true, true});
}
TEST_F(Vectors, WycheproofSecp256k1Compact) {
  check_ecdsa(wycheproof("ecdsa_secp256k1_sha256_p1363.json"), {sha256, false, false});
}
TEST_F(Vectors, WycheproofSecp256k1Sha3) { check_ecdsa(wycheproof("ecdsa_secp256k1_sha3_256.json"), {sha3_256, true, false}); }

TEST_F(Vectors, WycheproofHmacSm3) {
  const json suite = wycheproof("hmac_sm3.json");
  for (const auto& group : suite["testGroups"])
    for (const auto& test : group["tests"]) {
      const Bytes tag = hex(test["tag"]);
      const Hash full = hmac_sm3(hex(test["key"]), hex(test["msg"]));
      EXPECT_EQ(equal(BytesView(full).first(tag.size()), tag), test["result"] == "valid") << test["tcId"];
    }
}

TEST_F(Vectors, Sm2SignaturesGoodAndBad) {
  auto file = open("gm/sm2_sig.jsonl");
  std::size_t seen = 0;
  for (std::string line; std::getline(file, line); ++seen) {
    const json test = json::parse(line);
    const PublicKey key = PublicKey::of(BytesView(hex(test["pub"])).subspan(1));
    const bool accepted = sm2::verify(key, hex(test["msg"]), hex(test["sig_raw"]), test["id"].get<std::string>());
    EXPECT_EQ(accepted, test["valid"].get<bool>()) << test["case"];
    const auto pair = KeyPair::from_secret(Suite::sm, SecretKey::of(hex(test["priv"])));
    if (test["valid"].get<bool>()) {
      EXPECT_EQ(pair.value().public_key, key);
      EXPECT_TRUE(sm2::verify(key, hex(test["msg"]), sm2::sign(pair->secret, key, hex(test["msg"]))));
    }
  }
  EXPECT_EQ(seen, 780u);
}

// "Name = value" lines; `check` is called with Len (bits), Msg and MD of each block.
void check_digests(std::ifstream file, Hash (*digest)(BytesView)) {
  std::size_t bits = 0, seen = 0;
  Bytes message;
  for (std::string line; std::getline(file, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    const auto value = line.substr(std::min(line.size(), line.find("= ") + 2));
    if (line.starts_with("Len = ")) bits = std::stoul(value);
    if (line.starts_with("Msg = ")) message = *from_hex(value);
    if (line.starts_with("MD = ")) {
      EXPECT_EQ(to_hex(digest(BytesView(message).first(bits / 8))), value) << bits;
      ++seen;
    }
  }
  EXPECT_GE(seen, 6u);
}

TEST_F(Vectors, Sm3OfTheStandard) { check_digests(open("gm/oscca.txt"), sm3); }
TEST_F(Vectors, NistSha3ShortMessages) { check_digests(open("nist_cavp/SHA3_256ShortMsg.rsp"), sha3_256); }

}  // namespace
}  // namespace hanse
