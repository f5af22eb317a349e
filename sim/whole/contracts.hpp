// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The contracts of the simulated chain: the token of the executor's tests, and one that keeps hashes of earlier blocks, so
// that an execution which sees other ancestors gives another state.
#pragma once

#include <fmt/format.h>

#include "computing/executor/token.hpp"
#include "crypto/suite.hpp"

namespace hanse::whole {

inline Bytes token_code() { return executor::token::deployment(U256(1'000'000)); }
inline Bytes token_transfer(const Address& to, std::uint64_t amount) { return executor::token::transfer(to, U256(amount)); }
inline Bytes token_balance_of(const Address& owner) { return executor::token::balance_of(owner); }
// balanceOf is the mapping in slot 0; contracts hash with their group's suite.
inline Hash token_slot(Suite suite, const Address& owner) {
  Bytes key = executor::token::padded(owner);
  key.resize(64);
  return hash_of(suite, key);
}

// Whatever it is called with: storage[number] = blockhash(number - 1), storage[0] = the hashes of the five before, xor.
inline Bytes hash_keeper_code() {
  constexpr std::string_view kStoreLast = "6001430340" "4355", kStoreRest = "5f55", kStop = "00", kXor = "18";
  std::string code(kStoreLast);
  for (int back = 2; back <= 6; ++back) code += fmt::format("60{:02x}430340{}", back, back == 2 ? "" : kXor);
  code.append(kStoreRest).append(kStop);
  return from_hex(fmt::format("60{:02x}8060095f395ff3{}", code.size() / 2, code)).value();
}

}  // namespace hanse::whole
