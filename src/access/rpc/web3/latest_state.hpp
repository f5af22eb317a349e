// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// State is kept at the latest decided block only. A query that names a block by number or hash is answered when that block
// is the latest both before and after the state was read, and refused otherwise: never another block's state in silence.
#pragma once

#include "access/rpc/params.hpp"
#include "access/rpc/web3/group.hpp"

namespace hanse::rpc::web3 {

using StateQuery = std::move_only_function<void(Reply)>;

void at_latest_state(const port::Caller<port::NodePort>& node, const BlockParam& block, Reply reply, StateQuery query);

}  // namespace hanse::rpc::web3
