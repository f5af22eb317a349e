// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>
#include <csignal>
#include <future>

#include "base/hex.hpp"
#include "base/temporary_folder.hpp"
#include "codec/json_writer.hpp"
#include "management/cli/chain_files.hpp"
#include "management/cli/command.hpp"
#include "management/cli/node_client.hpp"
#include "management/cli/node_process.hpp"
#include "management/cli/test_accounts.hpp"
#include "node/air.hpp"

namespace hanse::cli {
namespace {

struct Options {
  ChainPlan plan;
  std::string folder;         // empty: a temporary one, removed at the end
  bool no_open = false;
};

Result<std::vector<node::AirConfig>> load_configs(const std::string& folder) {
  const auto folders = node_folders(folder);
  if (!folders) return pass(folders);
  std::vector<node::AirConfig> configs;
  for (const std::string& one : *folders) {
    auto config = node::load_air_config(one);
    if (!config) return pass(config);
    configs.push_back(std::move(*config));
  }
  return configs;
}

Result<std::vector<std::unique_ptr<node::Air>>> start_nodes(const std::vector<node::AirConfig>& configs) {
  std::vector<std::future<Result<std::unique_ptr<node::Air>>>> starting;
  for (const node::AirConfig& config : configs)
    starting.push_back(std::async(std::launch::async, [&config] { return node::Air::start(config); }));
  std::vector<std::unique_ptr<node::Air>> nodes;
  std::optional<Error> problem;
  for (auto& one : starting) {
    auto air = one.get();
    if (air) nodes.push_back(std::move(*air));
    else if (!problem) problem = air.error();
  }
  if (problem) return std::unexpected(*problem);
  return nodes;
}

std::string address_of_secret(std::string_view secret) {
  const auto key = KeyPair::from_secret(Suite::standard, *fixed_from_hex<SecretKey::kSize>(secret));
  return to_hex0x(address_of(Suite::standard, key->public_key));
}

std::string as_json(const Options& options, const std::vector<node::AirConfig>& configs, const std::string& home) {
  JsonWriter json;
  json.begin_object().key("chain_id").number(std::uint64_t{options.plan.web3_chain_id}).key("folder").text(home);
  json.key("nodes").begin_array();
  for (std::size_t i = 0; i < configs.size(); ++i) {
    json.begin_object().key("index").number(std::uint64_t{i}).key("web3").text(web3_url(configs[i]).value_or(""));
    json.key("rpc").text(native_url(configs[i]).value_or("")).end_object();
  }
  json.end_array().key("accounts").begin_array();
  for (std::string_view secret : kTestAccountSecrets)
    json.begin_object().key("address").text(address_of_secret(secret)).key("key").text(fmt::format("0x{}", secret)).end_object();
  return json.end_array().end_object().take();
}

std::string as_text(const Options& options, const std::vector<node::AirConfig>& configs, const std::string& home) {
  std::string text = "accounts, 10,000 each; their keys are public: for development only\n";
  for (std::size_t i = 0; i < std::size(kTestAccountSecrets); ++i)
    text += fmt::format("  test{}  {}  0x{}\n", i, address_of_secret(kTestAccountSecrets[i]), kTestAccountSecrets[i]);
  text += fmt::format("  mnemonic: {}\n\nchain id {}\n", kTestMnemonic, options.plan.web3_chain_id);
  for (std::size_t i = 0; i < configs.size(); ++i) {
    text += fmt::format("  node{}  Web3 {}  FISCO BCOS {}", i, web3_url(configs[i]).value_or("-"), native_url(configs[i]).value_or("-"));
    if (configs[i].rpc.console_port) text += fmt::format("  metrics http://{}:{}/metrics", configs[i].rpc.listen_host, *configs[i].rpc.console_port);
    text += "\n";
  }
  text += fmt::format("\n{}\n", options.folder.empty() ? "nothing is kept; --data DIR keeps the chain" : "kept in " + home);
  return text + fmt::format("next: hanse contract deploy FILE --from test0 --rpc {}\nCtrl-C stops\n", web3_url(configs.front()).value_or(""));
}

Result<Answer> dev(const Options& options, Format format) {
  std::signal(SIGPIPE, SIG_IGN);                        // a peer that went away is an error of one write, not the end
  const StopSignals stop;
  std::optional<TemporaryFolder> temporary;   // goes away with the process when nobody asked to keep it
  if (options.folder.empty()) temporary.emplace("dev");
  const std::string home = temporary ? temporary->path().string() : options.folder;
  if (!node_folders(home)) {
    ChainPlan plan = options.plan;
    if (options.folder.empty()) plan.storage = node::StorageEngine::memory;
    if (auto written = write_chain(plan, home); !written) return pass(written);
  }
  const auto configs = load_configs(home);
  if (!configs) return pass(configs);
  std::vector<NodeLock> locks;
  for (const node::AirConfig& config : *configs) {
    auto lock = NodeLock::take(config.folder);
    if (!lock) return pass(lock);
    locks.push_back(std::move(*lock));
  }
  auto nodes = start_nodes(*configs);
  if (!nodes) return pass(nodes);
  const std::string shown = format == Format::json ? as_json(options, *configs, home) + "\n" : as_text(options, *configs, home);
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  std::fflush(stdout);
  stop.wait();
  nodes->clear();
  return Answer{};
}

}  // namespace

void add_dev(Commands& commands) {
  auto options = std::make_shared<Options>();
  options->plan.groups = {{.id = "group0"}};
  options->plan.fund_test_accounts = true;
  CLI::App& app = commands.add(commands.root(), "dev", "a development chain in one process, with funded accounts, until Ctrl-C",
                               "hanse dev --nodes 1", [options](Format format) { return dev(*options, format); });
  ChainPlan& plan = options->plan;
  const CLI::Range port(1, 65535);
  app.add_option("--nodes", plan.node_count, "how many nodes")->check(CLI::Range(std::size_t{1}, kNodeCountMax))->capture_default_str();
  app.add_option("--data", options->folder, "keep the chain in this folder; without it everything is forgotten");
  app.add_flag("--no-open", options->no_open, "do not open a browser (there is no page to open yet)");
  app.add_option("--p2p-port", plan.p2p_port, "between nodes; node i takes port + i")->check(port)->capture_default_str();
  app.add_option("--rpc-port", plan.rpc_port, "FISCO BCOS JSON-RPC")->check(port)->capture_default_str();
  app.add_option("--web3-port", plan.web3_port, "Ethereum JSON-RPC")->check(port)->capture_default_str();
  app.add_option("--console-port", plan.console_port, "metrics and health")->check(port)->capture_default_str();
}

}  // namespace hanse::cli
