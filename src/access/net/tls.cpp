// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/check.hpp"
#include "crypto/openssl_handle.hpp"

namespace hanse::net {
namespace {

using StoreContext = OpensslHandle<X509_STORE_CTX, X509_STORE_CTX_free>;
using TextBio = OpensslHandle<BIO, BIO_free_all>;

Hash hash_of_certificate(const X509* certificate) {
  Hash hash;
  unsigned int size = Hash::kSize;
  CHECK(X509_digest(certificate, EVP_sha256(), hash.bytes.data(), &size) == 1 && size == Hash::kSize);
  return hash;
}

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string subject_of(const X509* certificate) {
  const TextBio text(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  return text_in(text.get());
}

std::string time_of(const ASN1_TIME* time) {
  const TextBio text(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(text.get(), time);
  return text_in(text.get());
}

// What is wrong with a certificate, in words that say what to do.
std::string explain(int verdict, const X509* certificate) {
  if (!certificate) return X509_verify_cert_error_string(verdict);
  const std::string who = fmt::format("the certificate of {}", subject_of(certificate));
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("{} expired on {}: renew it", who, time_of(X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("{} is not valid before {}: compare the clocks", who, time_of(X509_get0_notBefore(certificate)));
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return fmt::format("{} comes from another CA than ours", who);
    case X509_V_ERR_INVALID_PURPOSE:
      return fmt::format("{} is not one of a node: it lacks serverAuth or clientAuth, or belongs to an authority", who);
    default:
      return fmt::format("{} is refused: {}", who, X509_verify_cert_error_string(verdict));
  }
}

// A node listens and connects, so its certificate allows both; one of a client, or of an authority, is none of a node.
int node_usage_verdict(X509* certificate) {
  if (X509_check_ca(certificate) > 0) return X509_V_ERR_INVALID_PURPOSE;
  for (const int purpose : {X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT})
    if (X509_check_purpose(certificate, purpose, 0) != 1) return X509_V_ERR_INVALID_PURPOSE;
  return X509_V_OK;
}

Error describe(const std::string& reason) {
  if (reason.find("did not return a certificate") != std::string::npos)
    return {Code::bad_certificate, "the peer shows no certificate"};
  if (reason.find("alert") != std::string::npos && (reason.find("certificate") != std::string::npos ||
                                                    reason.find("unknown ca") != std::string::npos))
    return {Code::bad_certificate, fmt::format("the peer refuses our certificate: {}", reason)};
  return {Code::bad_frame, fmt::format("TLS: {}", reason)};
}

}  // namespace

// Where OpenSSL reads from and writes to: the engine's own memory.
struct TlsPipe {
  static int read(BIO* bio, char* data, int size) {
    auto& in = static_cast<TlsEngine*>(BIO_get_data(bio))->in_;
    BIO_clear_retry_flags(bio);
    if (in.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t count = std::min(in.size(), static_cast<std::size_t>(size));
    std::memcpy(data, in.data(), count);
    in = in.subspan(count);
    return static_cast<int>(count);
  }
  static int write(BIO* bio, const char* data, int size) {
    append(static_cast<TlsEngine*>(BIO_get_data(bio))->out_, as_bytes({data, static_cast<std::size_t>(size)}));
    return size;
  }
  // The one moment when OpenSSL tells which certificate is wrong.
  static int on_verified(int good, X509_STORE_CTX* check) {
    if (good && X509_STORE_CTX_get_error_depth(check) == 0)
      if (const int verdict = node_usage_verdict(X509_STORE_CTX_get_current_cert(check)); verdict != X509_V_OK) {
        X509_STORE_CTX_set_error(check, verdict);
        good = 0;
      }
    if (good) return good;
    const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx()));
    static_cast<TlsEngine*>(SSL_get_app_data(ssl))->certificate_problem_ =
        explain(X509_STORE_CTX_get_error(check), X509_STORE_CTX_get_current_cert(check));
    return good;
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
  static BIO* make(TlsEngine* engine) {
    static BIO_METHOD* const method = [] {   // a constant table, made once
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "engine memory");
      CHECK(made && BIO_meth_set_read(made, read) && BIO_meth_set_write(made, write) && BIO_meth_set_ctrl(made, control));
      return made;
    }();
    BIO* bio = BIO_new(method);
    CHECK(bio);
    BIO_set_data(bio, engine);
    BIO_set_init(bio, 1);
    return bio;
  }
};

Result<std::shared_ptr<const TlsContext>> TlsContext::from_files(const std::string& ca_file, const std::string& cert_file,
                                                                 const std::string& key_file) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> made(new TlsContext);
  SSL_CTX* context = made->context_ = SSL_CTX_new(TLS_method());
  CHECK(context);
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  CHECK(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1);
  CHECK(SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, TlsPipe::on_verified);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1)
    return fail(Code::bad_config, "{}: no CA certificates in PEM: {}", ca_file, take_openssl_reason());
  if (SSL_CTX_use_certificate_chain_file(context, cert_file.c_str()) != 1)
    return fail(Code::bad_config, "{}: no certificate in PEM: {}", cert_file, take_openssl_reason());
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    const unsigned long reason = ERR_peek_error();
    if (ERR_GET_LIB(reason) == ERR_LIB_X509 && ERR_GET_REASON(reason) == X509_R_KEY_VALUES_MISMATCH)
      return fail(Code::bad_certificate, "{} is not the key of the certificate in {}", key_file, cert_file);
    return fail(Code::bad_config, "{}: no private key in PEM: {}", key_file, take_openssl_reason());
  }
  if (SSL_CTX_check_private_key(context) != 1)
    return fail(Code::bad_certificate, "{} is not the key of the certificate in {}", key_file, cert_file);
  made->certificate_hash_ = hash_of_certificate(SSL_CTX_get0_certificate(context));
  return made;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Result<void> TlsContext::check_own_certificate() const {
  X509* const own = SSL_CTX_get0_certificate(context_);
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context_, &chain);
  const StoreContext check(X509_STORE_CTX_new());
  CHECK(check && X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context_), own, chain) == 1);
  const bool good = X509_verify_cert(check.get()) == 1;
  const int verdict = good ? node_usage_verdict(own) : X509_STORE_CTX_get_error(check.get());
  ERR_clear_error();
  if (verdict != X509_V_OK) return fail(Code::bad_certificate, "{}", explain(verdict, own));
  return {};
}

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context, TlsRole role) : context_(std::move(context)) {
  ssl_ = SSL_new(context_->native());
  CHECK(ssl_);
  BIO* const pipe = TlsPipe::make(this);
  SSL_set_bio(ssl_, pipe, pipe);
  SSL_set_app_data(ssl_, this);
  if (role == TlsRole::dialed)
    SSL_set_connect_state(ssl_);
  else
    SSL_set_accept_state(ssl_);
}

