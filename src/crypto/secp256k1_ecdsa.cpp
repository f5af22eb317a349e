// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/secp256k1_ecdsa.hpp"

#include <hanse_bridge.h>
#include <openssl/rand.h>

#include "base/check.hpp"

namespace hanse::secp256k1 {
namespace {

// n/2 rounded down (SEC 2, section 2.4.1).
constexpr std::uint8_t kHalfOrder[32] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                                         0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

// Before the first use of a secret.
void blind() {
  static const bool blinded = [] {
    std::uint8_t seed[32];
    return RAND_priv_bytes(seed, sizeof seed) == 1 && bridge_secp256k1_blind(seed) == 1;
  }();
  CHECK(blinded);
}

}  // namespace

std::optional<PublicKey> public_key_of(const SecretKey& secret) {
  blind();
  PublicKey key;
  if (bridge_secp256k1_public_key(secret.bytes.data(), key.bytes.data()) != 1) return std::nullopt;
  return key;
}

bool is_public_key(const PublicKey& key) { return bridge_secp256k1_is_key(key.bytes.data()) == 1; }

Bytes sign(const SecretKey& secret, const Hash& digest) {
  blind();
  Bytes wire(65);
  std::int32_t recovery_id = 0;
  CHECK(bridge_secp256k1_sign(secret.bytes.data(), digest.bytes.data(), wire.data(), &recovery_id) == 1);
  // 2 and 3 stand for an x-coordinate between n and p: once in 2^127 signatures, and no wire of ours has them.
  CHECK(recovery_id <= 1);
  wire[64] = static_cast<std::uint8_t>(recovery_id);
  return wire;
}

Result<void> check_form(BytesView signature, bool low_s_only) {
  if (signature.size() != 65) return fail(Code::bad_signature, "a signature has 65 bytes, got {}", signature.size());
  if (signature[64] > 1) return fail(Code::bad_signature, "recovery id {} is not 0 or 1", signature[64]);
  if (low_s_only && std::memcmp(signature.data() + 32, kHalfOrder, 32) > 0)
    return fail(Code::bad_signature, "s is above n/2: the signature is malleable");
  return {};
}

Result<PublicKey> recover(const Hash& digest, BytesView signature, bool low_s_only) {
  if (auto good = check_form(signature, low_s_only); !good) return pass(good);
  PublicKey key;
  if (bridge_secp256k1_recover(digest.bytes.data(), signature.data(), signature[64], key.bytes.data()) != 1)
    return fail(Code::bad_signature, "no key can have made this signature: r or s is out of range, or r is no point");
  return key;
}

}  // namespace hanse::secp256k1
