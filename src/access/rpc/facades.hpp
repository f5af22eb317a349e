// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The two JSON-RPC façades without their ports: text in, text out. The server puts them behind HTTP; tests call them.
#pragma once

#include <memory>
#include <vector>

#include "access/rpc/jsonrpc.hpp"
#include "access/rpc/server.hpp"

namespace hanse::rpc {

JsonRpc web3_facade(const RpcConfig& config, const GroupEndpoint& group, Registry& metrics);
JsonRpc native_facade(const RpcConfig& config, const std::vector<GroupEndpoint>& groups, Registry& metrics);

}  // namespace hanse::rpc
