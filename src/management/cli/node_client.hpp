// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the commands ask a node over its native (FISCO BCOS) JSON-RPC port.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "node/air_config.hpp"
#include "protocol/types.hpp"

namespace hanse::cli {

struct NodeStatus {
  BlockNumber block_number = 0;
  std::string block_hash, state_root;    // 0x…
  View view = 0;
  std::uint64_t leader = 0;              // node index in the group's sealer list
  std::size_t peers = 0;                 // connected members of the group, without this node
};

// "http://host:port"; none: the node serves no such port.
std::optional<std::string> native_url(const node::AirConfig& config);
std::optional<std::string> web3_url(const node::AirConfig& config);

bool answers(const std::string& native_url, const std::string& group_id);
Result<NodeStatus> ask_status(const std::string& native_url, const std::string& group_id);

}  // namespace hanse::cli
