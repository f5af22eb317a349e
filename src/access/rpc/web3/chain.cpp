// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "codec/json_writer.hpp"

namespace hanse::rpc::web3 {

void client_version(const Group& group, Params&, Reply reply) { reply(JsonWriter().text(group.client_version).take()); }

void sha3(const Group&, Params& params, Reply reply) {
  const Bytes data = params.bytes(0, "data");
  if (!params.ok()) return reply(params.refusal());
  reply(JsonWriter().hex(keccak256(data)).take());
}

void net_version(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [](const auto& info) {
                     return JsonWriter().text(std::to_string(info.config.web3_chain_id)).take();
                   }));
}

void net_listening(const Group&, Params&, Reply reply) { reply("true"); }

void net_peer_count(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetStatus{}, answer_with(std::move(reply), node_error, [](const auto& status) {
                     return JsonWriter().quantity(std::uint64_t{status.peers}).take();
                   }));
}

void protocol_version(const Group&, Params&, Reply reply) { reply("\"0x41\""); }

void chain_id(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [](const auto& info) {
                     return JsonWriter().quantity(info.config.web3_chain_id).take();
                   }));
}

void syncing(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetStatus{}, answer_with(std::move(reply), node_error, [](const auto& status) -> std::string {
                     if (!status.syncing) return "false";
                     const auto current = static_cast<std::uint64_t>(status.number);
                     JsonWriter json;
                     json.begin_object().key("startingBlock").quantity(current).key("currentBlock").quantity(current);
                     json.key("highestBlock").quantity(static_cast<std::uint64_t>(status.highest_known));
                     return json.end_object().take();
                   }));
}

void accounts(const Group&, Params&, Reply reply) { reply("[]"); }

void block_number(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetHead{}, answer_with(std::move(reply), node_error, [](const auto& head) {
                     return JsonWriter().quantity(static_cast<std::uint64_t>(head.number)).take();
                   }));
}

}  // namespace hanse::rpc::web3
