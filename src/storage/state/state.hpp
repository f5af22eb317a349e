// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The latest state as a flat map. A key is one tag byte and what follows it (docs/STORAGE.md): account, storage slot,
// code, table row. A StateReader answers a key at one fixed point of the chain; a StateDiff is what one block changed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "protocol/types.hpp"

namespace hanse::state {

// Key forms. Values: account = tars {balance, nonce, code hash}; slot = 32 bytes (zero = erased); code = the bytes.
Bytes account_key(const Address& address);
Bytes slot_key(const Address& address, const Hash& slot);
Bytes code_key(const Hash& code_hash);
Bytes table_key(std::string_view table, BytesView row);

struct Account {
  U256 balance;
  std::uint64_t nonce = 0;
  Hash code_hash;                     // zero: no code
  bool operator==(const Account&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.balance), field(2, self.nonce), field(3, self.code_hash); }
};

// Thread-safe reads of one fixed state. A read error is fatal to the execution that met it, never to the process.
class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual Result<std::optional<Bytes>> get(BytesView key) const = 0;
};

// The write set of one block: the last value of each key that differs from before; none = erased.
using StateDiff = std::map<Bytes, std::optional<Bytes>>;

// A diff upon the state below it: the speculative state after an undecided proposal. Shared because several child
// proposals of one parent read it, each on its own schedule.
class Overlay final : public StateReader {
 public:
  Overlay(std::shared_ptr<const StateReader> below, std::shared_ptr<const StateDiff> diff);
  Result<std::optional<Bytes>> get(BytesView key) const override;

 private:
  std::shared_ptr<const StateReader> below_;
  std::shared_ptr<const StateDiff> diff_;
};

// Scheme 0: Merkle root (merkle_root of protocol/block.hpp) of H(key length ‖ key ‖ 0 | 1 ‖ value) in key order.
Hash write_set_root(Suite suite, const StateDiff& diff);

}  // namespace hanse::state
