// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Certificates of a chain (RFC 5280, ECDSA on P-256 with SHA-256): one authority, and what it issues to nodes and to
// programs that use the SDK. Values in and out are PEM texts; checking a chain during a handshake is TLS's work.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/suite.hpp"

namespace hanse::x509 {

enum class Usage : std::uint8_t {
  node,      // both sides of TLS: a node listens and connects
  client,    // the client's side only
};

// Seconds relative to now. A little of the past allows for clocks that differ.
struct Validity {
  std::int64_t from_s = -3600;
  std::int64_t until_s = 0;

  static constexpr Validity days(std::int64_t count) { return {.until_s = count * 86'400}; }
};

struct Identity {
  std::string certificate;   // PEM
  std::string key;           // PEM, PKCS#8: secret
};

// `name` is the common name: 1 to 64 of A–Z a–z 0–9 . _ -   Errors: bad_certificate.
Result<Identity> create_authority(std::string_view name, Validity validity);
Result<Identity> issue(const Identity& authority, std::string_view name, Usage usage, Validity validity);

struct Certificate {
  std::string name, issuer;          // common names; empty when there is none
  Hash fingerprint;                  // SHA-256 of the DER form
  std::int64_t valid_from_s = 0;     // seconds since 1970-01-01 UTC
  std::int64_t valid_until_s = 0;
  bool authority = false;
};

Result<Certificate> parse_certificate(std::string_view pem);         // the first one in the text
Result<Certificate> load_certificate(const std::string& path);       // errors name the path

}  // namespace hanse::x509
