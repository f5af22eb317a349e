// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// SM2 signatures (GB/T 32918.2) over OpenSSL's curve arithmetic. The few lines of the scheme stand here, above EC_POINT,
// because EVP would build a key object, parse DER and look the algorithm up again for every signature. Curve, number
// context and temporaries are kept per thread. Numbers: OpenSSL 3.0 has no fast path for this curve (about 0.2 ms).
#pragma once

#include <optional>
#include <string_view>

#include "crypto/suite.hpp"

namespace hanse::sm2 {

constexpr std::string_view kUserId = "1234567812345678";          // GB/T 32918's default, used by FISCO BCOS

std::optional<PublicKey> public_key_of(const SecretKey& secret);  // none: 0 or > n - 2
bool is_public_key(const PublicKey& key);                         // a point of the curve

// r ‖ s, 64 bytes, over e = SM3(Z ‖ message). The nonce is derived as RFC 6979 does, with HMAC-SM3 over (secret, e): a
// bad random source cannot leak the key, and a run can be repeated.
FixedBytes<64> sign(const SecretKey& secret, const PublicKey& key, BytesView message);

// False: r or s = 0 or >= n, r + s = n, a key that is not on the curve, or a wrong signature.
bool verify(const PublicKey& key, BytesView message, BytesView signature, std::string_view user_id = kUserId);

}  // namespace hanse::sm2
