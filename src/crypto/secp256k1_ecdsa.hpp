// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// ECDSA on secp256k1 by libsecp256k1, through bridge/. From any thread; what uses a secret is blinded with randomness of
// this process.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "crypto/suite.hpp"

namespace hanse::secp256k1 {

std::optional<PublicKey> public_key_of(const SecretKey& secret);   // none: 0 or >= n
bool is_public_key(const PublicKey& key);                          // a point of the curve

// r ‖ s ‖ v, 65 bytes, low s, deterministic (RFC 6979).
Bytes sign(const SecretKey& secret, const Hash& digest);

// What recover() asks of the bytes alone: their length, v and with `low_s_only` s.
Result<void> check_form(BytesView signature, bool low_s_only);

// Refuses another length than 65, r or s = 0 or >= n, v > 1, an r that is no x-coordinate, the point at infinity, and
// with `low_s_only` an s > n/2 (EIP-2).
Result<PublicKey> recover(const Hash& digest, BytesView signature, bool low_s_only);

}  // namespace hanse::secp256k1
