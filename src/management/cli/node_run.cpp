// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>

#include "management/cli/command.hpp"
#include "management/cli/node_process.hpp"
#include "node/air.hpp"

namespace hanse::cli {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds(500);

// Runs until a signal ends it (true), or until a store can only go on when the node begins again (false).
Result<bool> run_once(const node::AirConfig& config, const StopSignals& stop) {
  const auto air = node::Air::start(config);
  if (!air) return pass(air);
  while (!(*air)->must_begin_again()) {
    const auto signal = stop.wait_for(kLookEvery);
    if (signal == SIGHUP) (*air)->reload();
    else if (signal) return true;
  }
  return false;
}

Result<Answer> node_run(const std::string& folder) {
  auto config = node::load_air_config(folder);
  if (!config) return pass(config);
  const auto lock = NodeLock::take(config->folder);
  if (!lock) return pass(lock);
  std::signal(SIGPIPE, SIG_IGN);                 // a peer that went away is an error of one write, not the end
  const StopSignals stop(true);
  for (;;) {
    const auto ended = run_once(*config, stop);
    if (!ended) return pass(ended);
    if (*ended) break;
  }
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
