// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Mutual TLS 1.3 between our own processes. The engine is TLS without a socket: ciphertext in, ciphertext out, so that
// whoever owns the socket decides how bytes travel. Certificates are verified against the CA on both sides, and must be
// such as nodes have (serverAuth and clientAuth, no authority). Names are not: who a node is, the gateway's handshake
// proves. No resumption: each session shows its certificate anew.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace hanse::net {

class TlsContext {
 public:
  // PEM files; `cert_file` may hold a chain, `ca_file` several authorities. Errors: bad_config (a file cannot be read or
  // holds something else: names it), bad_certificate (the key is not that of the certificate).
  static Result<std::shared_ptr<const TlsContext>> from_files(const std::string& ca_file, const std::string& cert_file,
                                                              const std::string& key_file);
  ~TlsContext();

  const Hash& certificate_hash() const { return certificate_hash_; }   // SHA-256 of our certificate's DER
  Result<void> check_own_certificate() const;                          // what a peer with the same CA would say of it
  ssl_ctx_st* native() const { return context_; }

 private:
  TlsContext() = default;
  ssl_ctx_st* context_ = nullptr;
  Hash certificate_hash_;
};

enum class TlsRole : std::uint8_t { dialed = 1, accepted = 2 };   // dialed: we are the TLS client

struct TlsPeer {
  Hash certificate_hash;     // SHA-256 of the DER
  Bytes public_key;          // DER of its SubjectPublicKeyInfo
  std::string subject;       // "CN=node0,O=Agency", for logs
};

// Used by one thread at a time. After an error only out() is of use: it may hold an alert for the peer.
class TlsEngine {
 public:
  TlsEngine(std::shared_ptr<const TlsContext> context, TlsRole role);
  ~TlsEngine();
  TlsEngine(const TlsEngine&) = delete;

  // Ciphertext from the peer. It is borrowed: the engine has read all of it once handshake() answers false or read() 0.
  void feed(BytesView ciphertext);
  // true: established. Errors: bad_certificate (which, and why), bad_frame (not TLS, or broken).
  Result<bool> handshake();
  // Plaintext; 0 bytes: more ciphertext is needed. Errors: unreachable (the peer closed), bad_certificate (the peer
  // refused ours), bad_frame.
  Result<std::size_t> read(std::span<std::uint8_t> plaintext);
  void write(BytesView plaintext);   // appends to out(); nothing after an error or close()
  void close();                      // appends the closing alert
  bool is_broken() const { return broken_; }   // after an error or close()
  Bytes& out() { return out_; }      // ciphertext to send; the caller takes it away

  // Once established.
  TlsPeer peer() const;
  Hash export_key(std::string_view label) const;   // RFC 5705 / RFC 8446 §7.5: equal on both sides, unique to the session

 private:
  friend struct TlsPipe;
  Error error_of(int status);

  std::shared_ptr<const TlsContext> context_;   // second owner: whoever makes the next session
  ssl_st* ssl_ = nullptr;
  BytesView in_;
  Bytes out_;
  bool broken_ = false;
  std::string certificate_problem_;
};

}  // namespace hanse::net
