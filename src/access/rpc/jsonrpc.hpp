// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The envelope of JSON-RPC 2.0, the same for every façade: parses a body, gives each request to the façade's dispatch and
// writes the answers, a batch's in its order. Parsing takes no recursion and bounds the depth, so that no text can
// exhaust the stack; a batch is bounded in requests and in the bytes of its answer.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "access/rpc/answer.hpp"
#include "access/rpc/params.hpp"

namespace hanse::rpc {

struct JsonRpcRules {
  std::size_t batch_count_max = 0;           // 0: batches are refused
  std::size_t batch_reply_bytes_max = 25'000'000;
  bool notifications = true;                 // a request without an id is not answered; else its id is 0
};

using Dispatch = std::function<void(std::string_view method, Params& params, Reply reply)>;

// The answer to a body; empty when it held notifications only.
using BodyReply = std::move_only_function<void(std::string)>;

class JsonRpc {
 public:
  JsonRpc(JsonRpcRules rules, Dispatch dispatch) : rules_(rules), dispatch_(std::move(dispatch)) {}

  // Any thread. `reply` is called once, perhaps before handle returns.
  void handle(std::string_view body, BodyReply reply) const;

 private:
  JsonRpcRules rules_;
  Dispatch dispatch_;
};

}  // namespace hanse::rpc
