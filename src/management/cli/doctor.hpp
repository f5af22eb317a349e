// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What `hanse doctor` looks at: everything outside the node's own logic that keeps it from running, or soon will. Each
// finding names what is wrong and what to do about it. Looking changes nothing.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "node/air_config.hpp"

namespace hanse::cli {

struct Finding {
  bool stops = true;           // else it will, or it makes something weaker
  std::string subject;         // port, peer, clock, disk, limits, certificate, key, genesis, data, version, health, config
  std::string text, fix;       // one line each
};
using Findings = std::vector<Finding>;

struct Patient {
  node::AirConfig config;
  std::optional<pid_t> pid;                  // set: a node runs in the folder
  std::vector<std::string> stopped_peers;    // host:port of nodes of the same chain folder that do not run
};

constexpr std::int64_t kExpiryWarningDays = 30;
constexpr std::uint64_t kFreeBytesMin = 1ull << 30, kFreeBytesLow = 5ull << 30;

// doctor_files.cpp
void look_at_certificates(const Patient& node, std::chrono::system_clock::time_point now, Findings& out);
void look_at_keys(const Patient& node, Findings& out);
void look_at_data(const Patient& node, Findings& out);
// doctor_machine.cpp
void look_at_clock(const Patient& node, std::chrono::system_clock::time_point now, Findings& out);
void look_at_disk(const Patient& node, Findings& out);
std::optional<Finding> space_problem(const std::string& folder, std::uint64_t free_bytes, std::uint64_t free_files);
std::optional<Finding> disk_kind_problem(const std::string& folder, std::uint64_t kind);   // f_type of statfs(2)
void look_at_limits(const Patient& node, Findings& out);
std::optional<Finding> limit_problem(std::uint64_t open_files_max, std::size_t group_count, bool running);
// doctor_network.cpp
void look_at_ports(const Patient& node, Findings& out);
void look_at_peers(const Patient& node, Findings& out);
void look_at_version(const Patient& node, Findings& out);

Findings examine(const Patient& node);
// Of a chain's folder all nodes, and that they agree on the genesis; of a node's folder that one. Errors: neither.
struct Examined {
  std::string name;            // node0
  Findings findings;
};
Result<std::vector<Examined>> examine_folder(const std::string& folder);

}  // namespace hanse::cli
