// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a FISCO BCOS client learns about a group before it sends anything: objects that hold JSON in text members.
#include "access/rpc/continuation.hpp"
#include "access/rpc/fisco/errors.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "codec/json_writer.hpp"

namespace hanse::rpc::fisco {
namespace {

using Info = port::GetGroupInfo::Reply;

constexpr std::int64_t kCompatibilityVersion = 0x03100400;    // 3.16.4
constexpr std::string_view kReportedVersion = "3.16.4";       // clients gate features by it

// The services of one process, by the numbers that clients know.
constexpr std::pair<int, std::string_view> kServices[] = {
    {3, "scheduler"}, {2, "ledger"}, {4, "front"}, {8, "txpool"}, {6, "gateway"}, {7, "rpc"},
};

std::string genesis_config(const GroupConfig& config) {
  JsonWriter json;
  json.begin_object().key("consensusType").text("pbft").key("blockTxCountLimit").number(std::int64_t{config.tx_count_limit});
  json.key("txGasLimit").number(config.tx_gas_limit).key("consensusLeaderPeriod").number(std::int64_t{config.leader_period});
  json.key("sealerList").begin_array();
  for (const Sealer& sealer : config.sealers)
    json.begin_object().key("nodeID").bare_hex(sealer.node).key("weight").number(std::uint64_t{sealer.weight}).end_object();
  return json.end_array().end_object().take();
}

std::string node_config(const Info& info) {
  const GroupConfig& config = info.config;
  JsonWriter json;
  json.begin_object().key("binaryInfo").begin_object().key("version").text(kReportedVersion).key("gitCommitHash").text("");
  json.key("platform").text("linux").key("buildTime").text("").end_object();
  json.key("chainID").text(config.chain_id).key("groupID").text(config.group_id);
  json.key("smCryptoType").boolean(config.suite == Suite::sm).key("isWasm").boolean(false);
  json.key("isAuthCheck").boolean(false).key("isSerialExecute").boolean(true);
  json.key("nodeName").text(info.node_name).key("nodeID").bare_hex(info.self);
  return json.key("rpcServiceName").text("").key("gatewayServiceName").text("").end_object().take();
}

void write_node(JsonWriter& json, const Info& info) {
  json.begin_object().key("name").text(info.node_name).key("nodeID").bare_hex(info.self);
  json.key("type").number(std::int64_t{info.config.suite == Suite::sm}).key("microService").boolean(false);
  json.key("iniConfig").text(node_config(info)).key("serviceInfo").begin_array();
  for (const auto& [type, name] : kServices)
    json.begin_object().key("type").number(std::int64_t{type}).key("serviceName").text(name).end_object();
  json.end_array().key("protocol").begin_object().key("minSupportedVersion").number(std::int64_t{0});
  json.key("maxSupportedVersion").number(std::int64_t{2});
  json.key("compatibilityVersion").number(kCompatibilityVersion).end_object();
  json.key("featureKeys").begin_array().end_array().key("supportConfigs").begin_array().end_array().end_object();
}

}  // namespace

void get_group_info(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [](const Info& info) {
    JsonWriter json(4'096);
    json.begin_object().key("chainID").text(info.config.chain_id).key("groupID").text(info.config.group_id);
    json.key("genesisConfig").text(genesis_config(info.config)).key("iniConfig").text("").key("nodeList").begin_array();
    write_node(json, info);
    return json.end_array().end_object().take();
  }));
}

void get_group_node_info(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [](const Info& info) {
    JsonWriter json(2'048);
    write_node(json, info);
    return json.take();
  }));
}

void get_group_list(const Groups& groups, Params&, Reply reply) {
  JsonWriter json;
  json.begin_object().key("code").number(std::int64_t{0}).key("msg").text("success").key("groupList").begin_array();
  for (const Group& group : groups.groups) json.text(group.group_id);
  reply(json.end_array().end_object().take());
}

}  // namespace hanse::rpc::fisco
