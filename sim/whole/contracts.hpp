// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The contracts of the simulated chain: the token of the executor's tests, and one that keeps hashes of earlier blocks, so
// that an execution which sees other ancestors gives another state.
#pragma once

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

// Whatever it is called with: storage[number] = blockhash(number - 1), storage[0] = blockhash(number - 3).
inline Bytes hash_keeper_code() {
  return from_hex("600f8060095f395ff3" "6001430340" "4355" "6003430340" "5f55" "00").value();
}

}  // namespace hanse::whole
