// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Fetches what a block's answer is written from: three calls of the node port, one after the other.
#pragma once

#include "access/rpc/params.hpp"
#include "access/rpc/web3/group.hpp"
#include "access/rpc/web3/shapes.hpp"

namespace hanse::rpc::web3 {

port::BlockRef block_ref(const BlockParam& block);   // every word but earliest is the latest decided block

// Answers null when there is no such block.
void with_whole_block(const port::Caller<port::NodePort>& node, port::BlockRef block, bool with_transactions, Reply reply,
                      std::move_only_function<std::string(const WholeBlock&)> write);

}  // namespace hanse::rpc::web3
