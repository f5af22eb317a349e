// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <algorithm>

#include "access/rpc/fisco/errors.hpp"
#include "access/rpc/fisco/handlers.hpp"

namespace hanse::rpc::fisco {
namespace {

// A handler of one group, which the first parameter names.
template <void (*Handle)(const Group&, Params&, Reply)>
void of_group(const Groups& groups, Params& params, Reply reply) {
  const std::string group_id = params.text(0, "group");
  if (!params.ok()) return reply(params.refusal());
  const Group* group = groups.find(group_id);
  if (!group) return reply(refuse(kGroupNotExist, fmt::format("group {} does not exist on this node", group_id.substr(0, 100))));
  Handle(*group, params, std::move(reply));
}

constexpr Method<Groups> kMethods[] = {
    {"sendTransaction", "group, node, transaction, requireProof=false", of_group<send_transaction>,
     "answers the receipt once the transaction is decided"},
    {"call", "group, node, to, data[, sign]", of_group<call>, "runs a call without effect", true},
    {"getTransaction", "group, node, hash, requireProof=false", of_group<get_transaction>, "a decided transaction"},
    {"getTransactionReceipt", "group, node, hash, requireProof=false", of_group<get_transaction_receipt>,
     "the receipt of a decided transaction"},

    {"getBlockNumber", "group, node", of_group<get_block_number>, "number of the latest decided block"},
    {"getBlockByNumber", "group, node, number, onlyHeader=true, onlyTxHash=true", of_group<get_block_by_number>, "a block", true},
    {"getBlockByHash", "group, node, hash, onlyHeader=true, onlyTxHash=true", of_group<get_block_by_hash>, "a block", true},
    {"getBlockHashByNumber", "group, node, number", of_group<get_block_hash_by_number>, "header hash of a block"},

    {"getCode", "group, node, address", of_group<get_code>, "code of a contract, empty if it is none"},
    {"getABI", "group, node, address", of_group<get_abi>, "the ABI text that came with the deployment"},
    {"getSealerList", "group, node", of_group<get_sealer_list>, "the nodes that propose and vote"},
    {"getObserverList", "group, node", of_group<get_observer_list>, "the members that do not vote"},
    {"getPbftView", "group, node", of_group<get_pbft_view>, "the present view"},
    {"getConsensusStatus", "group, node", of_group<get_consensus_status>, "leader, view, quorum and sealers, as text"},
    {"getSyncStatus", "group, node", of_group<get_sync_status>, "how far this node is behind, as text"},
    {"getPendingTxSize", "group, node", of_group<get_pending_tx_size>, "transactions that wait in the pool"},
    {"getTotalTransactionCount", "group, node", of_group<get_total_transaction_count>, "decided and failed transactions"},
    {"getSystemConfigByKey", "group, node, key", of_group<get_system_config>, "a value of the group's configuration"},
    {"getGroupPeers", "group", of_group<get_group_peers>, "ids of the connected nodes and of this one"},

    {"getGroupInfo", "group", of_group<get_group_info>, "chain, genesis and node of a group"},
    {"getGroupNodeInfo", "group, node", of_group<get_group_node_info>, "this node, in a group"},
    {"getGroupList", "", get_group_list, "the groups of this node"},
};

}  // namespace

const Group* Groups::find(std::string_view group_id) const {
  const auto found = std::ranges::find(groups, group_id, &Group::group_id);
  return found == groups.end() ? nullptr : &*found;
}

std::span<const Method<Groups>> methods() { return kMethods; }

}  // namespace hanse::rpc::fisco
