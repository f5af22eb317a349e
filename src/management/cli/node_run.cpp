// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>
#include <csignal>

#include "management/cli/command.hpp"
#include "management/cli/node_process.hpp"
#include "node/air.hpp"

namespace hanse::cli {
namespace {

Result<Answer> node_run(const std::string& folder) {
  auto config = node::load_air_config(folder);
  if (!config) return pass(config);
  const auto lock = NodeLock::take(config->folder);
  if (!lock) return pass(lock);
  std::signal(SIGPIPE, SIG_IGN);                 // a peer that went away is an error of one write, not the end
  const StopSignals stop(true);
  const auto air = node::Air::start(std::move(*config));
  if (!air) return pass(air);
  while (stop.wait() == SIGHUP) (*air)->reload();
  return Answer{};
}

}  // namespace

void add_node_run(Commands& commands) {
  auto folder = std::make_shared<std::string>();
  CLI::App& node = commands.noun("node", "one node");
  CLI::App& app = commands.add(node, "run", "run a node in the foreground until SIGINT or SIGTERM; SIGHUP reads [p2p] allow and deny again",
                               "hanse node run --dir /tmp/chain/node0",
                               [folder](Format) { return node_run(*folder); });
  app.add_option("--dir", *folder, "the node's folder, which holds config.ini")->required();
}

}  // namespace hanse::cli
