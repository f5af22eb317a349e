// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/node_client.hpp"

#include <nlohmann/json.hpp>

#include "access/sdk/client.hpp"

namespace hanse::cli {
namespace {

using Json = nlohmann::json;

constexpr std::uint32_t kAnswerWithinMs = 2'000;    // a node on this machine that takes longer hangs

std::optional<std::string> url_of(const node::AirConfig& config, const std::optional<std::uint16_t>& port) {
  if (!port) return std::nullopt;
  // A wildcard is where a server listens, not where a client can go.
  const std::string& host = config.rpc.listen_host;
  return fmt::format("http://{}:{}", host == "0.0.0.0" ? "127.0.0.1" : host, *port);
}

Result<Json> ask(sdk::JsonRpcClient& rpc, std::string_view method, const Json& params) {
  auto text = rpc.call(method, params.dump());
  if (!text) return pass(text);
  Json value = Json::parse(*text, nullptr, false);
  if (value.is_discarded()) return fail(Code::bad_encoding, "{}: the answer to {} is not JSON", rpc.url(), method);
  return value;
}

// Members of another type than expected read as empty: a node of another version is shown, not a reason to fail.
template <class T>
T member(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key)) return {};
  const Json& value = object[key];
  if constexpr (std::is_same_v<T, std::string>) return value.is_string() ? value.get<T>() : T{};
  else return value.is_number_integer() ? value.get<T>() : T{};
}

}  // namespace

std::optional<std::string> native_url(const node::AirConfig& config) { return url_of(config, config.rpc.native_port); }
std::optional<std::string> web3_url(const node::AirConfig& config) { return url_of(config, config.rpc.web3_port); }

bool answers(const std::string& native_url, const std::string& group_id) {
  sdk::JsonRpcClient rpc(native_url, kAnswerWithinMs);
  return ask(rpc, "getBlockNumber", Json::array({group_id, ""})).has_value();
}

Result<NodeStatus> ask_status(const std::string& native_url, const std::string& group_id) {
  sdk::JsonRpcClient rpc(native_url, kAnswerWithinMs);
  const auto number = ask(rpc, "getBlockNumber", Json::array({group_id, ""}));
  if (!number) return pass(number);
  NodeStatus status;
  status.block_number = number->is_number_integer() ? number->get<BlockNumber>() : 0;
  const auto block = ask(rpc, "getBlockByNumber", Json::array({group_id, "", status.block_number, true, true}));
  if (!block) return pass(block);
  status.block_hash = member<std::string>(*block, "hash");
  status.state_root = member<std::string>(*block, "stateRoot");
  const auto consensus = ask(rpc, "getConsensusStatus", Json::array({group_id, ""}));
  if (!consensus) return pass(consensus);
  // FISCO BCOS answers this one as text that holds JSON.
  const Json fields = consensus->is_string() ? Json::parse(consensus->get<std::string>(), nullptr, false) : *consensus;
  status.view = member<View>(fields, "view");
  status.leader = member<std::uint64_t>(fields, "leaderIndex");
  const auto peers = ask(rpc, "getGroupPeers", Json::array({group_id}));
  if (!peers) return pass(peers);
  status.peers = peers->is_array() && !peers->empty() ? peers->size() - 1 : 0;
  return status;
}

}  // namespace hanse::cli
