// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The handlers of the web3 façade by theme; what each is called and takes stands in methods.cpp.
#pragma once

#include <span>

#include "access/rpc/method_table.hpp"
#include "access/rpc/web3/group.hpp"

namespace hanse::rpc::web3 {

std::span<const Method<Group>> methods();

// chain.cpp
void client_version(const Group& group, Params& params, Reply reply);
void sha3(const Group& group, Params& params, Reply reply);
void net_version(const Group& group, Params& params, Reply reply);
void net_listening(const Group& group, Params& params, Reply reply);
void net_peer_count(const Group& group, Params& params, Reply reply);
void protocol_version(const Group& group, Params& params, Reply reply);
void chain_id(const Group& group, Params& params, Reply reply);
void syncing(const Group& group, Params& params, Reply reply);
void accounts(const Group& group, Params& params, Reply reply);
void block_number(const Group& group, Params& params, Reply reply);

// fees.cpp
void gas_price(const Group& group, Params& params, Reply reply);
void fee_history(const Group& group, Params& params, Reply reply);

// state.cpp
void get_balance(const Group& group, Params& params, Reply reply);
void get_transaction_count(const Group& group, Params& params, Reply reply);
void get_code(const Group& group, Params& params, Reply reply);
void get_storage_at(const Group& group, Params& params, Reply reply);

// calls.cpp
void call(const Group& group, Params& params, Reply reply);
void estimate_gas(const Group& group, Params& params, Reply reply);

// transactions.cpp
void send_raw_transaction(const Group& group, Params& params, Reply reply);
void get_transaction_receipt(const Group& group, Params& params, Reply reply);
void get_transaction_by_hash(const Group& group, Params& params, Reply reply);
void get_transaction_in_block(const Group& group, Params& params, Reply reply);

// blocks.cpp
void get_block(const Group& group, Params& params, Reply reply);
void get_block_receipts(const Group& group, Params& params, Reply reply);
void get_block_transaction_count(const Group& group, Params& params, Reply reply);
void get_uncle_count(const Group& group, Params& params, Reply reply);

// logs.cpp
void get_logs(const Group& group, Params& params, Reply reply);

}  // namespace hanse::rpc::web3
