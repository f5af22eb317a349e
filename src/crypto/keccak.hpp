// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Keccak-256 with the original padding (0x01), as Ethereum and FISCO BCOS use it; FIPS 202's SHA3-256 differs only in
// that padding (0x06). Our own, because OpenSSL 3.0 offers only the FIPS padding, and because this is the hottest hash.
#pragma once

#include "base/bytes.hpp"

namespace hanse {

// An incremental sponge in place: no allocation. Trivially copyable, so a prefix can be hashed once and copied.
class Keccak256 {
 public:
  void update(BytesView data);
  Hash finish(std::uint8_t padding = 0x01);   // once; 0x06 makes it SHA3-256

 private:
  static constexpr std::size_t kRate = 136;   // bytes absorbed by one permutation

  std::uint64_t lanes_[25]{};
  std::size_t position_ = 0;                  // bytes absorbed since the last permutation, < kRate
};

}  // namespace hanse
