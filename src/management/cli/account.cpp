// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>

#include "base/hex.hpp"
#include "codec/json_writer.hpp"
#include "crypto/pem_file.hpp"
#include "management/cli/account_store.hpp"
#include "management/cli/command.hpp"

namespace hanse::cli {
namespace {

struct Options {
  std::string folder = default_account_folder();
  std::string source;
  bool sm = false;

  Suite suite() const { return sm ? Suite::sm : Suite::standard; }
};

void write_account(JsonWriter& json, const StoredAccount& account) {
  json.begin_object().key("address").hex(account.address).key("suite").text(account.suite == Suite::sm ? "sm" : "standard");
  json.key("file").text(account.file).end_object();
}

std::string as_line(const StoredAccount& account) {
  return fmt::format("{}  {:<8}  {}\n", to_hex0x(account.address), account.suite == Suite::sm ? "sm" : "standard", account.file);
}

Result<Answer> keep(const Options& options, const KeyPair& key) {
  const auto account = store_account(options.folder, key);
  if (!account) return pass(account);
  JsonWriter json;
  write_account(json, *account);
  return Answer{as_line(*account), json.take()};
}

Result<Answer> account_list(const Options& options) {
  const auto accounts = list_accounts(options.folder);
  if (!accounts) return pass(accounts);
  Answer answer;
  JsonWriter json;
  json.begin_object().key("accounts").begin_array();
  for (const StoredAccount& account : *accounts) {
    answer.text += as_line(account);
    write_account(json, account);
  }
  if (accounts->empty()) answer.text = fmt::format("no accounts in {}; make one with `hanse account new`", options.folder);
  answer.json = json.end_array().end_object().take();
  return answer;
}

// The key comes from a file or from standard input, never from the command line, which every user of the machine can see.
Result<Answer> account_import(const Options& options) {
  std::string text;
  if (options.source == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    auto file = read_small_file(options.source);
    if (!file) return pass(file);
    text = std::move(*file);
  }
  const auto key = parse_key(text, options.suite());
  if (!key) return fail(key.error().code, "{}: {}", options.source, key.error().text);
  return keep(options, *key);
}

}  // namespace

void add_account(Commands& commands) {
  auto options = std::make_shared<Options>();
  CLI::App& noun = commands.noun("account", "keys that sign transactions");
  const auto add = [&](const char* verb, const char* description, const char* example, Action action) -> CLI::App& {
    CLI::App& app = commands.add(noun, verb, description, example, std::move(action));
    app.add_option("--accounts", options->folder, "the folder that keeps the accounts")->capture_default_str();
    return app;
  };
  CLI::App& fresh = add("new", "make an account", "hanse account new",
                        [options](Format) { return keep(*options, KeyPair::generate(options->suite())); });
  fresh.add_flag("--sm", options->sm, "an SM2 key, for groups of the sm suite");
  add("list", "the accounts that are kept", "hanse account list -o json", [options](Format) { return account_list(*options); });
  CLI::App& import = add("import", "keep an account whose key exists", "hanse account import node.pem\n  echo $KEY | hanse account import -",
                         [options](Format) { return account_import(*options); });
  import.add_option("FILE", options->source, "PEM, or 64 hex digits; - for standard input")->required();
  import.add_flag("--sm", options->sm, "the hex digits are an SM2 key");
}

}  // namespace hanse::cli
