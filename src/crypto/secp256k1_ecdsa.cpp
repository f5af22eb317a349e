// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/secp256k1_ecdsa.hpp"

#include <openssl/rand.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "base/check.hpp"

namespace hanse::secp256k1 {
namespace {

// n/2 rounded down (SEC 2, section 2.4.1).
constexpr std::uint8_t kHalfOrder[32] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                                         0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

const secp256k1_context* signing_context() {
  // Blinding protects the key in use against side channels; it does not change the signature.
  static const secp256k1_context* const context = [] {
    secp256k1_context* fresh = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    std::uint8_t seed[32];
    CHECK(RAND_priv_bytes(seed, sizeof seed) == 1);
    CHECK(secp256k1_context_randomize(fresh, seed) == 1);
    return fresh;
  }();
  return context;
}

PublicKey without_prefix(const secp256k1_pubkey& point) {
  std::uint8_t encoded[65];
  std::size_t size = sizeof encoded;
  secp256k1_ec_pubkey_serialize(secp256k1_context_static, encoded, &size, &point, SECP256K1_EC_UNCOMPRESSED);
  return PublicKey::of({encoded + 1, 64});
}

}  // namespace

std::optional<PublicKey> public_key_of(const SecretKey& secret) {
  secp256k1_pubkey point;
  if (secp256k1_ec_pubkey_create(signing_context(), &point, secret.bytes.data()) != 1) return std::nullopt;
  return without_prefix(point);
}

bool is_public_key(const PublicKey& key) {
  std::uint8_t encoded[65] = {0x04};
  std::memcpy(encoded + 1, key.bytes.data(), 64);
  secp256k1_pubkey point;
  return secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, encoded, sizeof encoded) == 1;
}

Bytes sign(const SecretKey& secret, const Hash& digest) {
  secp256k1_ecdsa_recoverable_signature signature;
  CHECK(secp256k1_ecdsa_sign_recoverable(signing_context(), &signature, digest.bytes.data(), secret.bytes.data(),
                                         nullptr, nullptr) == 1);
  Bytes wire(65);
  int recovery_id = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(secp256k1_context_static, wire.data(), &recovery_id, &signature);
  // 2 and 3 stand for an x-coordinate between n and p: once in 2^127 signatures, and no wire of ours has them.
  CHECK(recovery_id <= 1);
  wire[64] = static_cast<std::uint8_t>(recovery_id);
  return wire;
}

Result<PublicKey> recover(const Hash& digest, BytesView signature, bool low_s_only) {
  if (signature.size() != 65) return fail(Code::bad_signature, "a signature has 65 bytes, got {}", signature.size());
  if (signature[64] > 1) return fail(Code::bad_signature, "recovery id {} is not 0 or 1", signature[64]);
  if (low_s_only && std::memcmp(signature.data() + 32, kHalfOrder, 32) > 0)
    return fail(Code::bad_signature, "s is above n/2: the signature is malleable");
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(secp256k1_context_static, &parsed, signature.data(),
                                                          signature[64]) != 1)
    return fail(Code::bad_signature, "r or s is not below the order of the curve");
  secp256k1_pubkey point;
  if (secp256k1_ecdsa_recover(secp256k1_context_static, &point, &parsed, digest.bytes.data()) != 1)
    return fail(Code::bad_signature, "no key can have made this signature");
  return without_prefix(point);
}

}  // namespace hanse::secp256k1
