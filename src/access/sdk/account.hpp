// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// An account that signs: keys, the next nonce, and transactions in their wire form.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "protocol/transaction.hpp"

namespace hanse::sdk {

struct Account {
  KeyPair key;
  Address address;

  static Result<Account> from_secret(Suite suite, const SecretKey& secret);
  static Result<Account> from_hex(Suite suite, std::string_view secret);   // 64 hex digits, 0x or not
  static Account generate(Suite suite);
};

// What a web3 transaction asks for. `fee` 0 sends a gas price of zero, which free groups take.
struct Web3Order {
  std::uint64_t chain_id = 0;
  std::uint64_t nonce = 0;
  std::optional<Address> to;                     // none: creates a contract
  U256 value;
  Bytes input;
  std::uint64_t gas_limit = 0;
  U256 fee;                                      // per gas, at most
};

Bytes sign_web3(const Account& account, const Web3Order& order);           // EIP-1559 envelope
Hash web3_transaction_hash(BytesView signed_transaction);                  // Keccak-256 of the envelope

// What a native (FISCO BCOS) transaction asks for; version 1, so that it can carry a value and a gas limit.
struct NativeOrder {
  std::string_view chain_id, group_id;
  BlockNumber block_limit = 0;                   // the last block that may hold it: head + up to 1000
  std::optional<Address> to;
  U256 value;
  Bytes input;
  std::uint64_t gas_limit = 0;
  std::string_view abi;                          // of a deployment: kept beside the code
};

Bytes sign_native(const Account& account, const NativeOrder& order);       // with a fresh random nonce

}  // namespace hanse::sdk
