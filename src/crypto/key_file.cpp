// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/key_file.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "base/check.hpp"
#include "crypto/openssl_handle.hpp"
#include "crypto/pem_file.hpp"

namespace hanse {
namespace {

using Bio = OpensslHandle<BIO, BIO_free_all>;
using Pkey = OpensslHandle<EVP_PKEY, EVP_PKEY_free>;
using Number = OpensslHandle<BIGNUM, BN_clear_free>;

// Without it OpenSSL would ask at the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) { return -1; }

// The file says the public key too (and where it does not, OpenSSL computes it): one changed bit makes them differ.
bool holds_public_key(EVP_PKEY* pkey, const PublicKey& expected) {
  std::uint8_t point[65];
  std::size_t size = 0;
  const bool got = EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size) == 1;
  if (!got) ERR_clear_error();
  if (got && size == 33) return std::memcmp(point + 1, expected.bytes.data(), 32) == 0 && (point[0] & 1) == (expected.bytes[63] & 1);
  return got && size == 65 && std::memcmp(point + 1, expected.bytes.data(), PublicKey::kSize) == 0;
}

}  // namespace

std::string to_pem(const KeyPair& key) {
  const Number secret(BN_bin2bn(key.secret.bytes.data(), SecretKey::kSize, nullptr));
  std::uint8_t point[65] = {0x04};
  std::memcpy(point + 1, key.public_key.bytes.data(), PublicKey::kSize);

  const OpensslHandle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  CHECK(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                        key.suite == Suite::standard ? "secp256k1" : "SM2", 0) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1);
  CHECK(OSSL_PARAM_BLD_push_BN_pad(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get(), SecretKey::kSize) == 1);
  const OpensslHandle<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(builder.get()));

  const OpensslHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, key.suite == Suite::standard ? "EC" : "SM2", nullptr));
  EVP_PKEY* made = nullptr;
  CHECK(EVP_PKEY_fromdata_init(context.get()) == 1);
  CHECK(EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, params.get()) == 1);
  const Pkey pkey(made);

  const Bio out(BIO_new(BIO_s_secmem()));
  CHECK(PEM_write_bio_PKCS8PrivateKey(out.get(), pkey.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<KeyPair> key_from_pem(std::string_view pem) {
  if (pem.size() > kSmallFileSizeMax) return fail(Code::bad_key, "a key of {} bytes is none", pem.size());
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Pkey pkey(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
  if (!pkey)
    return fail(Code::bad_key, "no unencrypted private key in PEM form (PKCS#8 or SEC 1): {}", take_openssl_reason());

  char curve[64]{};
  if (EVP_PKEY_get_utf8_string_param(pkey.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof curve, nullptr) != 1) {
    ERR_clear_error();
    return fail(Code::bad_key, "the key is not on a named curve; secp256k1 or SM2 is expected");
  }
  const std::string_view name = curve;
  if (name != "secp256k1" && name != "SM2")
    return fail(Code::bad_key, "the key is on the curve {}; secp256k1 or SM2 is expected", name);

  BIGNUM* read = nullptr;
  SecretKey secret;
  const bool got = EVP_PKEY_get_bn_param(pkey.get(), OSSL_PKEY_PARAM_PRIV_KEY, &read) == 1;
  const Number number(read);
  if (!got || BN_bn2binpad(number.get(), secret.bytes.data(), SecretKey::kSize) < 0)
    return fail(Code::bad_key, "the secret number of the key cannot be read: {}", take_openssl_reason());
  auto key = KeyPair::from_secret(name == "SM2" ? Suite::sm : Suite::standard, secret);
  if (key && !holds_public_key(pkey.get(), key->public_key))
    return fail(Code::bad_key, "the public key in the file is not that of its secret number: the file is damaged");
  return key;
}

Result<KeyPair> load_key_file(const std::string& path) {
  const auto pem = read_small_file(path);
  if (!pem) return pass(pem);
  auto key = key_from_pem(*pem);
  if (!key) return fail(key.error().code, "{}: {}", path, key.error().text);
  return key;
}

Result<void> save_key_file(const std::string& path, const KeyPair& key) {
  return write_small_file(path, to_pem(key), kSecretMode);
}

}  // namespace hanse
