// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "access/rpc/web3/latest_state.hpp"
#include "codec/json_writer.hpp"

namespace hanse::rpc::web3 {
namespace {

using port::CallContract;
using port::EstimateGas;

Outcome call_outcome(const CallContract::Reply& result) {
  if (result.status != 0) return std::unexpected(call_error(result));
  return JsonWriter().hex(result.output).take();
}

void send_estimate(const port::Caller<port::NodePort>& node, const CallContract& call, Reply reply) {
  node->send(EstimateGas{call}, [node, call, reply = std::move(reply)](Result<std::uint64_t> gas) mutable {
    if (gas) return reply(JsonWriter().quantity(*gas).take());
    if (gas.error().code != Code::execution_reverted) return reply(std::unexpected(node_error(gas.error())));
    // Clients decode the reason from the data of this very error: run the call once more for its output.
    node->send(call, answer_with(std::move(reply), node_error,
                                 [error = gas.error()](const CallContract::Reply& result) -> Outcome {
                                   return std::unexpected(result.status != 0 ? call_error(result) : node_error(error));
                                 }));
  });
}

}  // namespace

void call(const Group& group, Params& params, Reply reply) {
  CallContract call = params.contract_call(0);
  const BlockParam block = params.block_or_latest(1, "block");
  params.refuse_if_present(2, "state overrides");
  if (!params.ok()) return reply(params.refusal());
  at_latest_state(group.node, block, std::move(reply), [node = group.node, call = std::move(call)](Reply reply) mutable {
    node->send(std::move(call), answer_with(std::move(reply), node_error, call_outcome));
  });
}

void estimate_gas(const Group& group, Params& params, Reply reply) {
  CallContract call = params.contract_call(0);
  const BlockParam block = params.block_or_latest(1, "block");
  params.refuse_if_present(2, "state overrides");
  if (!params.ok()) return reply(params.refusal());
  at_latest_state(group.node, block, std::move(reply), [node = group.node, call = std::move(call)](Reply reply) {
    send_estimate(node, call, std::move(reply));
  });
}

}  // namespace hanse::rpc::web3
