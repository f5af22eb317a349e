// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/shapes.hpp"

#include "protocol/web3_transaction.hpp"

namespace hanse::rpc::web3 {
namespace {

// Keccak-256 of the RLP of an empty list: a block without uncles.
constexpr std::string_view kNoUncles = "\"0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347\"";

std::uint64_t unsigned_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

void write_address_or_null(JsonWriter& json, const std::optional<Address>& address) {
  if (address) json.hex(*address);
  else json.null();
}

// A native transaction is shown as a legacy one.
std::uint8_t envelope_type(const Transaction& tx) { return tx.kind == TransactionKind::web3 ? tx.type : 0; }

void write_place(JsonWriter& json, const Place* place) {
  if (!place) {
    json.key("blockHash").null().key("blockNumber").null().key("transactionIndex").null();
    return;
  }
  json.key("blockHash").hex(place->block_hash).key("blockNumber").quantity(unsigned_of(place->block_number));
  json.key("transactionIndex").quantity(std::uint64_t{place->index});
}

void write_access_list(JsonWriter& json, const std::vector<AccessListEntry>& list) {
  json.begin_array();
  for (const AccessListEntry& entry : list) {
    json.begin_object().key("address").hex(entry.address).key("storageKeys").begin_array();
    for (const Hash& slot : entry.slots) json.hex(slot);
    json.end_array().end_object();
  }
  json.end_array();
}

void write_authorizations(JsonWriter& json, const std::vector<Authorization>& list) {
  json.begin_array();
  for (const Authorization& each : list) {
    json.begin_object().key("chainId").quantity(each.chain_id).key("address").hex(each.address);
    json.key("nonce").quantity(each.nonce).key("yParity").quantity(std::uint64_t{each.y_parity});
    json.key("r").quantity(each.r).key("s").quantity(each.s).end_object();
  }
  json.end_array();
}

void write_fees(JsonWriter& json, const Transaction& tx, const Receipt* receipt) {
  const bool dynamic = envelope_type(tx) >= 2;
  json.key("gasPrice").quantity(dynamic && receipt ? receipt->effective_gas_price : tx.gas_price);
  if (dynamic) json.key("maxFeePerGas").quantity(tx.gas_price).key("maxPriorityFeePerGas").quantity(tx.max_priority_fee);
}

// Zeros for a native transaction: its signature has another form and digest.
void write_signature(JsonWriter& json, const Transaction& tx) {
  Web3Signature signature;
  if (tx.kind == TransactionKind::web3) signature = web3_signature_of(tx.encoded).value_or(signature);
  json.key("v").quantity(signature.v).key("r").quantity(signature.r).key("s").quantity(signature.s);
  if (envelope_type(tx) >= 1) json.key("yParity").quantity(signature.v);
}

Address miner_of(const BlockHeader& header) {
  const auto sealer = static_cast<std::size_t>(header.sealer);
  return sealer < header.sealer_list.size() ? address_of(Suite::standard, header.sealer_list[sealer]) : Address{};
}

// What Ethereum's header has and ours has no use for.
void write_constants(JsonWriter& json) {
  json.key("nonce").raw("\"0x0000000000000000\"").key("sha3Uncles").raw(kNoUncles).key("uncles").begin_array().end_array();
  json.key("difficulty").raw("\"0x0\"").key("totalDifficulty").raw("\"0x0\"").key("baseFeePerGas").raw("\"0x0\"");
  json.key("mixHash").hex(Hash{});
  // Ours is longer than the 32 bytes that clients allow; the native port shows it.
  json.key("extraData").raw("\"0x\"");
}

}  // namespace

Place place_of(const Receipt& receipt, const Hash& block_hash, TimeMs block_time_ms) {
  return {block_hash, receipt.block_number, receipt.transaction_index, block_time_ms};
}

void write_transaction(JsonWriter& json, const Transaction& tx, const Receipt* receipt, const Place* place) {
  const std::uint8_t type = envelope_type(tx);
  json.begin_object().key("hash").hex(tx.hash).key("type").quantity(std::uint64_t{type});
  write_place(json, place);
  json.key("from").hex(tx.sender).key("to");
  write_address_or_null(json, tx.to);
  json.key("nonce").quantity(tx.nonce).key("value").quantity(tx.value).key("gas").quantity(tx.gas_limit);
  write_fees(json, tx, receipt);
  json.key("input").hex(tx.input);
  if (tx.chain_id) json.key("chainId").quantity(*tx.chain_id);
  if (type >= 1) write_access_list(json.key("accessList"), tx.access_list);
  if (type == 4) write_authorizations(json.key("authorizationList"), tx.authorizations);
  write_signature(json, tx);
  json.end_object();
}

void write_log(JsonWriter& json, const LogEntry& log, const Place& place, const Hash& transaction_hash,
               std::uint32_t log_index) {
  json.begin_object().key("address").hex(log.address).key("topics").begin_array();
  for (const Hash& topic : log.topics) json.hex(topic);
  json.end_array().key("data").hex(log.data);
  write_place(json, &place);
  json.key("blockTimestamp").quantity(unsigned_of(place.block_time_ms / 1000));
  json.key("transactionHash").hex(transaction_hash).key("logIndex").quantity(std::uint64_t{log_index});
  json.key("removed").boolean(false).end_object();
}

void write_receipt(JsonWriter& json, const Transaction& tx, const Receipt& receipt, const Place& place) {
  json.begin_object().key("transactionHash").hex(tx.hash).key("type").quantity(std::uint64_t{envelope_type(tx)});
  write_place(json, &place);
  json.key("from").hex(tx.sender).key("to");
  write_address_or_null(json, tx.to);
  json.key("contractAddress");
  write_address_or_null(json, tx.to ? std::nullopt : receipt.contract_address);
  json.key("status").quantity(std::uint64_t{receipt.status == 0}).key("gasUsed").quantity(receipt.gas_used);
  json.key("cumulativeGasUsed").quantity(receipt.cumulative_gas_used);
  json.key("effectiveGasPrice").quantity(receipt.effective_gas_price);
  Bloom bloom;
  add_to_bloom(bloom, receipt.logs);
  json.key("logsBloom").hex(bloom).key("logs").begin_array();
  for (std::uint32_t i = 0; i < receipt.logs.size(); ++i)
    write_log(json, receipt.logs[i], place, tx.hash, receipt.first_log_index + i);
  json.end_array().end_object();
}

void write_block(JsonWriter& json, const WholeBlock& whole, bool full) {
  const auto& [block, receipts, gas_limit] = whole;
  const BlockHeader& header = block.header;
  Bloom bloom;
  for (const Receipt& receipt : receipts) add_to_bloom(bloom, receipt.logs);
  json.begin_object().key("number").quantity(unsigned_of(header.number)).key("hash").hex(block.hash);
  json.key("parentHash").hex(header.parent_hash).key("timestamp").quantity(unsigned_of(header.timestamp_ms / 1000));
  json.key("stateRoot").hex(header.state_root).key("transactionsRoot").hex(header.transactions_root);
  json.key("receiptsRoot").hex(header.receipts_root).key("logsBloom").hex(bloom).key("miner").hex(miner_of(header));
  json.key("gasLimit").quantity(gas_limit).key("gasUsed").quantity(header.gas_used);
  json.key("size").quantity(std::uint64_t{block.size});
  write_constants(json);
  json.key("transactions").begin_array();
  for (std::size_t i = 0; i < block.transaction_hashes.size(); ++i) {
    if (!full) {
      json.hex(block.transaction_hashes[i]);
    } else if (i < block.transactions.size() && i < receipts.size()) {
      const Place place = place_of(receipts[i], block.hash, header.timestamp_ms);
      write_transaction(json, block.transactions[i], &receipts[i], &place);
    }
  }
  json.end_array().end_object();
}

}  // namespace hanse::rpc::web3
