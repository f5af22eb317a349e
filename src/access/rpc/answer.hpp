// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a handler answers: the JSON text of a result, or an error of JSON-RPC 2.0. Exactly once, from any thread.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace hanse::rpc {

// The codes that JSON-RPC 2.0 fixes; façades have their own beside them.
enum RpcCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kBusy = -32000,           // a server error of its own: all clients take it for one that may be tried again
};

struct RpcError {
  int code = kInternalError;
  std::string message;
  std::string data;         // JSON text; empty: no such member
};

using Outcome = std::expected<std::string, RpcError>;
using Reply = std::move_only_function<void(Outcome)>;

inline std::unexpected<RpcError> refuse(int code, std::string message, std::string data = {}) {
  return std::unexpected(RpcError{code, std::move(message), std::move(data)});
}

}  // namespace hanse::rpc
