// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The accounts of a person: a folder of PEM files named by address, mode 0600 (crypto/key_file.hpp).
#pragma once

#include <string>
#include <vector>

#include "crypto/key_file.hpp"

namespace hanse::cli {

struct StoredAccount {
  Address address;
  Suite suite = Suite::standard;
  std::string file;
};

std::string default_account_folder();          // $HOME/.hanse/accounts

// Errors: io, in_use (the account is there already: it is never overwritten).
Result<StoredAccount> store_account(const std::string& folder, const KeyPair& key);
Result<std::vector<StoredAccount>> list_accounts(const std::string& folder);   // by address; none for an absent folder

// What people write for an account that signs: "test0" to "test9" (test_accounts.hpp), an address in `folder`, or the
// name of a file that holds PEM. Errors: bad_key (64 hex digits among them: a secret has no place on a command line),
// not_found, io.
Result<KeyPair> find_account(const std::string& folder, const std::string& name, Suite suite);

// A key as text: PEM, or 64 hex digits of `suite`.
Result<KeyPair> parse_key(std::string_view text, Suite suite);

}  // namespace hanse::cli
