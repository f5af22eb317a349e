// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/handlers.hpp"

namespace hanse::rpc::web3 {
namespace {

// BLOCK: latest, pending, safe, finalized (all the latest decided block), earliest, a number, a hash or an object of
// EIP-1898. State is kept at the latest block only: asked at another, state methods answer an error.
constexpr Method<Group> kMethods[] = {
    {"web3_clientVersion", "", client_version, "name and version of this node"},
    {"web3_sha3", "data", sha3, "Keccak-256 of data"},
    {"net_version", "", net_version, "the chain id, decimal"},
    {"net_listening", "", net_listening, "true"},
    {"net_peerCount", "", net_peer_count, "nodes of the group that are connected"},
    {"eth_protocolVersion", "", protocol_version, "0x41, for clients that ask"},
    {"eth_chainId", "", chain_id, "the chain id of EIP-155"},
    {"eth_syncing", "", syncing, "false, or how far this node is behind"},
    {"eth_accounts", "", accounts, "none: nodes hold no keys of users"},
    {"eth_blockNumber", "", block_number, "number of the latest decided block"},

    {"eth_gasPrice", "", gas_price, "the price that the group asks for, zero by default"},
    {"eth_maxPriorityFeePerGas", "", gas_price, "the same: the base fee is zero"},
    {"eth_feeHistory", "count, BLOCK, [percentiles]", fee_history, "base fees (zero), shares of gas used, rewards"},

    {"eth_getBalance", "address, BLOCK", get_balance, "in wei"},
    {"eth_getTransactionCount", "address, BLOCK", get_transaction_count, "next nonce; at pending: after the pool's"},
    {"eth_getCode", "address, BLOCK", get_code, "code of a contract, 0x if it is none"},
    {"eth_getStorageAt", "address, slot, BLOCK", get_storage_at, "one word of a contract's storage"},
    {"eth_call", "CALL, BLOCK", call, "runs a call without effect", true},
    {"eth_estimateGas", "CALL, BLOCK", estimate_gas, "the least gas limit with which the call succeeds", true},

    {"eth_sendRawTransaction", "data", send_raw_transaction, "answers the hash once the transaction is in the pool"},
    {"eth_getTransactionReceipt", "hash", get_transaction_receipt, "waits a second for a pending one; null if undecided"},
    {"eth_getTransactionByHash", "hash", get_transaction_by_hash, "null if it is unknown; no block while it waits"},
    {"eth_getTransactionByBlockHashAndIndex", "hash, index", get_transaction_in_block, "null beyond the last"},
    {"eth_getTransactionByBlockNumberAndIndex", "BLOCK, index", get_transaction_in_block, "null beyond the last"},

    {"eth_getBlockByNumber", "BLOCK, full", get_block, "null if there is none; full: transactions, else their hashes", true},
    {"eth_getBlockByHash", "hash, full", get_block, "null if there is none; full: transactions, else their hashes", true},
    {"eth_getBlockReceipts", "BLOCK", get_block_receipts, "the receipts of a block, in order", true},
    {"eth_getBlockTransactionCountByNumber", "BLOCK", get_block_transaction_count, "null if there is no such block"},
    {"eth_getBlockTransactionCountByHash", "hash", get_block_transaction_count, "null if there is no such block"},
    {"eth_getUncleCountByBlockNumber", "BLOCK", get_uncle_count, "zero: a decided block has no rivals"},
    {"eth_getUncleCountByBlockHash", "hash", get_uncle_count, "zero: a decided block has no rivals"},

    {"eth_getLogs", "FILTER", get_logs, "events by block range or hash, address and topics; an error beyond 10,000", true},
};

}  // namespace

std::span<const Method<Group>> methods() { return kMethods; }

}  // namespace hanse::rpc::web3
