// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>
#include <future>

#include "codec/json_writer.hpp"
#include "management/cli/chain_files.hpp"
#include "management/cli/command.hpp"
#include "management/cli/node_client.hpp"
#include "management/cli/node_process.hpp"

namespace hanse::cli {
namespace {

struct Row {
  std::size_t index = 0;
  node::AirConfig config;
  std::optional<pid_t> pid;
  std::optional<NodeStatus> status;        // none: does not run, or does not answer
  std::string problem;
};

Row look_at(std::size_t index, const std::string& folder, node::AirConfig config, const std::string& group_id) {
  Row row{.index = index, .config = std::move(config), .pid = running_process(folder)};
  const auto url = native_url(row.config);
  if (!row.pid) {
    row.problem = "not running";
  } else if (!url) {
    row.problem = "runs without a native RPC port";
  } else if (auto status = ask_status(*url, group_id)) {
    row.status = std::move(*status);
  } else {
    row.problem = status.error().text;
  }
  return row;
}

void write_port(JsonWriter& json, std::string_view key, const std::optional<std::uint16_t>& port) {
  json.key(key);
  port ? json.number(std::uint64_t{*port}) : json.null();
}

void write_row(JsonWriter& json, const Row& row) {
  json.begin_object().key("index").number(std::uint64_t{row.index}).key("running").boolean(row.pid.has_value()).key("pid");
  row.pid ? json.number(std::int64_t{*row.pid}) : json.null();
  json.key("p2p").number(std::uint64_t{row.config.gateway.listen_port});
  write_port(json, "rpc", row.config.rpc.native_port);
  write_port(json, "web3", row.config.rpc.web3_port);
  write_port(json, "console", row.config.rpc.console_port);
  if (row.status) {
    json.key("block_number").number(row.status->block_number).key("block_hash").text(row.status->block_hash);
    json.key("state_root").text(row.status->state_root).key("view").number(std::uint64_t{row.status->view});
    json.key("leader").number(std::uint64_t{row.status->leader}).key("peers").number(std::uint64_t{row.status->peers});
  } else {
    for (std::string_view key : {"block_number", "block_hash", "state_root", "view", "leader"}) json.key(key).null();
    json.key("peers").number(std::uint64_t{0}).key("problem").text(row.problem);
  }
  json.end_object();
}

std::string as_line(const Row& row) {
  const std::string start = fmt::format("node{:<3} {:>8}  ", row.index, row.pid ? std::to_string(*row.pid) : "-");
  if (!row.status) return start + row.problem + "\n";
  const NodeStatus& status = *row.status;
  return start + fmt::format("block {:<8} hash {:.18}…  root {:.18}…  view {:<3} leader {:<3} peers {}\n", status.block_number,
                             status.block_hash, status.state_root, status.view, status.leader, status.peers);
}

Result<Answer> chain_status(const std::string& folder, const std::string& group_id) {
  const auto folders = node_folders(folder);
  if (!folders) return pass(folders);
  std::vector<std::future<Row>> asked;       // a node that hangs costs its own time only
  for (std::size_t i = 0; i < folders->size(); ++i) {
    auto config = node::load_air_config((*folders)[i]);
    if (!config) return pass(config);
    const std::string group = group_id.empty() ? config->groups.front().id : group_id;
    asked.push_back(std::async(std::launch::async, look_at, i, (*folders)[i], std::move(*config), group));
  }
  Answer answer;
  JsonWriter json;
  json.begin_object().key("nodes").begin_array();
  for (auto& one : asked) {
    const Row row = one.get();
    write_row(json, row);
    answer.text += as_line(row);
  }
  answer.json = json.end_array().end_object().take();
  return answer;
}

}  // namespace

void add_chain_status(Commands& commands, CLI::App& chain) {
  struct Options {
    std::string folder, group;
  };
  auto options = std::make_shared<Options>();
  CLI::App& app = commands.add(chain, "status", "where every node stands", "hanse chain status /tmp/chain -o json",
                               [options](Format) { return chain_status(options->folder, options->group); });
  app.add_option("DIR", options->folder, "the chain's folder")->required();
  app.add_option("--group", options->group, "the group to look at; without it the first one of the configuration");
}

}  // namespace hanse::cli
