// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/account_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/hex.hpp"
#include "crypto/pem_file.hpp"
#include "management/cli/test_accounts.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;

std::string file_of(const std::string& folder, const Address& address) {
  return (fs::path(folder) / (to_hex0x(address) + ".pem")).string();
}

}  // namespace

std::string default_account_folder() {
  const char* home = std::getenv("HOME");
  return (fs::path(home ? home : ".") / ".hanse" / "accounts").string();
}

Result<StoredAccount> store_account(const std::string& folder, const KeyPair& key) {
  const Address address = address_of(key.suite, key.public_key);
  StoredAccount account{address, key.suite, file_of(folder, address)};
  std::error_code failed;
  if (fs::exists(account.file, failed)) return fail(Code::in_use, "{} is there already", account.file);
  fs::create_directories(folder, failed);
  if (failed) return fail(Code::io, "{} cannot be made: {}", folder, failed.message());
  fs::permissions(folder, fs::perms::owner_all, failed);
  if (auto saved = save_key_file(account.file, key); !saved) return pass(saved);
  return account;
}

Result<std::vector<StoredAccount>> list_accounts(const std::string& folder) {
  std::vector<StoredAccount> accounts;
  std::error_code failed;
  if (!fs::exists(folder, failed)) return accounts;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() != ".pem") continue;
    const auto key = load_key_file(entry.path().string());
    if (!key) return pass(key);
    accounts.push_back({address_of(key->suite, key->public_key), key->suite, entry.path().string()});
  }
  if (failed) return fail(Code::io, "{} cannot be read: {}", folder, failed.message());
  std::ranges::sort(accounts, {}, &StoredAccount::address);
  return accounts;
}

Result<KeyPair> parse_key(std::string_view text, Suite suite) {
  if (text.find("-----BEGIN") != text.npos) return key_from_pem(text);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  const auto secret = fixed_from_hex<SecretKey::kSize>(text);
  if (!secret) return fail(Code::bad_key, "neither PEM nor 64 hex digits");
  return KeyPair::from_secret(suite, *secret);
}

Result<KeyPair> find_account(const std::string& folder, const std::string& name, Suite suite) {
  if (name.size() == 5 && name.starts_with("test") && name[4] >= '0' && name[4] <= '9')
    return parse_key(kTestAccountSecrets[name[4] - '0'], suite);
  if (const auto address = fixed_from_hex<Address::kSize>(name)) {
    const std::string file = file_of(folder, *address);
    std::error_code failed;
    if (!fs::exists(file, failed))
      return fail(Code::not_found, "there is no account {} in {}; `hanse account list` shows what is there", name, folder);
    return load_key_file(file);
  }
  if (fixed_from_hex<SecretKey::kSize>(name))
    return fail(Code::bad_key, "that looks like a secret key: other users of this machine can read it on a command line, and the "
                               "shell keeps it; put it into a file, or import it with `hanse account import`");
  return load_key_file(name);
}

}  // namespace hanse::cli
