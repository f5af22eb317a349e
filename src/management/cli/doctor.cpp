// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/doctor.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "codec/json_writer.hpp"
#include "crypto/pem_file.hpp"
#include "management/cli/chain_files.hpp"
#include "management/cli/command.hpp"
#include "management/cli/node_process.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;

std::string name_of(const std::string& node_folder) { return fs::path(node_folder).filename().string(); }

// The members of one group that stand side by side must have begun alike.
void compare_genesis(const std::vector<node::AirConfig>& nodes, std::vector<Examined>& out) {
  for (std::size_t i = 1; i < nodes.size(); ++i)
    for (const node::AirGroup& group : nodes[i].groups)
      for (const node::AirGroup& first : nodes[0].groups) {
        if (first.id != group.id) continue;
        const auto ours = read_small_file(group.genesis_file), theirs = read_small_file(first.genesis_file);
        if (ours && theirs && *ours != *theirs)
          out[i].findings.push_back({true, "genesis", fmt::format("{} differs from {}", group.genesis_file, first.genesis_file),
                                     "copy the genesis that the others have, byte for byte"});
      }
}

Answer report(const std::vector<Examined>& nodes) {
  Answer answer;
  JsonWriter json;
  json.begin_object().key("nodes").begin_array();
  for (const Examined& node : nodes) {
    json.begin_object().key("name").text(node.name).key("findings").begin_array();
    for (const Finding& one : node.findings) {
      json.begin_object().key("severity").text(one.stops ? "error" : "warning").key("subject").text(one.subject);
      json.key("text").text(one.text).key("fix").text(one.fix).end_object();
      answer.text += fmt::format("{}  {:<7}  {}: {}\n{:>{}}fix: {}\n", node.name, one.stops ? "error" : "warning", one.subject,
                                 one.text, "", node.name.size() + 11, one.fix);
      answer.exit_code = kFailed;
    }
    json.end_array().end_object();
    if (node.findings.empty()) answer.text += node.name + "  nothing is wrong\n";
  }
  answer.json = json.end_array().end_object().take();
  return answer;
}

}  // namespace

Findings examine(const Patient& node) {
  const auto now = std::chrono::system_clock::now();
  Findings out;
  look_at_clock(node, now, out);
  look_at_disk(node, out);
  look_at_limits(node, out);
  look_at_certificates(node, now, out);
  look_at_keys(node, out);
  look_at_data(node, out);
  look_at_ports(node, out);
  look_at_peers(node, out);
  look_at_version(node, out);
  return out;
}

Result<std::vector<Examined>> examine_folder(const std::string& folder) {
  std::error_code ignored;
  std::vector<std::string> folders{folder};
  if (!fs::exists(fs::path(folder) / "config.ini", ignored)) {
    auto nodes = node_folders(folder);
    if (!nodes) return fail(Code::io, "{} is neither a node's folder (no config.ini) nor a chain's (no node0/config.ini)", folder);
    folders = std::move(*nodes);
  }
  std::vector<Examined> out;
  std::vector<Patient> patients;
  std::vector<std::string> stopped;
  for (const std::string& one : folders) {
    out.push_back({name_of(fs::absolute(one, ignored).lexically_normal().string()), {}});
    auto config = node::load_air_config(one);
    if (!config) out.back().findings.push_back({true, "config", config.error().text, "put config.ini right"});
    patients.push_back({config ? std::move(*config) : node::AirConfig{}, running_process(one), {}});
    if (config && !patients.back().pid)
      stopped.push_back(fmt::format("{}:{}", patients.back().config.gateway.listen_host, patients.back().config.gateway.listen_port));
  }
  std::vector<node::AirConfig> configs;
  for (std::size_t i = 0; i < patients.size(); ++i) {
    configs.push_back(patients[i].config);
    if (!out[i].findings.empty()) continue;              // without its configuration there is nothing to look at
    patients[i].stopped_peers = stopped;
    out[i].findings = examine(patients[i]);
  }
  compare_genesis(configs, out);
  return out;
}

void add_doctor(Commands& commands) {
  auto folder = std::make_shared<std::string>();
  CLI::App& app = commands.add(commands.root(), "doctor", "look for what keeps a node from running, or soon will; exit code 0: nothing",
                               "hanse doctor /tmp/chain", [folder](Format) -> Result<Answer> {
                                 const auto examined = examine_folder(*folder);
                                 if (!examined) return pass(examined);
                                 return report(*examined);
                               });
  app.add_option("DIR", *folder, "a chain's or a node's folder")->required();
}

}  // namespace hanse::cli
