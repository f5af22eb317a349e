// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "crypto/x509.hpp"

namespace {

using namespace hanse;

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string pem_of(BytesView der) {
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < der.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, der.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < count ? der[at + i] : 0);
    for (std::size_t i = 0; i < 4; ++i) pem += i <= count ? kBase64[bits >> (18 - 6 * i) & 63] : '=';
    if (at % 48 == 45) pem += '\n';
  }
  return pem + "\n-----END CERTIFICATE-----\n";
}

}  // namespace

FUZZ_TARGET(certificate, .per_byte = 64, .fixed = 256u << 10) {
  const auto certificate = x509::parse_certificate(as_text(input));
  if (certificate) CHECK(!certificate->fingerprint.is_zero());
}

// The DER itself, so that the fuzzer need not learn base 64: its fingerprint is that of the bytes.
FUZZ_TARGET(certificate_der, .per_byte = 64, .fixed = 256u << 10) {
  const auto certificate = x509::parse_certificate(pem_of(input));
  if (certificate) CHECK(certificate->name.size() <= 2 * input.size());
}

// Certificate and key of an authority, from files: what they make was made by it.
FUZZ_TARGET(authority, .per_byte = 64, .fixed = 256u << 10) {
  const std::string text(as_text(input));
  const auto issued = x509::issue({text, text}, "node0", x509::Usage::node, x509::Validity::days(1));
  if (!issued) return;
  const auto authority = x509::parse_certificate(text), certificate = x509::parse_certificate(issued->certificate);
  CHECK(authority && certificate && certificate->name == "node0" && certificate->issuer == authority->name);
}
