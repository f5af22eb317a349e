// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/account.hpp"

#include <random>

#include "base/check.hpp"
#include "base/hex.hpp"

namespace hanse::sdk {
namespace {

// As long as the random nonces of other FISCO BCOS clients: 128 bits, decimal.
std::string random_nonce() {
  std::random_device source;
  U256 number;
  for (int i = 0; i < 2; ++i) number.limbs[i] = std::uint64_t{source()} << 32 | source();
  return number.to_decimal();
}

}  // namespace

Result<Account> Account::from_secret(Suite suite, const SecretKey& secret) {
  const auto key = KeyPair::from_secret(suite, secret);
  if (!key) return pass(key);
  return Account{*key, address_of(suite, key->public_key)};
}

Result<Account> Account::from_hex(Suite suite, std::string_view secret) {
  const auto bytes = fixed_from_hex<SecretKey::kSize>(secret);
  if (!bytes) return fail(Code::bad_key, "a secret key is 64 hex digits: {}", bytes.error().text);
  return from_secret(suite, *bytes);
}

Account Account::generate(Suite suite) {
  const KeyPair key = KeyPair::generate(suite);
  return {key, address_of(suite, key.public_key)};
}

Bytes sign_web3(const Account& account, const Web3Order& order) {
  CHECK(account.key.suite == Suite::standard);
  Transaction tx;
  tx.kind = TransactionKind::web3;
  tx.type = 2;
  tx.chain_id = order.chain_id;
  tx.nonce = order.nonce;
  tx.to = order.to;
  tx.value = order.value;
  tx.input = order.input;
  tx.gas_limit = order.gas_limit;
  tx.gas_price = order.fee;
  tx.max_priority_fee = order.fee;
  return sign_web3_transaction(account.key, tx);
}

Hash web3_transaction_hash(BytesView signed_transaction) { return keccak256(signed_transaction); }

Bytes sign_native(const Account& account, const NativeOrder& order) {
  Transaction tx;
  tx.kind = TransactionKind::native;
  tx.type = 1;
  tx.nonce_text = random_nonce();
  tx.block_limit = order.block_limit;
  tx.to = order.to;
  tx.value = order.value;
  tx.input = order.input;
  tx.gas_limit = order.gas_limit;
  tx.abi = order.abi;
  return sign_native_transaction(account.key, tx, order.chain_id, order.group_id);
}

}  // namespace hanse::sdk
