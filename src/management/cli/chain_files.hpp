// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What `hanse chain new` and `hanse dev` make: a folder with everything that a chain of N nodes on one machine needs.
//
//   ca/ca.crt ca.key                  the chain's certificate authority
//   sdk/ca.crt sdk.crt sdk.key        for programs that connect over TLS
//   node<i>/config.ini                node/air_config.hpp
//   node<i>/conf/ca.crt tls.crt tls.key
//   node<i>/groups/<id>/genesis node.key       one folder a group; the node adds data/
//   node<i>/log/
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "crypto/suite.hpp"
#include "node/air_config.hpp"

namespace hanse::cli {

constexpr std::size_t kNodeCountMax = 64;

struct GroupPlan {
  std::string id;
  Suite suite = Suite::standard;
};

struct ChainPlan {
  std::string chain_id = "chain0";
  std::vector<GroupPlan> groups;
  std::size_t node_count = 4;
  std::uint64_t web3_chain_id = 20200;
  bool fund_test_accounts = false;
  std::uint16_t p2p_port = 30300, rpc_port = 20200, web3_port = 8545, console_port = 8600;   // node i takes port + i
  node::StorageEngine storage = node::StorageEngine::rocksdb;
  std::string log_file = "log/node.log";
  std::int64_t certificate_days = 3650;
};

// "group0" or "group1:sm" or "group1:standard"; without a suffix the suite is `otherwise`.
Result<GroupPlan> parse_group(std::string_view text, Suite otherwise);

bool has_web3(const ChainPlan& plan);     // an sm group has no web3 port

// Errors: bad_config (counts, ids, ports that overlap), io. The folder must be absent or empty; it appears whole or not
// at all.
Result<void> write_chain(const ChainPlan& plan, const std::string& folder);

// The folders node0, node1, … of a chain, in order. Errors: io (none: names what is expected).
Result<std::vector<std::string>> node_folders(const std::string& chain_folder);

}  // namespace hanse::cli
