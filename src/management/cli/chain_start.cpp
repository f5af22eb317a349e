// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

#include "codec/json_writer.hpp"
#include "crypto/pem_file.hpp"
#include "management/cli/chain_files.hpp"
#include "management/cli/command.hpp"
#include "management/cli/node_client.hpp"
#include "management/cli/node_process.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr auto kStopWithin = std::chrono::seconds(15);
constexpr auto kKilledWithin = std::chrono::seconds(5);
constexpr std::size_t kShownLines = 12;

struct Started {
  std::size_t index = 0;
  std::string folder;
  node::AirConfig config;
  pid_t pid = 0;
  bool was_running = false;
};

// What the process wrote before it could open its log, or at its end.
std::string output_file(const std::string& folder) { return folder + "/log/node.out"; }

std::string last_lines(const std::string& path) {
  const auto text = read_small_file(path);
  if (!text || text->empty()) return {};
  std::size_t at = text->size() - (text->back() == '\n');
  for (std::size_t lines = 0; lines < kShownLines && at != 0 && at != text->npos; ++lines) at = text->rfind('\n', at - 1);
  return fmt::format("\n--- {}\n{}", path, std::string_view(*text).substr(at == text->npos || at == 0 ? 0 : at + 1));
}

// `hanse node run` of this very program, in a session of its own so that the terminal's Ctrl-C does not reach it.
Result<pid_t> spawn_node(const std::string& folder) {
  std::error_code failed;
  const std::string program = fs::read_symlink("/proc/self/exe", failed).string();
  fs::create_directories(folder + "/log", failed);
  const std::string output = output_file(folder);
  const char* const arguments[] = {program.c_str(), "node", "run", "--dir", folder.c_str(), nullptr};

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int reason = ::posix_spawn(&pid, program.c_str(), &files, &attributes, const_cast<char* const*>(arguments), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (reason != 0) return fail(Code::io, "{} cannot be started: {}", program, std::strerror(reason));
  return pid;
}

Result<void> wait_until_it_answers(Started& node, Clock::time_point deadline) {
  const auto url = native_url(node.config);
  for (;;) {
    int status = 0;
    if (::waitpid(node.pid, &status, WNOHANG) == node.pid) {
      node.pid = 0;
      return fail(Code::internal, "node{} stopped while it started{}{}", node.index, last_lines(node.config.log.file),
                  last_lines(output_file(node.folder)));
    }
    const bool up = url ? answers(*url, node.config.groups.front().id) : running_process(node.folder).has_value();
    if (up) return {};
    if (Clock::now() > deadline)
      return fail(Code::timeout, "node{} runs (process {}) but does not answer at {}{}", node.index, node.pid, url.value_or(""),
                  last_lines(node.config.log.file));
    std::this_thread::sleep_for(kPollEvery);
  }
}

Result<std::vector<Started>> load_nodes(const std::string& chain_folder) {
  const auto folders = node_folders(chain_folder);
  if (!folders) return pass(folders);
  std::vector<Started> nodes;
  for (std::size_t i = 0; i < folders->size(); ++i) {
    auto config = node::load_air_config((*folders)[i]);
    if (!config) return pass(config);
    const auto pid = running_process((*folders)[i]);
    nodes.push_back({i, (*folders)[i], std::move(*config), pid.value_or(0), pid.has_value()});
  }
  return nodes;
}

Result<void> start_all(std::vector<Started>& nodes, unsigned wait_s) {
  for (Started& node : nodes) {
    if (node.was_running) continue;
    const auto pid = spawn_node(node.folder);
    if (!pid) return pass(pid);
    node.pid = *pid;
  }
  const auto deadline = Clock::now() + std::chrono::seconds(wait_s);
  for (Started& node : nodes)
    if (!node.was_running)
      if (auto up = wait_until_it_answers(node, deadline); !up) return up;
  return {};
}

// Half a chain is no chain: what this command started is stopped again, so that the next start finds free folders. They
// are children that nobody waited for yet, so their numbers are still theirs.
void undo(const std::vector<Started>& nodes) {
  const auto ours = [](const Started& node) { return !node.was_running && node.pid != 0; };
  for (const Started& node : nodes)
    if (ours(node)) ::kill(node.pid, SIGTERM);
  const auto deadline = Clock::now() + kStopWithin;
  for (const Started& node : nodes) {
    if (!ours(node)) continue;
    while (::waitpid(node.pid, nullptr, WNOHANG) == 0) {
      if (Clock::now() > deadline) ::kill(node.pid, SIGKILL);
      std::this_thread::sleep_for(kPollEvery);
    }
  }
}

Result<Answer> chain_start(const std::string& folder, unsigned wait_s) {
  auto nodes = load_nodes(folder);
  if (!nodes) return pass(nodes);
  if (auto started = start_all(*nodes, wait_s); !started) {
    undo(*nodes);
    return pass(started);
  }
  Answer answer;
  JsonWriter json;
  json.begin_object().key("nodes").begin_array();
  for (const Started& node : *nodes) {
    answer.text += fmt::format("node{}  process {}  {}{}\n", node.index, node.pid, native_url(node.config).value_or(""),
                               node.was_running ? "  (ran already)" : "");
    json.begin_object().key("index").number(std::uint64_t{node.index}).key("pid").number(std::int64_t{node.pid});
    json.key("started").boolean(!node.was_running).end_object();
  }
  answer.json = json.end_array().end_object().take();
  return answer;
}

bool gone_within(const std::string& folder, std::chrono::seconds limit) {
  const auto deadline = Clock::now() + limit;
  while (running_process(folder)) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(kPollEvery);
  }
  return true;
}

Result<Answer> chain_stop(const std::string& folder) {
  const auto nodes = load_nodes(folder);
  if (!nodes) return pass(nodes);
  for (const Started& node : *nodes)
    if (node.was_running) ::kill(node.pid, SIGTERM);
  Answer answer;
  JsonWriter json;
  json.begin_object().key("nodes").begin_array();
  for (const Started& node : *nodes) {
    std::string_view outcome = "not running";
    if (node.was_running) outcome = "stopped";
    if (node.was_running && !gone_within(node.folder, kStopWithin)) {
      if (const auto pid = running_process(node.folder)) ::kill(*pid, SIGKILL);
      if (!gone_within(node.folder, kKilledWithin)) return fail(Code::timeout, "node{} (process {}) does not stop", node.index, node.pid);
      outcome = "killed";
    }
    answer.text += fmt::format("node{}  {}\n", node.index, outcome);
    json.begin_object().key("index").number(std::uint64_t{node.index}).key("outcome").text(outcome).end_object();
  }
  answer.json = json.end_array().end_object().take();
  return answer;
}

}  // namespace

void add_chain_run(Commands& commands, CLI::App& chain) {
  struct Options {
    std::string folder;
    unsigned wait_s = 30;
  };
  auto options = std::make_shared<Options>();
  CLI::App& start = commands.add(chain, "start", "start the nodes that do not run, and wait until they answer",
                                 "hanse chain start /tmp/chain", [options](Format) { return chain_start(options->folder, options->wait_s); });
  start.add_option("DIR", options->folder, "the chain's folder")->required();
  start.add_option("--wait", options->wait_s, "seconds until a node must answer")->capture_default_str();
  CLI::App& stop = commands.add(chain, "stop", "stop the nodes; one that does not obey within 15 s is killed", "hanse chain stop /tmp/chain",
                                [options](Format) { return chain_stop(options->folder); });
  stop.add_option("DIR", options->folder, "the chain's folder")->required();
}

}  // namespace hanse::cli
