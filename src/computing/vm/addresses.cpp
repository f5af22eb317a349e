// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/vm/addresses.hpp"

#include "codec/rlp.hpp"

namespace hanse::vm {
namespace {

Address tail_of(const Hash& hash) { return Address::of(BytesView(hash).subspan(12)); }

}  // namespace

Address created_address(Suite suite, const Address& creator, std::uint64_t nonce) {
  Bytes items, list;
  rlp::put_bytes(items, creator);
  rlp::put_uint(items, nonce);
  rlp::put_list(list, items);
  return tail_of(hash_of(suite, list));
}

Address created_address(Suite suite, const Address& creator, const Hash& salt, BytesView init_code) {
  const std::uint8_t mark = 0xff;
  return tail_of(Hasher(suite).update({&mark, 1}).update(creator).update(salt).update(hash_of(suite, init_code)).finish());
}

std::optional<Address> authority_of(const Authorization& authorization) {
  constexpr std::uint8_t kMagic = 0x05;
  if (authorization.y_parity > 1) return std::nullopt;
  Bytes items, signed_bytes{kMagic};
  rlp::put_uint(items, authorization.chain_id);
  rlp::put_bytes(items, authorization.address);
  rlp::put_uint(items, authorization.nonce);
  rlp::put_list(signed_bytes, items);
  Bytes signature;
  append(signature, authorization.r.to_be());
  append(signature, authorization.s.to_be());
  signature.push_back(authorization.y_parity);
  const auto key = recover(Suite::standard, keccak256(signed_bytes), signature);
  if (!key) return std::nullopt;
  return address_of(Suite::standard, *key);
}

}  // namespace hanse::vm
