// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/x509.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>

#include "crypto/key_file.hpp"
#include "crypto/openssl_handle.hpp"

namespace hanse::x509 {
namespace {

using X509Handle = OpensslHandle<X509, X509_free>;

X509Handle read(const std::string& pem) {
  const OpensslHandle<BIO, BIO_free_all> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Handle(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

// OpenSSL's own verdict on the chain leaf → authority, for one purpose.
int verdict(const std::string& leaf, const std::string& authority, int purpose) {
  const X509Handle certificate = read(leaf), root = read(authority);
  const OpensslHandle<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), root.get());
  const OpensslHandle<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST(X509, IssuesWhatTlsAccepts) {
  const Identity authority = create_authority("chain0-ca", Validity::days(3650)).value();
  const Identity node = issue(authority, "node0", Usage::node, Validity::days(365)).value();
  const Identity client = issue(authority, "sdk", Usage::client, Validity::days(365)).value();
  EXPECT_EQ(verdict(node.certificate, authority.certificate, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_EQ(verdict(node.certificate, authority.certificate, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_EQ(verdict(client.certificate, authority.certificate, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_EQ(verdict(client.certificate, authority.certificate, X509_PURPOSE_SSL_SERVER), X509_V_ERR_INVALID_PURPOSE);
}

TEST(X509, OneAuthorityIsNotAnother) {
  const Identity authority = create_authority("ca", Validity::days(10)).value();
  const Identity twin = create_authority("ca", Validity::days(10)).value();
  const Identity node = issue(authority, "node0", Usage::node, Validity::days(1)).value();
  EXPECT_NE(verdict(node.certificate, twin.certificate, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  const auto mixed = issue({authority.certificate, twin.key}, "node0", Usage::node, Validity::days(1));
  EXPECT_EQ(mixed.error().code, Code::bad_certificate);
}

TEST(X509, AnIssuedCertificateIssuesNothing) {
  const Identity authority = create_authority("ca", Validity::days(10)).value();
  const Identity node = issue(authority, "node0", Usage::node, Validity::days(1)).value();
  const Identity forged = issue(node, "node1", Usage::node, Validity::days(1)).value();
  EXPECT_NE(verdict(forged.certificate, authority.certificate, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_FALSE(parse_certificate(node.certificate)->authority);
  EXPECT_TRUE(parse_certificate(authority.certificate)->authority);
}

TEST(X509, TellsNamesFingerprintAndExpiry) {
  const Identity authority = create_authority("ca", Validity::days(36'500)).value();
  const Identity node = issue(authority, "node0", Usage::node, {.from_s = -7200, .until_s = -3600}).value();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const Certificate read = parse_certificate(node.certificate).value();
  EXPECT_EQ(read.name, "node0");
  EXPECT_EQ(read.issuer, "ca");
  EXPECT_FALSE(read.fingerprint.is_zero());
  EXPECT_NEAR(static_cast<double>(read.valid_until_s), static_cast<double>(now - 3600), 60);
  EXPECT_EQ(verdict(node.certificate, authority.certificate, X509_PURPOSE_SSL_SERVER), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_NEAR(static_cast<double>(parse_certificate(authority.certificate)->valid_until_s - now), 36'500.0 * 86'400, 60);
}

TEST(X509, RefusesStrangeNamesAndRubbish) {
  for (std::string name : {std::string(), std::string(65, 'a'), std::string("a,DNS:b"), std::string("a b"), std::string("\xff")})
    EXPECT_EQ(create_authority(name, Validity::days(1)).error().code, Code::bad_certificate) << name;
  EXPECT_EQ(parse_certificate("rubbish").error().code, Code::bad_certificate);
  EXPECT_EQ(load_certificate("/nowhere/ca.crt").error().code, Code::io);
}

// Made by OpenSSL without a subject key identifier, which each certificate that is issued names.
TEST(X509, AnAuthorityThatCannotIssueIsRefused) {
  const Identity without_identifier{
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBGzCBwwIUFPJodBn5RP2m/lrcSVd38F8+TLQwCgYIKoZIzj0EAwIwEDEOMAwG\n"
      "A1UEAwwFcGxhaW4wIBcNMjYxMTIxMTYwNjE1WhgPMjEyNjEwMjgxNjA2MTVaMBAx\n"
      "DjAMBgNVBAMMBXBsYWluMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbqVEeDdX\n"
      "BiFKyTJ1w9imrHFSt8bM/R1W1PHpxErGx3ifE6k2bId2YhMtxASTDG+6aWvPlkAc\n"
      "4X/SOufMoD9fTTAKBggqhkjOPQQDAgNHADBEAiAb7yvdKFV6mdavFSY6kEkPDc6c\n"
      "BSUUjEVcQ+jNBC/fswIgJ5WfSMqyBR4q06qwzMi0oczQPr2qsRCAb6Vh9uGkO0k=\n"
      "-----END CERTIFICATE-----\n",
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcb1sMzBNlKJSp75B\n"
      "MF0DmXSpPR7pTDyeKT+SdWrg9WWhRANCAARupUR4N1cGIUrJMnXD2KascVK3xsz9\n"
      "HVbU8enESsbHeJ8TqTZsh3ZiEy3EBJMMb7ppa8+WQBzhf9I658ygP19N\n"
      "-----END PRIVATE KEY-----\n"};
  const auto issued = issue(without_identifier, "node0", Usage::node, Validity::days(1));
  ASSERT_FALSE(issued.has_value());
  EXPECT_EQ(issued.error().code, Code::bad_certificate);

  const Identity of_another_kind{                              // Ed25519 takes no digest of its own
      "-----BEGIN CERTIFICATE-----\n"
      "MIIBMDCB46ADAgECAhR4SxBFDWM1n9t7icsTJudYCpbWKDAFBgMrZXAwDTELMAkG\n"
      "A1UEAwwCZWQwIBcNMjYxMTIxMTYwNjE2WhgPMjEyNjEwMjgxNjA2MTZaMA0xCzAJ\n"
      "BgNVBAMMAmVkMCowBQYDK2VwAyEA54ngO7aynnm+IPfNeYj7f1Io5qT9LhTDavgS\n"
      "DEovad+jUzBRMB0GA1UdDgQWBBRWCCfY8Uc9dPN4SjiGby8m2HlQ5TAfBgNVHSME\n"
      "GDAWgBRWCCfY8Uc9dPN4SjiGby8m2HlQ5TAPBgNVHRMBAf8EBTADAQH/MAUGAytl\n"
      "cANBALa9bFfKq35fE+nVCHdHwZK9wbJLgC0K+1NP9vGTXVGm9bgkBUZavTUQZawJ\n"
      "hQsjvHmIm46uaI4zauJ4XtFmMwY=\n"
      "-----END CERTIFICATE-----\n",
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIMZYCnr0OrmJLjj54pK3Rpy4Icixfy7WZZ7Jt+70r1W7\n"
      "-----END PRIVATE KEY-----\n"};
  const auto refused = issue(of_another_kind, "node0", Usage::node, Validity::days(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::bad_certificate);
}

TEST(X509, TlsKeysAreNoNodeKeys) {
  const Identity authority = create_authority("ca", Validity::days(1)).value();
  EXPECT_EQ(key_from_pem(authority.key).error().code, Code::bad_key);
}

}  // namespace
}  // namespace hanse::x509
