// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/sm2.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "crypto/openssl_handle.hpp"
#include "crypto/sm3.hpp"

namespace hanse::sm2 {
namespace {

using Number = OpensslHandle<BIGNUM, BN_clear_free>;
using Point = OpensslHandle<EC_POINT, EC_POINT_free>;

// What one thread reuses from call to call; each call overwrites the temporaries that it reads.
struct Workspace {
  OpensslHandle<EC_GROUP, EC_GROUP_free> group{EC_GROUP_new_by_curve_name(NID_sm2)};
  OpensslHandle<BN_CTX, BN_CTX_free> context{BN_CTX_secure_new()};
  Number order{BN_new()}, order_minus_2{BN_new()};
  Number r{BN_new()}, s{BN_new()}, t{BN_new()}, e{BN_new()}, x{BN_new()};
  Number d{BN_secure_new()}, k{BN_secure_new()}, inverse{BN_secure_new()}, product{BN_secure_new()};
  Point key, sum;

  Workspace() {
    CHECK(group != nullptr && context != nullptr);
    key.reset(EC_POINT_new(group.get()));
    sum.reset(EC_POINT_new(group.get()));
    CHECK(EC_GROUP_get_order(group.get(), order.get(), context.get()) == 1);
    CHECK(BN_copy(order_minus_2.get(), order.get()) != nullptr && BN_sub_word(order_minus_2.get(), 2) == 1);
    for (BIGNUM* secret : {d.get(), k.get(), inverse.get(), product.get()}) BN_set_flags(secret, BN_FLG_CONSTTIME);
  }
};

Workspace& workspace() {
  thread_local Workspace one;
  return one;
}

void read(BIGNUM* number, BytesView bytes) {
  CHECK(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number) != nullptr);
}

bool load_key(Workspace& w, const PublicKey& key) {
  std::uint8_t encoded[65] = {0x04};
  std::memcpy(encoded + 1, key.bytes.data(), 64);
  return EC_POINT_oct2point(w.group.get(), w.key.get(), encoded, sizeof encoded, w.context.get()) == 1;
}

// What Z hashes before the key: length and text of the user id, then a, b, x and y of G (GB/T 32918.2 §5.5).
Sm3 identity_prefix(std::string_view user_id) {
  static const Bytes curve = *from_hex(
      "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
      "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
      "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
      "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0");
  const std::uint16_t bits = static_cast<std::uint16_t>(user_id.size() * 8);
  const std::uint8_t length[2] = {static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  Sm3 hasher;
  hasher.update(length);
  hasher.update(as_bytes(user_id));
  hasher.update(curve);
  return hasher;
}

Hash message_digest(const PublicKey& key, BytesView message, std::string_view user_id) {
  static const Sm3 usual_prefix = identity_prefix(kUserId);
  Sm3 identity = user_id == kUserId ? usual_prefix : identity_prefix(user_id);
  identity.update(key);
  Sm3 hasher;
  hasher.update(identity.finish());
  hasher.update(message);
  return hasher.finish();
}

// x-coordinate of `w.sum` modulo n, plus e modulo n, in `out`.
void add_x_to_e(Workspace& w, BIGNUM* out) {
  CHECK(EC_POINT_get_affine_coordinates(w.group.get(), w.sum.get(), w.x.get(), nullptr, w.context.get()) == 1);
  CHECK(BN_mod_add(out, w.e.get(), w.x.get(), w.order.get(), w.context.get()) == 1);
}

// RFC 6979 §3.2 with HMAC-SM3: the nonces to try, one after the other.
class NonceStream {
 public:
  NonceStream(const SecretKey& secret, const Hash& e_modulo_order) {
    value_.bytes.fill(0x01);
    for (std::uint8_t mark : {0x00, 0x01}) {
      Bytes seed = to_bytes(BytesView(value_));
      seed.push_back(mark);
      append(seed, secret);
      append(seed, e_modulo_order);
      key_ = hmac_sm3(key_, seed);
      value_ = hmac_sm3(key_, value_);
      OPENSSL_cleanse(seed.data(), seed.size());
    }
  }
  ~NonceStream() {
    OPENSSL_cleanse(key_.bytes.data(), Hash::kSize);
    OPENSSL_cleanse(value_.bytes.data(), Hash::kSize);
  }
  NonceStream(const NonceStream&) = delete;
  NonceStream& operator=(const NonceStream&) = delete;

  const Hash& next() {
    if (tried_) {
      Bytes seed = to_bytes(BytesView(value_));
      seed.push_back(0x00);
      key_ = hmac_sm3(key_, seed);
      value_ = hmac_sm3(key_, value_);
    }
    tried_ = true;
    value_ = hmac_sm3(key_, value_);
    return value_;
  }

 private:
  Hash key_, value_;
  bool tried_ = false;
};

// One attempt with the nonce in w.k: r and s, or false when the nonce does not serve (once in 2^255).
bool sign_with_nonce(Workspace& w) {
  BN_CTX* context = w.context.get();
  const BIGNUM* n = w.order.get();
  if (BN_is_zero(w.k.get()) || BN_cmp(w.k.get(), n) >= 0) return false;
  CHECK(EC_POINT_mul(w.group.get(), w.sum.get(), w.k.get(), nullptr, nullptr, context) == 1);
  add_x_to_e(w, w.r.get());
  CHECK(BN_mod_add(w.t.get(), w.r.get(), w.k.get(), n, context) == 1);
  if (BN_is_zero(w.r.get()) || BN_is_zero(w.t.get())) return false;
  // s = (k - r d) / (1 + d), the inverse by Fermat so that the time does not tell d.
  CHECK(BN_mod_mul(w.product.get(), w.r.get(), w.d.get(), n, context) == 1);
  CHECK(BN_mod_sub(w.product.get(), w.k.get(), w.product.get(), n, context) == 1);
  CHECK(BN_copy(w.inverse.get(), w.d.get()) != nullptr && BN_add_word(w.inverse.get(), 1) == 1);
  CHECK(BN_mod_exp_mont_consttime(w.inverse.get(), w.inverse.get(), w.order_minus_2.get(), n, context, nullptr) == 1);
  CHECK(BN_mod_mul(w.s.get(), w.inverse.get(), w.product.get(), n, context) == 1);
  return !BN_is_zero(w.s.get());
}

}  // namespace

std::optional<PublicKey> public_key_of(const SecretKey& secret) {
  Workspace& w = workspace();
  read(w.d.get(), secret);
  if (BN_is_zero(w.d.get()) || BN_cmp(w.d.get(), w.order_minus_2.get()) > 0) return std::nullopt;
  CHECK(EC_POINT_mul(w.group.get(), w.sum.get(), w.d.get(), nullptr, nullptr, w.context.get()) == 1);
  BN_zero(w.d.get());
  std::uint8_t encoded[65];
  CHECK(EC_POINT_point2oct(w.group.get(), w.sum.get(), POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded,
                           w.context.get()) == sizeof encoded);
  return PublicKey::of({encoded + 1, 64});
}

bool is_public_key(const PublicKey& key) { return load_key(workspace(), key); }

FixedBytes<64> sign(const SecretKey& secret, const PublicKey& key, BytesView message) {
  Workspace& w = workspace();
  read(w.d.get(), secret);
  CHECK(!BN_is_zero(w.d.get()) && BN_cmp(w.d.get(), w.order_minus_2.get()) <= 0);
  read(w.e.get(), message_digest(key, message, kUserId));
  CHECK(BN_nnmod(w.e.get(), w.e.get(), w.order.get(), w.context.get()) == 1);
  Hash e;
  CHECK(BN_bn2binpad(w.e.get(), e.bytes.data(), Hash::kSize) == static_cast<int>(Hash::kSize));

  NonceStream nonces(secret, e);
  do read(w.k.get(), nonces.next());
  while (!sign_with_nonce(w));
  for (BIGNUM* used : {w.d.get(), w.k.get(), w.inverse.get(), w.product.get()}) BN_zero(used);

  FixedBytes<64> signature;
  CHECK(BN_bn2binpad(w.r.get(), signature.bytes.data(), 32) == 32);
  CHECK(BN_bn2binpad(w.s.get(), signature.bytes.data() + 32, 32) == 32);
  return signature;
}

bool verify(const PublicKey& key, BytesView message, BytesView signature, std::string_view user_id) {
  if (signature.size() != 64 || user_id.size() > 8191) return false;   // the id's length in bits has 16 bits
  Workspace& w = workspace();
  const BIGNUM* n = w.order.get();
  read(w.r.get(), signature.first(32));
  read(w.s.get(), signature.subspan(32));
  if (BN_is_zero(w.r.get()) || BN_is_zero(w.s.get()) || BN_cmp(w.r.get(), n) >= 0 || BN_cmp(w.s.get(), n) >= 0) return false;
  CHECK(BN_mod_add(w.t.get(), w.r.get(), w.s.get(), n, w.context.get()) == 1);
  if (BN_is_zero(w.t.get()) || !load_key(w, key)) return false;
  read(w.e.get(), message_digest(key, message, user_id));
  // R = e + x(sG + tP); the signature holds when R = r.
  CHECK(EC_POINT_mul(w.group.get(), w.sum.get(), w.s.get(), w.key.get(), w.t.get(), w.context.get()) == 1);
  if (EC_POINT_is_at_infinity(w.group.get(), w.sum.get())) return false;
  add_x_to_e(w, w.t.get());
  return BN_cmp(w.t.get(), w.r.get()) == 0;
}

}  // namespace hanse::sm2
