// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The one journal of a block: accounts, slots, transient storage, code, logs and rows of native tables over the state of
// the parent block, with undo at any depth. The EVM, native contracts and suspended calls all read and write here, so
// that a revert undoes the same truth for all of them.
//
// A journal lives for one block (or one call) and belongs to one thread. Transactions are marked by begin_transaction
// and end_transaction; between them each change leaves an undo entry, and revert() takes back all that came after a
// checkpoint. "Warm" (EIP-2929) and "original" (EIP-2200) are stamps with the number of the transaction, so that nothing
// is cleared between two transactions. Rules: EIP-161 (an empty account does not exist), EIP-6780 (self-destruction
// erases only what the same transaction created), EIP-7610 (no creation upon nonce, code or storage; an account with
// storage has a nonce here, since creation gives it one before its code runs).
//
// The first read error sticks: every later answer is a fault, and error() tells the owner to throw the run away.
#pragma once

#include <deque>
#include <optional>

#include "protocol/block.hpp"
#include "storage/state/code_cache.hpp"
#include "storage/state/flat_map.hpp"
#include "storage/state/state.hpp"

namespace hanse::state {

enum class Load { warm, cold, skipped, fault };   // skipped: it was cold and the caller would not pay for that
enum class Move { done, out_of_funds, overflow, collision };

class Journal {
 public:
  struct AccountState {
    Address address;
    U256 balance;
    std::uint64_t nonce = 0;
    Hash code_hash;                          // zero: no code
    CodeRef code;                            // null: no code, or not read yet
    std::optional<Account> parent;           // as the parent block left it
    std::uint32_t index = 0;
    std::uint32_t first_slot = kAbsent;      // chain through Slot::next_of_account
    std::uint32_t warm_in = 0;               // numbers of transactions; 0 is none
    std::uint32_t created_in = 0;
    std::uint32_t destroyed_in = 0;
    bool is_precompile = false;              // always warm
    bool changed = false;                    // by any transaction, also one that was undone
    bool is_empty() const { return balance.is_zero() && nonce == 0 && code_hash.is_zero(); }
    Account as_stored() const { return {balance, nonce, code_hash.is_zero() ? std::nullopt : std::optional(code_hash)}; }
  };
  struct Heirloom {                          // what self-destruction tells the interpreter
    Load load = Load::warm;
    bool had_value = false, heir_exists = false, destroyed_before = false;
  };
  struct Before { U256 original, present; };
  using Checkpoint = std::uint64_t;

  Journal(Suite suite, const StateReader& parent, CodeCache& codes);

  void begin_transaction();
  void end_transaction(bool keep);           // false: as if it had never begun
  Checkpoint checkpoint() const;
  void revert(Checkpoint checkpoint);

  // The account in `account`, warm from now on. Null with fault and skipped.
  Load load(const Address& address, bool skip_if_cold, bool with_code, const AccountState*& account);
  Load load_slot(const Address& address, const U256& key, bool skip_if_cold, U256& value);
  Load store_slot(const Address& address, const U256& key, const U256& value, bool skip_if_cold, Before& before);
  U256 load_transient(const Address& address, const U256& key);
  void store_transient(const Address& address, const U256& key, const U256& value);
  void add_log(LogEntry log) { logs_.push_back(std::move(log)); }
  Heirloom self_destruct(const Address& address, const Address& heir, bool skip_if_cold);
  Move transfer(const Address& from, const Address& to, const U256& value);
  // Makes `created` a contract with `value` from `caller`; `checkpoint` is before that.
  Move create(const Address& caller, const Address& created, const U256& value, Checkpoint& checkpoint);
  void set_balance(const Address& address, const U256& balance);
  void set_nonce(const Address& address, std::uint64_t nonce);
  void set_code(const Address& address, BytesView code, std::shared_ptr<const void> analysed);
  void set_precompiles(std::span<const Address> addresses);

  // Rows of native tables, undone like everything else.
  Result<std::optional<Bytes>> row(std::string_view table, BytesView key);
  Result<void> set_row(std::string_view table, BytesView key, std::optional<Bytes> value);

  Suite suite() const { return suite_; }
  const Hash& empty_code_hash() const { return empty_code_hash_; }
  const std::optional<Error>& error() const { return error_; }
  const std::vector<LogEntry>& logs() const { return logs_; }
  std::vector<LogEntry> take_logs() { return std::exchange(logs_, {}); }   // of the transaction that runs

  // Of two journals over one parent: an account of which one changed what the other met, or the zero address for such a row.
  // None: their transactions have the same effect in whatever order.
  std::optional<Address> shared_change(const Journal& other) const;
  // What the transactions that were kept changed: only keys whose value differs from the parent's.
  Result<StateDiff> diff();

 private:
  struct Slot {
    U256 current;
    U256 original;                           // when the transaction `original_in` began
    U256 parent;                             // as the parent block left it
    std::uint32_t warm_in = 0;
    std::uint32_t original_in = 0;
    std::uint32_t next_of_account = kAbsent;
    bool changed = false;                    // as in AccountState
  };
  struct Row {
    std::optional<Bytes> current, parent;
    bool changed = false;
  };
  enum class Change : std::uint8_t {
    warmed_account, warmed_slot, slot, balance, nonce, code, created, destroyed, transient, row
  };
  struct Undo {
    Change change;
    std::uint32_t index;                     // of the account, slot, transient slot or row
    U256 before;                             // the value, nonce or stamp
  };
  struct CodeBefore { Hash hash; CodeRef code; };

  AccountState* find_known(const Address& address);      // null: not met in this block yet
  AccountState* find(const Address& address);            // null after a fault
  AccountState* read_account(const Address& address);    // the same
  bool is_precompile(const Address& address) const;
  bool read_code(AccountState& account);
  std::uint32_t find_slot(AccountState& account, const U256& key);   // kAbsent after a fault
  Load touch_slot(const Address& address, const U256& key, bool skip_if_cold, std::uint32_t& index);
  std::uint32_t find_row(const Bytes& key);              // kAbsent after a fault
  void warm(AccountState& account);
  void stamp(Change change, std::uint32_t index, std::uint32_t& stamp);
  void change_balance(AccountState& account, const U256& balance);
  void change_nonce(AccountState& account, std::uint64_t nonce);
  bool has_storage(const AccountState& account);
  void erase(AccountState& account);
  void undo(const Undo& entry);
  std::optional<Bytes> get(BytesView key);               // sets error_
  void fault(Error error);
  using InOrder = std::vector<const AccountState*>;      // by address
  void diff_accounts(const InOrder& accounts, StateDiff& diff) const;
  void diff_codes(const InOrder& accounts, StateDiff& diff);
  void diff_slots(const InOrder& accounts, StateDiff& diff) const;
  void diff_rows(StateDiff& diff) const;

  const Suite suite_;
  const StateReader& parent_;
  CodeCache& codes_;
  const Hash empty_code_hash_;
  std::optional<Error> error_;

  std::deque<AccountState> accounts_;
  FlatMap<Address, std::uint32_t> account_index_;
  AccountState* last_found_ = nullptr;       // most accesses are to the account of the last one
  FlatMap<SlotKey, Slot> slots_;
  FlatMap<SlotKey, U256> transient_;
  FlatMap<Bytes, Row> rows_;                 // by table_key
  std::vector<Address> precompiles_;         // sorted
  std::vector<LogEntry> logs_;

  std::uint32_t transaction_ = 0;
  std::vector<Undo> undo_;
  std::vector<CodeBefore> codes_before_;     // one for each Change::code in undo_
  std::vector<std::optional<Bytes>> rows_before_;
};

}  // namespace hanse::state
