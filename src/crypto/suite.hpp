// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The two suites of a group. standard: Keccak-256 and secp256k1 (libsecp256k1). sm: SM3 and SM2 (GB/T 32905, GB/T 32918;
// user id 1234567812345678; OpenSSL). A group has one suite for its life; nothing global knows a suite.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace hanse {

enum class Suite : std::uint8_t { standard = 0, sm = 1 };

using PublicKey = FixedBytes<64>;   // x ‖ y
using SecretKey = FixedBytes<32>;   // big-endian scalar

// Incremental hash of the suite; finish() once.
class Hasher {
 public:
  explicit Hasher(Suite suite);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher& update(BytesView data);
  Hash finish();

 private:
  Suite suite_;
  union State;
  alignas(16) std::byte storage_[256];  // State in place: a hash costs no allocation
};

Hash hash_of(Suite suite, BytesView data);
Hash keccak256(BytesView data);   // Ethereum's, whatever the suite (EIP-55, RLP envelopes)
Hash sm3(BytesView data);
Hash sha256(BytesView data);

enum class Lanes : std::uint8_t { if_able = 0, none = 1 };   // eight at a time by AVX-512 (crypto/lanes/), where the CPU has it

// The hash of each message, in the same place; as many digests as messages.
void hash_each(Suite suite, std::span<const BytesView> messages, std::span<Hash> digests, Lanes lanes = Lanes::if_able);

// Messages that are written one after the other into one buffer.
struct Messages {
  Bytes bytes;
  std::vector<std::size_t> ends;
  void end_one() { ends.push_back(bytes.size()); }
  bool operator==(const Messages&) const = default;
};
void hash_each(Suite suite, const Messages& messages, std::span<Hash> digests);

struct KeyPair {
  Suite suite = Suite::standard;
  SecretKey secret;
  PublicKey public_key;

  static Result<KeyPair> from_secret(Suite suite, const SecretKey& secret);  // refuses 0 and >= n (sm: >= n - 1)
  static KeyPair generate(Suite suite);                                      // from the operating system's randomness
};

// Signatures on the wire. standard: r ‖ s ‖ v, 65 bytes, v in {0,1}, low s. sm: r ‖ s ‖ X ‖ Y, 128 bytes.
// Deterministic: RFC 6979, with HMAC-SM3 for sm.
Bytes sign(const KeyPair& key, const Hash& digest);

// The signer of `digest`. standard: recovered (refuses r or s = 0 or >= n, v > 1, a point at infinity; `low_s_only`
// refuses s > n/2, EIP-2). sm: the appended key, after the signature was verified with it.
Result<PublicKey> recover(Suite suite, const Hash& digest, BytesView signature, bool low_s_only = true);

// Signers of many signatures, each as recover() answers it. standard: by lanes where there are enough; the library does what
// is left, and everything when it is asked to.
struct SignedDigest {
  Hash digest;
  BytesView signature;
  bool low_s_only = true;
};
std::vector<Result<PublicKey>> recover_all(Suite suite, std::span<const SignedDigest> signatures, Lanes lanes = Lanes::if_able);

// Errors: bad_signature (any malformed or wrong signature), bad_key (not a point of the curve).
Result<void> verify(Suite suite, const PublicKey& key, const Hash& digest, BytesView signature);

Address address_of(Suite suite, const PublicKey& key);       // last 20 bytes of the suite's hash of the key

}  // namespace hanse
