// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/suite.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <new>
#include <type_traits>

#include "base/check.hpp"
#include "crypto/keccak.hpp"
#include "crypto/lanes/keccak_eights.hpp"
#include "crypto/lanes/recover_signers.hpp"
#include "crypto/secp256k1_ecdsa.hpp"
#include "crypto/sm2.hpp"
#include "crypto/sm3.hpp"

namespace hanse {
namespace {

constexpr std::size_t kSm2SignatureSize = 128;
constexpr std::size_t kLanesMin = 2;           // signatures: below, the library is quicker
constexpr std::size_t kHashLanesMin = 3;       // messages: the same

template <class Algorithm>
Hash digest_of(BytesView data) {
  Algorithm hasher;
  hasher.update(data);
  return hasher.finish();
}

bool is_public_key(Suite suite, const PublicKey& key) {
  return suite == Suite::standard ? secp256k1::is_public_key(key) : sm2::is_public_key(key);
}

}  // namespace

union Hasher::State {
  Keccak256 keccak;
  Sm3 sm3;

  static State& of(std::byte* storage) { return *std::launder(reinterpret_cast<State*>(storage)); }
};

Hasher::Hasher(Suite suite) : suite_(suite) {
  static_assert(sizeof(State) <= sizeof storage_ && std::is_trivially_destructible_v<State>);
  if (suite_ == Suite::standard)
    new (storage_) State{.keccak = {}};
  else
    new (storage_) State{.sm3 = {}};
}

Hasher::~Hasher() = default;

Hasher& Hasher::update(BytesView data) {
  State& state = State::of(storage_);
  suite_ == Suite::standard ? state.keccak.update(data) : state.sm3.update(data);
  return *this;
}

Hash Hasher::finish() {
  State& state = State::of(storage_);
  return suite_ == Suite::standard ? state.keccak.finish() : state.sm3.finish();
}

Hash hash_of(Suite suite, BytesView data) { return suite == Suite::standard ? keccak256(data) : sm3(data); }
Hash keccak256(BytesView data) { return digest_of<Keccak256>(data); }
Hash sm3(BytesView data) { return digest_of<Sm3>(data); }

Hash sha256(BytesView data) {
  Hash digest;
  SHA256(data.data(), data.size(), digest.bytes.data());
  return digest;
}

Result<KeyPair> KeyPair::from_secret(Suite suite, const SecretKey& secret) {
  const auto key = suite == Suite::standard ? secp256k1::public_key_of(secret) : sm2::public_key_of(secret);
  if (!key) return fail(Code::bad_key, "a secret key is a number from 1 to the order of the curve");
  return KeyPair{suite, secret, *key};
}

KeyPair KeyPair::generate(Suite suite) {
  for (;;) {                                   // a draw outside the range happens once in 2^32 or more rarely
    SecretKey secret;
    CHECK(RAND_priv_bytes(secret.bytes.data(), SecretKey::kSize) == 1);
    if (auto pair = from_secret(suite, secret)) return *pair;
  }
}

Bytes sign(const KeyPair& key, const Hash& digest) {
  if (key.suite == Suite::standard) return secp256k1::sign(key.secret, digest);
  Bytes wire = to_bytes(BytesView(sm2::sign(key.secret, key.public_key, digest)));
  append(wire, key.public_key);
  return wire;
}

Result<PublicKey> recover(Suite suite, const Hash& digest, BytesView signature, bool low_s_only) {
  if (suite == Suite::standard) return secp256k1::recover(digest, signature, low_s_only);
  if (signature.size() != kSm2SignatureSize)
    return fail(Code::bad_signature, "an SM2 signature with its key has 128 bytes, got {}", signature.size());
  const PublicKey key = PublicKey::of(signature.subspan(64));
  if (!sm2::verify(key, digest, signature.first(64))) return fail(Code::bad_signature, "the SM2 signature does not hold");
  return key;
}

void hash_each(Suite suite, std::span<const BytesView> messages, std::span<Hash> digests, Lanes lanes) {
  if (suite == Suite::standard && lanes == Lanes::if_able && messages.size() >= kHashLanesMin && lanes::are_able())
    return lanes::keccak256_each(messages, digests);
  for (std::size_t i = 0; i < messages.size(); ++i) digests[i] = hash_of(suite, messages[i]);
}

void hash_each(Suite suite, const Messages& messages, std::span<Hash> digests) {
  std::vector<BytesView> views;
  views.reserve(messages.ends.size());
  std::size_t begin = 0;
  for (const std::size_t end : messages.ends) views.push_back(BytesView(messages.bytes).subspan(begin, end - begin)), begin = end;
  hash_each(suite, views, digests);
}

std::vector<Result<PublicKey>> recover_all(Suite suite, std::span<const SignedDigest> signatures, Lanes lanes) {
  if (suite == Suite::standard && lanes == Lanes::if_able && signatures.size() >= kLanesMin && lanes::are_able())
    return lanes::recover_signers(signatures).keys;
  std::vector<Result<PublicKey>> keys;
  keys.reserve(signatures.size());
  for (const SignedDigest& one : signatures) keys.push_back(recover(suite, one.digest, one.signature, one.low_s_only));
  return keys;
}

Result<void> verify(Suite suite, const PublicKey& key, const Hash& digest, BytesView signature) {
  // Recovering instead of checking makes the recovery id count, so that a signature has exactly one encoding.
  const auto signer = recover(suite, digest, signature);
  if (signer && *signer == key) return {};
  if (!is_public_key(suite, key)) return fail(Code::bad_key, "the public key is not a point of the curve");
  if (!signer) return pass(signer);
  return fail(Code::bad_signature, "the signature was made by another key");
}

Address address_of(Suite suite, const PublicKey& key) {
  return Address::of(BytesView(hash_of(suite, key)).last(Address::kSize));
}

}  // namespace hanse
