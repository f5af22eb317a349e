// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Errors of the web3 façade: codes and the beginnings of texts are those that Ethereum clients recognise.
#pragma once

#include "access/rpc/answer.hpp"
#include "base/result.hpp"
#include "protocol/ports/node_port.hpp"

namespace hanse::rpc::web3 {

enum : int {
  kReverted = 3,            // with the revert data
  kServerError = -32000,    // a rejected transaction, a failed call, state that is not kept
  kLimitExceeded = -32005,
};

RpcError node_error(const Error& error);

// A call that ran and failed: code 3 with its output when it reverted.
RpcError call_error(const port::CallContract::Reply& call);

}  // namespace hanse::rpc::web3