TlsEngine::~TlsEngine() { SSL_free(ssl_); }

void TlsEngine::feed(BytesView ciphertext) {
  CHECK(in_.empty());
  in_ = ciphertext;
}

Error TlsEngine::error_of(int status) {
  broken_ = true;
  if (SSL_get_error(ssl_, status) == SSL_ERROR_ZERO_RETURN) return {Code::unreachable, "the peer closed the session"};
  const std::string reason = take_openssl_reason();
  if (!certificate_problem_.empty()) return {Code::bad_certificate, certificate_problem_};
  return describe(reason);
}

Result<bool> TlsEngine::handshake() {
  ERR_clear_error();
  const int status = SSL_do_handshake(ssl_);
  if (status == 1) return true;
  if (SSL_get_error(ssl_, status) == SSL_ERROR_WANT_READ) return false;
  return std::unexpected(error_of(status));
}

Result<std::size_t> TlsEngine::read(std::span<std::uint8_t> plaintext) {
  ERR_clear_error();
  std::size_t count = 0;
  const int status = SSL_read_ex(ssl_, plaintext.data(), plaintext.size(), &count);
  if (status == 1) return count;
  if (SSL_get_error(ssl_, status) == SSL_ERROR_WANT_READ) return std::size_t{0};
  return std::unexpected(error_of(status));
}

void TlsEngine::write(BytesView plaintext) {
  if (plaintext.empty() || broken_) return;
  std::size_t count = 0;
  CHECK(SSL_write_ex(ssl_, plaintext.data(), plaintext.size(), &count) == 1);   // the pipe takes everything
  CHECK(count == plaintext.size());
}

void TlsEngine::close() {
  if (!broken_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
  broken_ = true;
  ERR_clear_error();
}

TlsPeer TlsEngine::peer() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_);
  CHECK(certificate);   // a session without one is not established
  TlsPeer peer{hash_of_certificate(certificate), {}, subject_of(certificate)};
  unsigned char* key = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key);
  CHECK(size > 0);
  peer.public_key.assign(key, key + size);
  OPENSSL_free(key);
  return peer;
}

Hash TlsEngine::export_key(std::string_view label) const {
  Hash key;
  CHECK(SSL_export_keying_material(ssl_, key.bytes.data(), key.kSize, label.data(), label.size(), nullptr, 0, 0) == 1);
  return key;
}

}  // namespace hanse::net
