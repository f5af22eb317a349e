// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a handler of the web3 façade is given: the group that the port serves.
#pragma once

#include <string>

#include "access/port/caller.hpp"
#include "protocol/ports/node_port.hpp"

namespace hanse::rpc::web3 {

struct Group {
  port::Caller<port::NodePort> node;
  std::string client_version;
};

}  // namespace hanse::rpc::web3
