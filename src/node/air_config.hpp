// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What one node process in the Air form reads from its folder's config.ini. A value: nothing is opened here. Relative
// paths in the file are relative to the folder; the paths in this struct are ready to open. The keys:
//
//   [node]    name            shown to people (node0)
//             chain           the chain's id, the same on every node (chain0)
//   [groups]  <id> = <folder> one line a group; the folder holds `genesis`, `node.key` and the group's `data/`
//   [p2p]     listen_host, listen_port
//             peers           host:port, separated by commas; this node's own address may be among them
//             ca, certificate, key      PEM files: the chain's CA, this node's certificate, its key
//             allow, deny     node ids (hex), separated by commas; an empty allow list admits whom the CA admits
//             frame_bytes_max, queue_bytes_max, peer_bytes_per_second_max (0: unlimited)
//   [rpc]     listen_host     for all three ports
//             native_port, web3_port, console_port      absent: not served; 0: any free port
//             body_bytes_max
//   [storage] engine          rocksdb or memory (forgets everything when the process stops)
//   [log]     level           trace, debug, info, warn, error
//             file            empty: standard error
//   [limits]  memory_budget_mb        of the process: memory_budget.hpp says who gets what of it, and what the least is
//             pool_count_max, pool_bytes_max      of each group, where the memory budget does not bound them further
//             view_timeout_ms
//
// A key that is not listed is refused, so that a misspelt one is noticed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/gateway/gateway.hpp"
#include "access/rpc/server.hpp"
#include "base/log.hpp"
#include "scheduling/group/group_core.hpp"

namespace hanse::node {

enum class StorageEngine : std::uint8_t { rocksdb, memory };

struct AirGroup {
  std::string id;
  std::string genesis_file;      // protocol/genesis.hpp
  std::string key_file;          // the consensus key, PEM (crypto/key_file.hpp)
  std::string data_folder;       // of the key-value store; made by the node
};

struct AirConfig {
  std::string folder;
  std::string name = "node0";
  std::string chain_id = "chain0";
  std::vector<AirGroup> groups;  // at least one; ids differ
  gateway::GatewayConfig gateway;
  rpc::RpcConfig rpc;
  StorageEngine storage = StorageEngine::rocksdb;
  LogConfig log;
  std::optional<std::size_t> memory_budget_mb;   // none: memory_budget_mb_default()
  group::GroupLimits limits;
};

// Reads folder/config.ini. Errors (io, bad_config) name file, line and key.
Result<AirConfig> load_air_config(const std::string& folder);
Result<AirConfig> parse_air_config(std::string_view text, const std::string& folder);

// The text that parse_air_config reads back; paths inside the folder are written relative to it, so that the folder can
// be moved.
std::string to_text(const AirConfig& config);

}  // namespace hanse::node
