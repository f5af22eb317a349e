// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Errors of the native façade. A rejected transaction has its TransactionStatus as the code and that status' name as the
// message, as FISCO BCOS clients know them; the node's own text is beside it in `data`.
#pragma once

#include "access/rpc/answer.hpp"
#include "base/result.hpp"

namespace hanse::rpc::fisco {

enum : int {
  kServiceNotReady = -32004,
  kGroupNotExist = -32005,
};

RpcError node_error(const Error& error);

}  // namespace hanse::rpc::fisco
