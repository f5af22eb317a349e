// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/facades.hpp"

#include "access/rpc/fisco/handlers.hpp"
#include "access/rpc/web3/handlers.hpp"

namespace hanse::rpc {
namespace {

template <class Context>
JsonRpc facade_of(JsonRpcRules rules, const std::string& name, std::span<const Method<Context>> methods, Context context,
                  Registry& metrics) {
  // Shared by the copies of the dispatch function that std::function may make.
  const auto table = std::make_shared<const MethodTable<Context>>(methods, name, metrics);
  return JsonRpc(rules, [table, context = std::move(context)](std::string_view method, Params& params, Reply reply) {
    table->dispatch(context, method, params, std::move(reply));
  });
}

}  // namespace

JsonRpc web3_facade(const RpcConfig& config, const GroupEndpoint& group, Registry& metrics) {
  const JsonRpcRules rules{config.batch_count_max, config.batch_reply_bytes_max, true};
  return facade_of(rules, "web3", web3::methods(), web3::Group{group.node, config.client_version}, metrics);
}

JsonRpc native_facade(const RpcConfig& config, const std::vector<GroupEndpoint>& groups, Registry& metrics) {
  fisco::Groups served;
  for (const GroupEndpoint& group : groups) served.groups.push_back({group, config.receipt_timeout_ms});
  return facade_of({.notifications = false}, "native", fisco::methods(), std::move(served), metrics);
}

}  // namespace hanse::rpc
