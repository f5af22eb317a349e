// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/continuation.hpp"
#include "access/rpc/fisco/errors.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "codec/json_writer.hpp"

namespace hanse::rpc::fisco {
namespace {

using Info = port::GetGroupInfo::Reply;
using Status = port::GetStatus::Reply;

void from_info(const Group& group, Reply reply, std::string (*write)(const Info&)) {
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, write));
}

void from_status(const Group& group, Reply reply, std::string (*write)(const Status&)) {
  group.node->send(port::GetStatus{}, answer_with(std::move(reply), node_error, write));
}

void from_account(const Group& group, Params& params, Reply reply, std::string (*write)(const port::GetAccount::Reply&)) {
  const Address address = params.address(2, "address");
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetAccount{address}, answer_with(std::move(reply), node_error, write));
}

// Values are text, as a FISCO BCOS configuration has them; none for an unknown key.
std::optional<std::string> config_value(const GroupConfig& config, std::string_view key) {
  if (key == "tx_count_limit") return std::to_string(config.tx_count_limit);
  if (key == "tx_gas_limit") return std::to_string(config.tx_gas_limit);
  if (key == "tx_gas_price") return config.gas_price.to_quantity();
  if (key == "consensus_leader_period") return std::to_string(config.leader_period);
  if (key == "web3_chain_id") return std::to_string(config.web3_chain_id);
  if (key == "compatibility_version") return "3.16.4";
  if (key == "auth_check_status") return "0";
  return std::nullopt;
}

}  // namespace

void get_code(const Group& group, Params& params, Reply reply) {
  from_account(group, params, std::move(reply), [](const port::GetAccount::Reply& account) -> std::string {
    return account.code.empty() ? "\"\"" : JsonWriter().hex(account.code).take();
  });
}

void get_abi(const Group& group, Params& params, Reply reply) {
  from_account(group, params, std::move(reply),
               [](const port::GetAccount::Reply& account) { return JsonWriter().text(account.abi).take(); });
}

void get_sealer_list(const Group& group, Params&, Reply reply) {
  from_info(group, std::move(reply), [](const Info& info) {
    JsonWriter json;
    json.begin_array();
    for (const Sealer& sealer : info.config.sealers) {
      json.begin_object().key("nodeID").bare_hex(sealer.node).key("weight").number(std::uint64_t{sealer.weight});
      json.key("termWeight").number(std::int64_t{0}).end_object();
    }
    return json.end_array().take();
  });
}

void get_observer_list(const Group& group, Params&, Reply reply) {
  from_info(group, std::move(reply), [](const Info& info) {
    JsonWriter json;
    json.begin_array();
    for (const NodeId& node : info.config.observers) json.bare_hex(node);
    return json.end_array().take();
  });
}

void get_pbft_view(const Group& group, Params&, Reply reply) {
  from_status(group, std::move(reply), [](const Status& status) { return std::to_string(status.view); });
}

void get_pending_tx_size(const Group& group, Params&, Reply reply) {
  from_status(group, std::move(reply), [](const Status& status) { return std::to_string(status.pending); });
}

void get_total_transaction_count(const Group& group, Params&, Reply reply) {
  from_status(group, std::move(reply), [](const Status& status) {
    JsonWriter json;
    json.begin_object().key("blockNumber").number(status.number);
    json.key("transactionCount").number(status.transaction_count);
    return json.key("failedTransactionCount").number(status.failed_transaction_count).end_object().take();
  });
}

void get_system_config(const Group& group, Params& params, Reply reply) {
  std::string key = params.text(2, "key");
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [key = std::move(key)](const Info& info) -> Outcome {
    const auto value = config_value(info.config, key);
    if (!value) return refuse(kInvalidParams, fmt::format("no system configuration has the key {}", key.substr(0, 100)));
    return JsonWriter().begin_object().key("blockNumber").number(std::int64_t{0}).key("value").text(*value).end_object().take();
  }));
}

void get_group_peers(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetGroupInfo{}, then(std::move(reply), node_error, [node = group.node](const Info& info, Reply reply) {
    node->send(port::GetStatus{}, answer_with(std::move(reply), node_error, [self = info.self](const Status& status) {
      JsonWriter json;
      json.begin_array().bare_hex(self);
      for (const NodeId& peer : status.connected) json.bare_hex(peer);
      return json.end_array().take();
    }));
  }));
}

}  // namespace hanse::rpc::fisco
