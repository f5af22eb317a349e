// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/account_store.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "base/temporary_folder.hpp"

namespace hanse::cli {
namespace {

struct Folder {
  TemporaryFolder made{"accounts"};
  std::string path = (made.path() / "accounts").string();   // is not there yet
};

TEST(AccountStore, KeepsAccountsOfBothSuites) {
  const Folder folder;
  EXPECT_TRUE(list_accounts(folder.path)->empty());
  for (Suite suite : {Suite::standard, Suite::sm}) {
    const KeyPair key = KeyPair::generate(suite);
    const auto stored = store_account(folder.path, key);
    ASSERT_TRUE(stored.has_value()) << stored.error().text;
    const auto found = find_account(folder.path, to_hex0x(stored->address), suite);
    EXPECT_EQ(found->secret, key.secret);
    EXPECT_EQ(find_account(folder.path, stored->file, suite)->suite, suite);
    EXPECT_EQ(store_account(folder.path, key).error().code, Code::in_use);
  }
  EXPECT_EQ(list_accounts(folder.path)->size(), 2u);
}

TEST(AccountStore, KnowsTheTestAccounts) {
  const auto key = find_account("/nowhere", "test0", Suite::standard);
  EXPECT_EQ(to_hex(address_of(Suite::standard, key->public_key)), "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  EXPECT_EQ(find_account("/nowhere", "test0", Suite::sm)->suite, Suite::sm);
}

TEST(AccountStore, TakesNoSecretFromTheCommandLine) {
  const std::string secret(64, '1');
  for (const std::string& name : {secret, "0x" + secret}) {
    const auto found = find_account("/nowhere", name, Suite::standard);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::bad_key);
    EXPECT_EQ(found.error().text.find(secret), std::string::npos);   // nor does it repeat it
  }
}

TEST(AccountStore, NamesWhatIsMissing) {
  EXPECT_EQ(find_account("/nowhere", std::string(40, 'a'), Suite::standard).error().code, Code::not_found);
  EXPECT_EQ(find_account("/nowhere", "/nowhere/key.pem", Suite::standard).error().code, Code::io);
  EXPECT_EQ(parse_key("0x1234", Suite::standard).error().code, Code::bad_key);
  EXPECT_EQ(parse_key(std::string(64, '1') + "\n", Suite::sm)->suite, Suite::sm);
}

}  // namespace
}  // namespace hanse::cli
