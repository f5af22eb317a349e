// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The latest state as a flat map. A key is one tag byte and what follows it (docs/STORAGE.md): account, storage slot,
// code, table row. A StateReader answers a key at one fixed point of the chain; a StateDiff is what one block changed.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/suite.hpp"
#include "protocol/types.hpp"

namespace hanse::state {

// Key forms. Values: account = tars {balance, nonce, code hash}; slot = 32 bytes (zero = erased); code = the bytes.
FixedBytes<21> account_key(const Address& address);
FixedBytes<53> slot_key(const Address& address, const Hash& slot);
FixedBytes<33> code_key(const Hash& code_hash);
Bytes table_key(std::string_view table, BytesView row);

struct Account {
  U256 balance;
  std::uint64_t nonce = 0;
  std::optional<Hash> code_hash;      // none: no code
  bool operator==(const Account&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.balance), field(2, self.nonce), field(3, self.code_hash); }
};

// Thread-safe reads of one fixed state. A read error is fatal to the execution that met it, never to the process.
class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual Result<std::optional<Bytes>> get(BytesView key) const = 0;
};

// The write set of one block: the last value of each key that differs from before; none = erased. In key order, in one
// buffer that holds each change as the state root hashes it.
class StateDiff {
 public:
  struct Change {
    BytesView key;
    std::optional<BytesView> value;
  };
  class Iterator {
   public:
    Iterator(const StateDiff& diff, std::size_t at) : diff_(&diff), at_(at) {}
    Change operator*() const { return (*diff_)[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const StateDiff* diff_;
    std::size_t at_;
  };

  StateDiff() = default;
  StateDiff(std::initializer_list<std::pair<Bytes, std::optional<Bytes>>> in_order);

  void put(BytesView key, BytesView value);    // above every key that is there
  void erase(BytesView key);                   // the same
  void reserve(std::size_t changes, std::size_t bytes);

  std::size_t size() const { return changes_.ends.size(); }
  bool empty() const { return size() == 0; }
  Change operator[](std::size_t at) const;
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }
  std::optional<Change> find(BytesView key) const;
  bool operator==(const StateDiff&) const = default;

  // Of what two changed apart; should both have changed a key, as `a` did.
  static StateDiff merged(const StateDiff& a, const StateDiff& b);
  // Each change in its order: key length(4) ‖ key ‖ 0 | 1 ‖ value.
  const Messages& messages() const { return changes_; }

 private:
  void begin_one(BytesView key, bool has_value);
  BytesView message(std::size_t at) const;
  void copy(const StateDiff& from, std::size_t at);

  Messages changes_;
};

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

// Scheme 0: Merkle root (merkle_root of protocol/block.hpp) of H(message) of each change.
Hash write_set_root(Suite suite, const StateDiff& diff);

}  // namespace hanse::state
