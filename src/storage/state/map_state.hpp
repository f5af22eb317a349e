// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A state in a map, for tests and benchmarks: what a chain of one would have on its disk.
#pragma once

#include <map>

#include "codec/tars.hpp"
#include "storage/state/state.hpp"

namespace hanse::state {

class MapState final : public StateReader {
 public:
  Result<std::optional<Bytes>> get(BytesView key) const override {
    if (broken) return std::unexpected(*broken);
    const auto found = rows.find(to_bytes(key));
    if (found == rows.end()) return std::nullopt;
    return found->second;
  }
  void apply(const StateDiff& diff) {
    for (const auto& [key, value] : diff) {
      if (value) rows[to_bytes(key)] = to_bytes(*value);
      else rows.erase(to_bytes(key));
    }
  }
  void put(const Address& address, const Account& account) { rows[to_bytes(account_key(address))] = tars::encode(account); }
  void put_code(Suite suite, const Address& address, BytesView code, const U256& balance = {}) {
    const Hash hash = hash_of(suite, code);
    rows[to_bytes(code_key(hash))] = to_bytes(code);
    put(address, {balance, 1, hash});
  }
  void put_slot(const Address& address, const U256& key, const U256& value) {
    rows[to_bytes(slot_key(address, key.to_be()))] = to_bytes(value.to_be());
  }
  Account account(const Address& address) const {
    const auto found = rows.find(to_bytes(account_key(address)));
    return found == rows.end() ? Account{} : tars::decode<Account>(found->second).value();
  }
  U256 slot(const Address& address, const U256& key) const {
    const auto found = rows.find(to_bytes(slot_key(address, key.to_be())));
    return found == rows.end() ? U256() : U256::from_be(found->second);
  }

  std::map<Bytes, Bytes> rows;
  std::optional<Error> broken;   // what every read answers, when set
};

}  // namespace hanse::state
