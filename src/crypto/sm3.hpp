// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// SM3 (GB/T 32905-2016). Our own, because OpenSSL's needs an allocation a hash and an SM2 check hashes three times.
#pragma once

#include "base/bytes.hpp"

namespace hanse {

// Incremental and in place. Trivially copyable: a common prefix is hashed once and copied.
class Sm3 {
 public:
  void update(BytesView data);
  Hash finish();                              // once

 private:
  static constexpr std::size_t kBlock = 64;

  std::uint32_t words_[8] = {0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                             0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};
  std::uint8_t pending_[kBlock];
  std::uint64_t length_ = 0;                  // bytes so far
};

Hash hmac_sm3(BytesView key, BytesView data); // RFC 2104 over SM3

}  // namespace hanse
