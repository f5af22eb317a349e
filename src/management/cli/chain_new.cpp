// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>

#include "codec/json_writer.hpp"
#include "management/cli/chain_files.hpp"
#include "management/cli/command.hpp"

namespace hanse::cli {
namespace {

struct Options {
  std::string folder;
  std::vector<std::string> groups;
  bool sm = false;
  ChainPlan plan;
};

std::string as_json(const Options& options, const ChainPlan& plan) {
  JsonWriter json;
  json.begin_object().key("folder").text(options.folder).key("chain").text(plan.chain_id).key("groups").begin_array();
  for (const GroupPlan& group : plan.groups) {
    json.begin_object().key("id").text(group.id);
    json.key("suite").text(group.suite == Suite::sm ? "sm" : "standard").end_object();
  }
  json.end_array().key("nodes").begin_array();
  for (std::size_t i = 0; i < plan.node_count; ++i) {
    json.begin_object().key("index").number(std::uint64_t{i}).key("p2p").number(std::uint64_t{plan.p2p_port + i});
    json.key("rpc").number(std::uint64_t{plan.rpc_port + i});
    if (has_web3(plan)) json.key("web3").number(std::uint64_t{plan.web3_port + i});
    json.key("console").number(std::uint64_t{plan.console_port + i}).end_object();
  }
  return json.end_array().end_object().take();
}

std::string as_text(const Options& options, const ChainPlan& plan) {
  std::string text = fmt::format("{}: chain {} with {} nodes\n", options.folder, plan.chain_id, plan.node_count);
  for (const GroupPlan& group : plan.groups)
    text += fmt::format("  group {}, suite {}\n", group.id, group.suite == Suite::sm ? "sm" : "standard");
  text += fmt::format("  node i: P2P {}+i, RPC {}+i, console {}+i", plan.p2p_port, plan.rpc_port, plan.console_port);
  text += has_web3(plan) ? fmt::format(", Web3 {}+i\n", plan.web3_port) : "\n";
  if (plan.fund_test_accounts) text += "  the ten test accounts have 10,000 each: their keys are public, use them for development only\n";
  return text + fmt::format("next: hanse chain start {}", options.folder);
}

Result<Answer> chain_new(const Options& options) {
  ChainPlan plan = options.plan;
  for (const std::string& text : options.groups) {
    auto group = parse_group(text, options.sm ? Suite::sm : Suite::standard);
    if (!group) return pass(group);
    plan.groups.push_back(std::move(*group));
  }
  if (auto written = write_chain(plan, options.folder); !written) return pass(written);
  return Answer{as_text(options, plan), as_json(options, plan)};
}

}  // namespace

void add_chain_new(Commands& commands, CLI::App& chain) {
  auto options = std::make_shared<Options>();
  options->groups = {"group0"};
  CLI::App& app = commands.add(chain, "new", "make the files of a chain: authority, certificates, keys, genesis, configuration",
                               "hanse chain new /tmp/chain --nodes 4 --fund-test-accounts\n"
                               "  hanse chain new /tmp/two --group group0 --group group1:sm",
                               [options](Format) { return chain_new(*options); });
  ChainPlan& plan = options->plan;
  const CLI::Range port(1, 65535);
  app.add_option("DIR", options->folder, "a folder that is absent or empty")->required();
  app.add_option("--nodes", plan.node_count, "how many nodes")->check(CLI::Range(std::size_t{1}, kNodeCountMax))->capture_default_str();
  app.add_option("--group", options->groups, "a group, as ID, ID:standard or ID:sm; may be given several times")
      ->allow_extra_args(false)
      ->capture_default_str();
  app.add_option("--chain", plan.chain_id, "the chain's id")->capture_default_str();
  app.add_option("--web3-chain-id", plan.web3_chain_id, "the chain id of Ethereum clients (EIP-155) in the first group; the next has the next number")->capture_default_str();
  app.add_flag("--sm", options->sm, "SM2 and SM3 for every group that names no suite");
  app.add_flag("--fund-test-accounts", plan.fund_test_accounts, "10,000 for each account of the well-known test mnemonic");
  app.add_option("--p2p-port", plan.p2p_port, "between nodes; node i takes port + i")->check(port)->capture_default_str();
  app.add_option("--rpc-port", plan.rpc_port, "FISCO BCOS JSON-RPC")->check(port)->capture_default_str();
  app.add_option("--web3-port", plan.web3_port, "Ethereum JSON-RPC")->check(port)->capture_default_str();
  app.add_option("--console-port", plan.console_port, "metrics and health")->check(port)->capture_default_str();
}

}  // namespace hanse::cli
