// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// How a group host reaches the other members: the gateway, or in a development network the hosts of the same process.
// Three functions; none of them blocks, and a message may be lost.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "protocol/types.hpp"

namespace hanse::node {

using SharedBytes = std::shared_ptr<const Bytes>;   // one encoding for all receivers, each sent in its own time

struct Network {
  std::function<void(const NodeId& to, SharedBytes message)> send;
  std::function<void(SharedBytes message)> broadcast;   // to every connected member
  std::function<std::vector<NodeId>()> connected;
};

}  // namespace hanse::node
