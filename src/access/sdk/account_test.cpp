// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/account.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace hanse::sdk {
namespace {

constexpr std::string_view kSecret = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

TEST(Account, HasTheAddressThatEveryToolShows) {
  const auto account = Account::from_hex(Suite::standard, kSecret);
  ASSERT_TRUE(account);
  EXPECT_EQ(to_hex0x(account->address), "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  EXPECT_EQ(Account::from_hex(Suite::standard, "0x12").error().code, Code::bad_key);
  EXPECT_FALSE(Account::from_hex(Suite::standard, std::string(64, '0')));
}

TEST(Account, SignsWeb3TransactionsThatNodesDecode) {
  const auto account = *Account::from_hex(Suite::standard, kSecret);
  const Web3Order order{.chain_id = 20'200, .nonce = 7, .to = Address{}, .value = U256(3), .input = {1}, .gas_limit = 30'000, .fee = U256(2)};
  const Bytes bytes = sign_web3(account, order);
  const auto tx = decode_transaction(Suite::standard, TransactionKind::web3, bytes);
  ASSERT_TRUE(tx);
  EXPECT_EQ(tx->sender, account.address);
  EXPECT_EQ(tx->hash, web3_transaction_hash(bytes));
  EXPECT_EQ(tx->nonce, 7u);
  EXPECT_EQ(tx->value, U256(3));
  EXPECT_EQ(tx->chain_id, 20'200u);
}

TEST(Account, SignsNativeTransactionsOfBothSuites) {
  for (const Suite suite : {Suite::standard, Suite::sm}) {
    const Account account = Account::generate(suite);
    const NativeOrder order{.chain_id = "chain0", .group_id = "group0", .block_limit = 500, .input = {0x60}, .abi = "[]"};
    const auto first = decode_transaction(suite, TransactionKind::native, sign_native(account, order));
    const auto second = decode_transaction(suite, TransactionKind::native, sign_native(account, order));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->sender, account.address);
    EXPECT_EQ(first->block_limit, 500);
    EXPECT_EQ(first->abi, "[]");
    EXPECT_NE(first->nonce_text, second->nonce_text);
  }
}

}  // namespace
}  // namespace hanse::sdk
