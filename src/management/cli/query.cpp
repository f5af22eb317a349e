// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "management/cli/command.hpp"
#include "management/cli/group_client.hpp"

namespace hanse::cli {
namespace {

struct Options {
  Endpoint endpoint;
  std::string name;
};

// The node's own answer: in one line for programs, indented for people.
Answer answer_of(std::string json) {
  const auto document = nlohmann::json::parse(json, nullptr, false);
  std::string text = document.is_discarded() ? json : document.dump(2);
  return {std::move(text), std::move(json)};
}

Result<Answer> show(const Options& options, Result<std::string> (GroupClient::*ask)(const std::string&)) {
  const auto group = connect(options.endpoint);
  if (!group) return pass(group);
  auto json = ((**group).*ask)(options.name);
  if (!json) return pass(json);
  return answer_of(std::move(*json));
}

void add_show(Commands& commands, const char* noun, const char* description, const char* argument, const char* example,
              std::string otherwise, Result<std::string> (GroupClient::*ask)(const std::string&)) {
  auto options = std::make_shared<Options>();
  options->name = std::move(otherwise);
  CLI::App& app = commands.add(commands.noun(noun, description), "show", description, example,
                               [options, ask](Format) { return show(*options, ask); });
  CLI::Option* name = app.add_option(argument, options->name);
  options->name.empty() ? name->required() : name->capture_default_str();
  app.add_option("--rpc", options->endpoint.url, "a node's address; without it http://127.0.0.1:8545, with --group :20200");
  app.add_option("--group", options->endpoint.group, "use the FISCO BCOS port and this group");
}

}  // namespace

void add_query(Commands& commands) {
  add_show(commands, "block", "a block, by number, hash or latest", "BLOCK", "hanse block show 17 -o json", "latest", &GroupClient::block);
  add_show(commands, "tx", "a transaction, by hash", "HASH", "hanse tx show 0x88df…", "", &GroupClient::transaction);
  add_show(commands, "receipt", "the receipt of a transaction, by its hash", "HASH", "hanse receipt show 0x88df…", "", &GroupClient::receipt);
}

}  // namespace hanse::cli
