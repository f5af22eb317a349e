// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/summarize.hpp"

#include "base/plant.hpp"
#include "codec/tars.hpp"

namespace hanse::node {
namespace {

// A delegation (EIP-7702) is code that does not make its account a contract.
Result<bool> is_contract(const state::Account& account, const ledger::LedgerView& view) {
  constexpr std::uint8_t kDelegation[] = {0xef, 0x01, 0x00};
  if (!account.code_hash) return false;
  const auto code = view.get(state::code_key(*account.code_hash));
  if (!code) return pass(code);
  return *code && !(**code).empty() && !((*code)->size() == 23 && equal(BytesView(**code).first(3), kDelegation));
}

// Whether the balance covers value + gas limit × price; free groups charge no gas.
bool can_pay(const Transaction& tx, const state::Account& account, const GroupConfig& config) {
  U256 cost;
  if (!config.gas_price.is_zero()) {
    cost = tx.gas_price;
    if (!multiply_by(cost, gas_limit_of(config, tx))) return false;
  }
  return add_to(cost, tx.value) && cost <= account.balance;
}

}  // namespace

Result<TxSummary> summarize(const Transaction& tx, const ledger::LedgerView& view) {
  TxSummary summary;
  summary.hash = tx.identity;
  summary.sender = tx.sender;
  summary.kind = tx.kind;
  summary.nonce = tx.nonce;
  if (tx.kind == TransactionKind::native) summary.nonce_key = ledger::nonce_key_of(view.config().suite, tx.nonce_text);
  summary.block_limit = tx.block_limit;
  summary.gas_limit = gas_limit_of(view.config(), tx);
  summary.size = static_cast<std::uint32_t>(tx.encoded.size());
  summary.read_at = view.head().number;

  const auto place = view.place_of(tx.hash);
  if (!place) return pass(place);
  summary.in_ledger = place->has_value() && !PLANTED(restart_forgets_run);
  state::Account account;
  const auto row = view.get(state::account_key(tx.sender));
  if (!row) return pass(row);
  if (*row) {
    auto stored = tars::decode<state::Account>(**row);
    if (!stored) return fail(Code::corrupt, "ledger: an account cannot be read: {}", stored.error().text);
    account = std::move(*stored);
  }
  summary.account_nonce = account.nonce;
  summary.balance_too_low = !can_pay(tx, account, view.config());
  const auto contract = is_contract(account, view);
  if (!contract) return pass(contract);
  summary.sender_is_contract = *contract;
  return summary;
}

}  // namespace hanse::node
