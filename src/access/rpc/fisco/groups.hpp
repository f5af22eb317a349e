// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What the native façade serves: every group of the process. A group is named by the first parameter; the second, a node
// name, is taken and not looked at, because the port belongs to one node.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "access/rpc/server.hpp"

namespace hanse::rpc::fisco {

using Node = port::Caller<port::NodePort>;

struct Group : GroupEndpoint {
  std::uint32_t receipt_timeout_ms = 0;
};

struct Groups {
  std::vector<Group> groups;

  const Group* find(std::string_view group_id) const;
};

}  // namespace hanse::rpc::fisco
