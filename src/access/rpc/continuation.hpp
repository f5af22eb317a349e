// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Continuations of node port calls: an error becomes the façade's error, a value the handler's answer.
#pragma once

#include <utility>

#include "access/rpc/answer.hpp"
#include "base/result.hpp"

namespace hanse::rpc {

// ReplyTo<R> that answers with `write(R::Reply&)`, an Outcome or the JSON text of the result.
template <class Write>
auto answer_with(Reply reply, RpcError (*as_error)(const Error&), Write write) {
  return [reply = std::move(reply), as_error, write = std::move(write)](auto result) mutable {
    if (!result) return reply(std::unexpected(as_error(result.error())));
    reply(write(*result));
  };
}

// ReplyTo<R> that goes on with `next(R::Reply&, Reply)`: another call is needed.
template <class Next>
auto then(Reply reply, RpcError (*as_error)(const Error&), Next next) {
  return [reply = std::move(reply), as_error, next = std::move(next)](auto result) mutable {
    if (!result) return reply(std::unexpected(as_error(result.error())));
    next(*result, std::move(reply));
  };
}

}  // namespace hanse::rpc
