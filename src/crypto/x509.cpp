// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/x509.hpp"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "base/check.hpp"
#include "crypto/openssl_handle.hpp"
#include "crypto/pem_file.hpp"

namespace hanse::x509 {
namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;
using Pkey = OpensslHandle<EVP_PKEY, EVP_PKEY_free>;
using X509Handle = OpensslHandle<X509, X509_free>;

struct Extension {
  int id;
  std::string value;
};

int no_password(char*, int, int, void*) { return -1; }   // never ask at the terminal

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string text_of(const Bio& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<void> check_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (name.empty() || name.size() > 64 || !std::ranges::all_of(name, allowed))
    return fail(Code::bad_certificate, "the name of a certificate has 1 to 64 letters, digits, dots, dashes or underscores");
  return {};
}

void set_random_serial(X509* certificate) {
  std::uint8_t bytes[16];
  CHECK(RAND_bytes(bytes, sizeof bytes) == 1);
  bytes[0] = (bytes[0] & 0x7f) | 0x40;         // positive, and always sixteen bytes (RFC 5280 §4.1.2.2)
  const OpensslHandle<BIGNUM, BN_free> number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_times(X509* certificate, Validity validity) {
  // Days and seconds apart: a century of seconds does not fit a 32-bit offset.
  const auto adjust = [](ASN1_TIME* time, std::int64_t offset_s) {
    CHECK(X509_time_adj_ex(time, static_cast<int>(offset_s / 86'400), static_cast<long>(offset_s % 86'400), nullptr) != nullptr);
  };
  adjust(X509_getm_notBefore(certificate), validity.from_s);
  adjust(X509_getm_notAfter(certificate), validity.until_s);
}

// A certificate for a fresh key, signed by `issuer_key`, or by the fresh key itself when there is no issuer. What an issuer
// from a file lacks or cannot do is an error.
Result<Identity> make(std::string_view name, Validity validity, const std::vector<Extension>& extensions, X509* issuer,
              EVP_PKEY* issuer_key) {
  const Pkey key(EVP_EC_gen("P-256"));
  const X509Handle certificate(X509_new());
  CHECK(key && certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_random_serial(certificate.get());
  set_times(certificate.get(), validity);
  CHECK(X509_set_pubkey(certificate.get(), key.get()) == 1);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  CHECK(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.data()),
                                   static_cast<int>(name.size()), -1, 0) == 1);
  CHECK(X509_set_issuer_name(certificate.get(), issuer ? X509_get_subject_name(issuer) : subject) == 1);

  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer ? issuer : certificate.get(), certificate.get(), nullptr, nullptr, 0);
  for (const Extension& extension : extensions) {
    const OpensslHandle<X509_EXTENSION, X509_EXTENSION_free> made(
        X509V3_EXT_conf_nid(nullptr, &context, extension.id, extension.value.c_str()));
    if (!made)
      return fail(Code::bad_certificate, "the authority's certificate does not fit {}: {}", OBJ_nid2ln(extension.id), take_openssl_reason());
    CHECK(X509_add_ext(certificate.get(), made.get(), -1) == 1);
  }
  if (X509_sign(certificate.get(), issuer_key ? issuer_key : key.get(), EVP_sha256()) <= 0)
    return fail(Code::bad_certificate, "the authority's key cannot sign: {}", take_openssl_reason());

  const Bio certificate_pem(BIO_new(BIO_s_mem())), key_pem(BIO_new(BIO_s_secmem()));
  CHECK(PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1);
  CHECK(PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Identity{text_of(certificate_pem), text_of(key_pem)};
}

std::string common_name(X509_NAME* name) {
  const int place = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (place < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, place)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(::timegm(&parts)) : 0;
}

}  // namespace

Result<Identity> create_authority(std::string_view name, Validity validity) {
  if (auto named = check_name(name); !named) return pass(named);
  return make(name, validity,
              {{NID_basic_constraints, "critical,CA:TRUE,pathlen:1"},
               {NID_key_usage, "critical,keyCertSign,cRLSign"},
               {NID_subject_key_identifier, "hash"}},
              nullptr, nullptr);
}

Result<Identity> issue(const Identity& authority, std::string_view name, Usage usage, Validity validity) {
  if (auto named = check_name(name); !named) return pass(named);
  const X509Handle issuer(PEM_read_bio_X509(reader(authority.certificate).get(), nullptr, no_password, nullptr));
  if (!issuer) return fail(Code::bad_certificate, "the authority's certificate cannot be read: {}", take_openssl_reason());
  const Pkey key(PEM_read_bio_PrivateKey(reader(authority.key).get(), nullptr, no_password, nullptr));
  if (!key) return fail(Code::bad_certificate, "the authority's key cannot be read: {}", take_openssl_reason());
  if (X509_check_private_key(issuer.get(), key.get()) != 1) {
    ERR_clear_error();
    return fail(Code::bad_certificate, "the authority's key is not the key of its certificate");
  }
  return make(name, validity,
              {{NID_basic_constraints, "critical,CA:FALSE"},
               {NID_key_usage, "critical,digitalSignature"},
               {NID_ext_key_usage, usage == Usage::node ? "serverAuth,clientAuth" : "clientAuth"},
               {NID_subject_alt_name, fmt::format("DNS:{}", name)},
               {NID_subject_key_identifier, "hash"},
               {NID_authority_key_identifier, "keyid:always"}},
              issuer.get(), key.get());
}

Result<Certificate> parse_certificate(std::string_view pem) {
  if (pem.size() > kSmallFileSizeMax) return fail(Code::bad_certificate, "a certificate of {} bytes is none", pem.size());
  const X509Handle certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, no_password, nullptr));
  if (!certificate) return fail(Code::bad_certificate, "no certificate in PEM form: {}", take_openssl_reason());
  Certificate out;
  out.name = common_name(X509_get_subject_name(certificate.get()));
  out.issuer = common_name(X509_get_issuer_name(certificate.get()));
  unsigned size = 0;
  CHECK(X509_digest(certificate.get(), EVP_sha256(), out.fingerprint.bytes.data(), &size) == 1 && size == Hash::kSize);
  out.valid_from_s = seconds_of(X509_get0_notBefore(certificate.get()));
  out.valid_until_s = seconds_of(X509_get0_notAfter(certificate.get()));
  out.authority = X509_check_ca(certificate.get()) > 0;
  ERR_clear_error();
  return out;
}

Result<Certificate> load_certificate(const std::string& path) {
  const auto pem = read_small_file(path);
  if (!pem) return pass(pem);
  auto certificate = parse_certificate(*pem);
  if (!certificate) return fail(certificate.error().code, "{}: {}", path, certificate.error().text);
  return certificate;
}

}  // namespace hanse::x509
