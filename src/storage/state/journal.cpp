// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/journal.hpp"

#include <map>

#include "base/check.hpp"
#include "codec/tars.hpp"

namespace hanse::state {

Journal::Journal(Suite suite, const StateReader& parent, CodeCache& codes)
    : suite_(suite), parent_(parent), codes_(codes), empty_code_hash_(hash_of(suite, {})) {}

void Journal::begin_transaction() {
  CHECK(undo_.empty());
  ++transaction_;
  transient_.clear();
  logs_.clear();
}

void Journal::end_transaction(bool keep) {
  if (!keep) revert(0);
  for (const Undo& entry : undo_)
    if (entry.change == Change::destroyed && accounts_[entry.index].destroyed_in == transaction_)
      erase(accounts_[entry.index]);
  undo_.clear();
  codes_before_.clear();
  rows_before_.clear();
}

// EIP-6780: only what this transaction created is ever erased, so that no slot of the parent state is among these.
void Journal::erase(AccountState& account) {
  account.changed = true;
  account.balance = {};
  account.nonce = 0;
  account.code_hash = {};
  account.code = nullptr;
  for (std::uint32_t at = account.first_slot; at != kAbsent; at = slots_[at].next_of_account) slots_[at].current = {}, slots_[at].changed = true;
}

Journal::Checkpoint Journal::checkpoint() const { return static_cast<Checkpoint>(undo_.size()) << 32 | logs_.size(); }

void Journal::revert(Checkpoint checkpoint) {
  logs_.resize(static_cast<std::uint32_t>(checkpoint));
  for (const std::size_t size = checkpoint >> 32; undo_.size() > size; undo_.pop_back()) undo(undo_.back());
}

void Journal::undo(const Undo& entry) {
  const auto stamp = static_cast<std::uint32_t>(entry.before.limbs[0]);
  switch (entry.change) {
    case Change::warmed_account: accounts_[entry.index].warm_in = stamp; break;
    case Change::created: accounts_[entry.index].created_in = stamp; break;
    case Change::destroyed: accounts_[entry.index].destroyed_in = stamp; break;
    case Change::balance: accounts_[entry.index].balance = entry.before; break;
    case Change::nonce: accounts_[entry.index].nonce = entry.before.limbs[0]; break;
    case Change::code:
      accounts_[entry.index].code_hash = codes_before_.back().hash;
      accounts_[entry.index].code = std::move(codes_before_.back().code);
      codes_before_.pop_back();
      break;
    case Change::warmed_slot: slots_[entry.index].warm_in = stamp; break;
    case Change::slot: slots_[entry.index].current = entry.before; break;
    case Change::transient: transient_[entry.index] = entry.before; break;
    case Change::row:
      rows_[entry.index].current = std::move(rows_before_.back());
      rows_before_.pop_back();
      break;
  }
}

void Journal::fault(Error error) {
  if (!error_) error_ = std::move(error);
}

std::optional<Bytes> Journal::get(BytesView key) {
  auto value = parent_.get(key);
  if (value) return std::move(*value);
  fault(value.error());
  return std::nullopt;
}

Journal::AccountState* Journal::find_known(const Address& address) {
  if (last_found_ != nullptr && last_found_->address == address) return last_found_;
  const std::uint32_t at = account_index_.find(address);
  if (at == kAbsent) return nullptr;
  return last_found_ = &accounts_[account_index_[at]];
}

Journal::AccountState* Journal::find(const Address& address) {
  AccountState* known = find_known(address);
  return known != nullptr ? known : read_account(address);
}

bool Journal::is_precompile(const Address& address) const { return std::ranges::binary_search(precompiles_, address); }

Journal::AccountState* Journal::read_account(const Address& address) {
  if (error_) return nullptr;
  const auto encoded = get(account_key(address));
  if (error_) return nullptr;
  AccountState account{.address = address, .index = static_cast<std::uint32_t>(accounts_.size())};
  if (encoded) {
    auto decoded = tars::decode<Account>(*encoded);
    if (!decoded) {
      fault({Code::corrupt, fmt::format("stored account does not decode: {}", decoded.error().text)});
      return nullptr;
    }
    account.balance = decoded->balance;
    account.nonce = decoded->nonce;
    account.code_hash = decoded->code_hash.value_or(Hash{});
    account.parent = account.as_stored();
  }
  account.is_precompile = is_precompile(address);
  account_index_.insert(address, account.index);
  return last_found_ = &accounts_.emplace_back(std::move(account));
}

bool Journal::read_code(AccountState& account) {
  if (account.code || account.code_hash.is_zero()) return true;
  account.code = codes_.find(account.code_hash);
  if (account.code) return true;
  auto bytes = get(code_key(account.code_hash));
  if (error_) return false;
  if (!bytes) {
    fault({Code::corrupt, "the code of a stored account is missing"});
    return false;
  }
  account.code = codes_.add(account.code_hash, std::move(*bytes));
  return true;
}

// Leaves an undo entry and stamps with the running transaction.
void Journal::stamp(Change change, std::uint32_t index, std::uint32_t& stamp) {
  undo_.push_back({change, index, U256(stamp)});
  stamp = transaction_;
}

void Journal::warm(AccountState& account) {
  if (account.warm_in != transaction_) stamp(Change::warmed_account, account.index, account.warm_in);
}

Load Journal::load(const Address& address, bool skip_if_cold, bool with_code, const AccountState*& found) {
  found = nullptr;
  if (error_) return Load::fault;
  AccountState* account = find_known(address);
  if (account == nullptr) {
    if (skip_if_cold && !is_precompile(address)) return Load::skipped;
    account = read_account(address);
    if (account == nullptr) return Load::fault;
  }
  const bool is_cold = account->warm_in != transaction_ && !account->is_precompile;
  if (is_cold && skip_if_cold) return Load::skipped;
  if (with_code && !read_code(*account)) return Load::fault;
  warm(*account);
  found = account;
  return is_cold ? Load::cold : Load::warm;
}

std::uint32_t Journal::find_slot(AccountState& account, const U256& key) {
  const SlotKey slot_place{account.index, key};
  std::uint32_t at = slots_.find(slot_place);
  if (at == kAbsent) {
    Slot slot;
    // What was no contract before this block has no storage before it (see the head of journal.hpp).
    if (account.parent && (account.parent->nonce != 0 || account.parent->code_hash)) {
      const auto value = get(slot_key(account.address, key.to_be()));
      if (error_) return kAbsent;
      if (value) slot.parent = U256::from_be(*value);
    }
    slot.current = slot.parent;
    slot.next_of_account = account.first_slot;
    at = slots_.insert(slot_place, slot);
    account.first_slot = at;
  }
  Slot& slot = slots_[at];
  if (slot.original_in != transaction_) {
    slot.original_in = transaction_;
    slot.original = slot.current;
  }
  return at;
}

Load Journal::touch_slot(const Address& address, const U256& key, bool skip_if_cold, std::uint32_t& index) {
  if (error_) return Load::fault;
  AccountState* account = find(address);
  if (account == nullptr) return Load::fault;
  if (skip_if_cold) {
    const std::uint32_t known = slots_.find({account->index, key});
    if (known == kAbsent || slots_[known].warm_in != transaction_) return Load::skipped;
  }
  index = find_slot(*account, key);
  if (index == kAbsent) return Load::fault;
  Slot& slot = slots_[index];
  if (slot.warm_in == transaction_) return Load::warm;
  stamp(Change::warmed_slot, index, slot.warm_in);
  return Load::cold;
}

Load Journal::load_slot(const Address& address, const U256& key, bool skip_if_cold, U256& value) {
  std::uint32_t index = kAbsent;
  const Load load = touch_slot(address, key, skip_if_cold, index);
  if (index != kAbsent) value = slots_[index].current;
  return load;
}

Load Journal::store_slot(const Address& address, const U256& key, const U256& value, bool skip_if_cold, Before& before) {
  std::uint32_t index = kAbsent;
  const Load load = touch_slot(address, key, skip_if_cold, index);
  if (index == kAbsent) return load;
  Slot& slot = slots_[index];
  before = {slot.original, slot.current};
  if (slot.current != value) {
    undo_.push_back({Change::slot, index, slot.current});
    slot.current = value;
    slot.changed = true;
  }
  return load;
}

U256 Journal::load_transient(const Address& address, const U256& key) {
  const AccountState* account = find(address);
  const std::uint32_t at = account == nullptr ? kAbsent : transient_.find({account->index, key});
  return at == kAbsent ? U256() : transient_[at];
}

void Journal::store_transient(const Address& address, const U256& key, const U256& value) {
  const AccountState* account = find(address);
  if (account == nullptr) return;
  std::uint32_t at = transient_.find({account->index, key});
  if (at == kAbsent) at = transient_.insert({account->index, key}, {});
  undo_.push_back({Change::transient, at, transient_[at]});
  transient_[at] = value;
}

void Journal::change_balance(AccountState& account, const U256& balance) {
  if (account.balance == balance) return;
  undo_.push_back({Change::balance, account.index, account.balance});
  account.balance = balance;
  account.changed = true;
}

void Journal::change_nonce(AccountState& account, std::uint64_t nonce) {
  if (account.nonce == nonce) return;
  undo_.push_back({Change::nonce, account.index, U256(account.nonce)});
  account.nonce = nonce;
  account.changed = true;
}

void Journal::set_balance(const Address& address, const U256& balance) {
  if (AccountState* account = find(address)) change_balance(*account, balance);
}

void Journal::set_nonce(const Address& address, std::uint64_t nonce) {
  if (AccountState* account = find(address)) change_nonce(*account, nonce);
}

void Journal::set_code(const Address& address, BytesView code, std::shared_ptr<const void> analysed) {
  AccountState* account = find(address);
  if (account == nullptr) return;
  undo_.push_back({Change::code, account->index, {}});
  codes_before_.push_back({account->code_hash, std::move(account->code)});
  account->code = code.empty() ? nullptr : CodeCache::fresh(hash_of(suite_, code), code, std::move(analysed));
  account->code_hash = account->code ? account->code->hash : Hash{};
  account->changed = true;
}

void Journal::set_precompiles(std::span<const Address> addresses) {
  std::vector<Address> sorted(addresses.begin(), addresses.end());
  std::ranges::sort(sorted);
  if (sorted == precompiles_) return;
  precompiles_ = std::move(sorted);
  for (AccountState& account : accounts_) account.is_precompile = is_precompile(account.address);
}

Move Journal::transfer(const Address& from, const Address& to, const U256& value) {
  AccountState* source = find(from);
  AccountState* target = find(to);
  if (source == nullptr || target == nullptr || source->balance < value) return Move::out_of_funds;
  if (source == target || value.is_zero()) return Move::done;
  U256 rest = source->balance, sum = target->balance;
  CHECK(subtract_from(rest, value));
  if (!add_to(sum, value)) return Move::overflow;
  change_balance(*source, rest);
  change_balance(*target, sum);
  return Move::done;
}

bool Journal::has_storage(const AccountState& account) {
  for (std::uint32_t at = account.first_slot; at != kAbsent; at = slots_[at].next_of_account)
    if (!slots_[at].current.is_zero()) return true;
  return false;
}

Move Journal::create(const Address& caller, const Address& created, const U256& value, Checkpoint& before) {
  before = checkpoint();
  AccountState* account = find(created);
  if (account == nullptr) return Move::out_of_funds;   // the fault is in error_
  if (account->nonce != 0 || !account->code_hash.is_zero() || has_storage(*account)) return Move::collision;
  stamp(Change::created, account->index, account->created_in);
  change_nonce(*account, 1);
  const Move move = transfer(caller, created, value);
  if (move != Move::done) revert(before);
  return move;
}

Journal::Heirloom Journal::self_destruct(const Address& address, const Address& heir_address, bool skip_if_cold) {
  const AccountState* loaded = nullptr;
  Heirloom result{.load = load(heir_address, skip_if_cold, false, loaded)};
  if (loaded == nullptr) return result;
  AccountState* heir = find(heir_address);
  AccountState* account = find(address);
  if (account == nullptr) return {.load = Load::fault};
  const U256 value = account->balance;
  result.had_value = !value.is_zero();
  result.heir_exists = !heir->is_empty();
  result.destroyed_before = account->destroyed_in == transaction_;
  if (heir != account) {
    U256 sum = heir->balance;
    std::ignore = add_to(sum, value);   // wraps, as the reference engines do; no supply comes near it
    change_balance(*heir, sum);
    change_balance(*account, {});
  }
  if (account->created_in == transaction_) {
    stamp(Change::destroyed, account->index, account->destroyed_in);
    change_balance(*account, {});
  }
  return result;
}

std::uint32_t Journal::find_row(const Bytes& key) {
  std::uint32_t at = rows_.find(key);
  if (at != kAbsent) return at;
  auto value = get(key);
  if (error_) return kAbsent;
  return rows_.insert(key, {.current = value, .parent = value});
}

Result<std::optional<Bytes>> Journal::row(std::string_view table, BytesView key) {
  const std::uint32_t at = find_row(table_key(table, key));
  if (at == kAbsent) return std::unexpected(*error_);
  return rows_[at].current;
}

Result<void> Journal::set_row(std::string_view table, BytesView key, std::optional<Bytes> value) {
  const std::uint32_t at = find_row(table_key(table, key));
  if (at == kAbsent) return std::unexpected(*error_);
  undo_.push_back({Change::row, at, {}});
  rows_before_.push_back(std::exchange(rows_[at].current, std::move(value)));
  rows_[at].changed = true;
  return {};
}

// What a journal met it has an entry for, absent or not. A value that was changed and restored counts: between the two
// others would have seen it.
std::optional<Address> Journal::shared_change(const Journal& other) const {
  if (other.slots_.size() < slots_.size()) return other.shared_change(*this);
  std::vector<std::uint32_t> theirs(accounts_.size(), kAbsent);   // index there of each account here
  for (const AccountState& account : accounts_) {
    const std::uint32_t at = other.account_index_.find(account.address);
    if (at == kAbsent) continue;
    theirs[account.index] = other.account_index_[at];
    if (account.changed || other.accounts_[theirs[account.index]].changed) return account.address;
  }
  for (const auto& [place, slot] : slots_.entries()) {
    if (theirs[place.account] == kAbsent) continue;
    const std::uint32_t at = other.slots_.find({theirs[place.account], place.key});
    if (at != kAbsent && (slot.changed || other.slots_[at].changed)) return accounts_[place.account].address;
  }
  for (const auto& [key, row] : rows_.entries()) {
    const std::uint32_t at = other.rows_.find(key);
    if (at != kAbsent && (row.changed || other.rows_[at].changed)) return Address{};
  }
  return std::nullopt;
}

void Journal::diff_accounts(const InOrder& accounts, StateDiff& diff) const {
  Bytes encoded;
  for (const AccountState* account : accounts) {
    std::optional<Account> now;
    if (!account->is_empty()) now = account->as_stored();
    if (now == account->parent) continue;
    if (!now) {
      diff.erase(account_key(account->address));
      continue;
    }
    encoded.clear();
    tars::encode_to(encoded, *now);
    diff.put(account_key(account->address), encoded);
  }
}

void Journal::diff_codes(const InOrder& accounts, StateDiff& diff) {
  std::map<Hash, CodeRef> fresh;
  for (const AccountState* account : accounts)
    if (account->code && (!account->parent || account->parent->code_hash != account->code_hash)) fresh.emplace(account->code_hash, account->code);
  for (const auto& [hash, code] : fresh)
    if (!get(code_key(hash)) && !error_) diff.put(code_key(hash), code->bytes);   // another contract may have brought the same
}

void Journal::diff_slots(const InOrder& accounts, StateDiff& diff) const {
  std::vector<std::pair<U256, U256>> changed;
  for (const AccountState* account : accounts) {
    changed.clear();
    for (std::uint32_t at = account->first_slot; at != kAbsent; at = slots_[at].next_of_account)
      if (slots_[at].current != slots_[at].parent) changed.emplace_back(slots_.entries()[at].key.key, slots_[at].current);
    std::ranges::sort(changed);
    for (const auto& [key, value] : changed) {
      if (value.is_zero()) diff.erase(slot_key(account->address, key.to_be()));
      else diff.put(slot_key(account->address, key.to_be()), value.to_be());
    }
  }
}

void Journal::diff_rows(StateDiff& diff) const {
  std::map<Bytes, std::optional<Bytes>> changed;
  for (const auto& [key, row] : rows_.entries())
    if (row.current != row.parent) changed.emplace(key, row.current);
  for (const auto& [key, value] : changed) {
    if (value) diff.put(key, *value);
    else diff.erase(key);
  }
}

// Keys of one kind stand together, and kinds in the order of their tags.
Result<StateDiff> Journal::diff() {
  CHECK(undo_.empty());
  std::vector<std::pair<std::uint64_t, const AccountState*>> changed;   // by the first bytes of the address
  for (const AccountState& account : accounts_)
    if (account.changed || account.first_slot != kAbsent) changed.emplace_back(read_be<std::uint64_t>(account.address.bytes.data()), &account);
  std::ranges::sort(changed, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second->address < b.second->address;
  });
  InOrder accounts;
  for (const auto& [head, account] : changed) accounts.push_back(account);
  StateDiff diff;
  diff.reserve(accounts.size() + slots_.size(), 80 * accounts.size() + 90 * slots_.size());
  diff_accounts(accounts, diff);
  diff_codes(accounts, diff);
  diff_slots(accounts, diff);
  diff_rows(diff);
  if (error_) return std::unexpected(*error_);
  return diff;
}

}  // namespace hanse::state
