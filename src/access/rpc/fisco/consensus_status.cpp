// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Two answers that FISCO BCOS gives as text which holds JSON; hashes and ids in it have no 0x.
#include "access/rpc/continuation.hpp"
#include "access/rpc/fisco/errors.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "codec/json_writer.hpp"

namespace hanse::rpc::fisco {
namespace {

using Info = port::GetGroupInfo::Reply;
using Status = port::GetStatus::Reply;
using WriteStatus = std::string (*)(const Info&, const Status&);

void from_info_and_status(const Group& group, Reply reply, WriteStatus write) {
  group.node->send(port::GetGroupInfo{}, then(std::move(reply), node_error, [node = group.node, write](Info& info, Reply reply) {
    node->send(port::GetStatus{}, answer_with(std::move(reply), node_error, [info = std::move(info), write](const Status& status) {
      return JsonWriter().text(write(info, status)).take();
    }));
  }));
}

std::string consensus_text(const Info& info, const Status& status) {
  std::uint64_t weight = 0;
  for (const Sealer& sealer : info.config.sealers) weight += sealer.weight;
  const std::uint64_t faulty = weight == 0 ? 0 : (weight - 1) / 3;
  JsonWriter json(1'024);
  json.begin_object().key("nodeID").bare_hex(info.self).key("index");
  json.number(status.self ? std::int64_t{*status.self} : std::int64_t{-1}).key("leaderIndex").number(std::int64_t{status.leader});
  json.key("consensusNodesNum").number(std::uint64_t{info.config.sealers.size()});
  json.key("maxFaultyQuorum").number(faulty).key("minRequiredQuorum").number(weight - faulty);
  json.key("isConsensusNode").boolean(status.self.has_value()).key("blockNumber").number(status.number);
  json.key("hash").bare_hex(status.block_hash).key("timeout").boolean(false).key("changeCycle").number(std::int64_t{0});
  json.key("view").number(std::uint64_t{status.view}).key("connectedNodeList").number(std::uint64_t{status.connected.size()});
  json.key("consensusNodeList").begin_array();
  for (std::size_t i = 0; i < info.config.sealers.size(); ++i) {
    const Sealer& sealer = info.config.sealers[i];
    json.begin_object().key("nodeID").bare_hex(sealer.node).key("weight").number(std::uint64_t{sealer.weight});
    json.key("termWeight").number(std::int64_t{0}).key("index").number(std::uint64_t{i}).end_object();
  }
  return json.end_array().end_object().take();
}

std::string sync_text(const Info& info, const Status& status) {
  JsonWriter json(512);
  json.begin_object().key("isSyncing").boolean(status.syncing).key("nodeID").bare_hex(info.self);
  json.key("blockNumber").number(status.number).key("archivedBlockNumber").number(std::int64_t{0});
  json.key("latestHash").bare_hex(status.block_hash);
  json.key("knownHighestNumber").number(std::max(status.highest_known, status.number));
  json.key("peers").begin_array();
  for (const NodeId& peer : status.connected) json.begin_object().key("nodeID").bare_hex(peer).end_object();
  return json.end_array().end_object().take();
}

}  // namespace

void get_consensus_status(const Group& group, Params&, Reply reply) {
  from_info_and_status(group, std::move(reply), consensus_text);
}

void get_sync_status(const Group& group, Params&, Reply reply) { from_info_and_status(group, std::move(reply), sync_text); }

}  // namespace hanse::rpc::fisco
