// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The handlers of the native façade by theme; what each is called and takes stands in methods.cpp. Those of one group are
// given that group; their own parameters begin at the third place.
#pragma once

#include <span>

#include "access/rpc/fisco/groups.hpp"
#include "access/rpc/method_table.hpp"

namespace hanse::rpc::fisco {

std::span<const Method<Groups>> methods();

// transactions.cpp
void send_transaction(const Group& group, Params& params, Reply reply);
void call(const Group& group, Params& params, Reply reply);
void get_transaction(const Group& group, Params& params, Reply reply);
void get_transaction_receipt(const Group& group, Params& params, Reply reply);

// blocks.cpp
void get_block_number(const Group& group, Params& params, Reply reply);
void get_block_by_number(const Group& group, Params& params, Reply reply);
void get_block_by_hash(const Group& group, Params& params, Reply reply);
void get_block_hash_by_number(const Group& group, Params& params, Reply reply);

// status.cpp
void get_code(const Group& group, Params& params, Reply reply);
void get_abi(const Group& group, Params& params, Reply reply);
void get_sealer_list(const Group& group, Params& params, Reply reply);
void get_observer_list(const Group& group, Params& params, Reply reply);
void get_pbft_view(const Group& group, Params& params, Reply reply);
void get_pending_tx_size(const Group& group, Params& params, Reply reply);
void get_total_transaction_count(const Group& group, Params& params, Reply reply);
void get_system_config(const Group& group, Params& params, Reply reply);
void get_group_peers(const Group& group, Params& params, Reply reply);

// consensus_status.cpp
void get_consensus_status(const Group& group, Params& params, Reply reply);
void get_sync_status(const Group& group, Params& params, Reply reply);

// group_info.cpp
void get_group_info(const Group& group, Params& params, Reply reply);
void get_group_node_info(const Group& group, Params& params, Reply reply);
void get_group_list(const Groups& groups, Params& params, Reply reply);

}  // namespace hanse::rpc::fisco
