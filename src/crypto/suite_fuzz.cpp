// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "crypto/suite.hpp"

namespace hanse {
namespace {

constexpr std::size_t kFixed = 1u << 20;   // OpenSSL's tables of the curve, made at the first use

// A signature that recovers verifies with that key, and with no other digest.
void check_signature(Suite suite, BytesView signature) {
  static const Hash digest = sha256({});
  const auto signer = recover(suite, digest, signature);
  if (!signer) return;
  CHECK(verify(suite, *signer, digest, signature).has_value());
  CHECK(!verify(suite, *signer, sha256(digest), signature).has_value());
}

FUZZ_TARGET(signature_standard) { check_signature(Suite::standard, input); }
FUZZ_TARGET(signature_sm, .fixed = kFixed) { check_signature(Suite::sm, input); }

// Any bytes as a public key and a signature by it: a proof in a gateway's hello.
FUZZ_TARGET(public_key, .fixed = kFixed) {
  if (input.size() < PublicKey::kSize + 1) return;
  const Suite suite = input[0] & 1 ? Suite::sm : Suite::standard;
  const auto good = verify(suite, PublicKey::of(input.subspan(1)), sha256(input.first(1)), input.subspan(1 + PublicKey::kSize));
  if (!good) CHECK(good.error().code == Code::bad_signature || good.error().code == Code::bad_key);
}

// Any 32 bytes as a secret: refused, or a key whose signatures lead back to it.
FUZZ_TARGET(secret_key, .fixed = kFixed) {
  if (input.size() < 1 + SecretKey::kSize) return;
  const auto key = KeyPair::from_secret(input[0] & 1 ? Suite::sm : Suite::standard, SecretKey::of(input.subspan(1)));
  if (!key) return;
  const Hash digest = sha256(input);
  const auto signer = recover(key->suite, digest, sign(*key, digest));
  CHECK(signer && *signer == key->public_key);
}

}  // namespace
}  // namespace hanse
