// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/fisco/shapes.hpp"

#include "base/hex.hpp"
#include "protocol/tars_native.hpp"
#include "protocol/web3_transaction.hpp"

namespace hanse::rpc::fisco {
namespace {

constexpr int kWeb3Version = 1;     // web3 transactions are shown with the members of native version 1

// The members that only the encoded form has, as it has them.
struct WireText {
  std::int32_t version = kWeb3Version;
  std::string chain_id, group_id, nonce, to, value, gas_price, max_fee, max_priority_fee, abi, extra_data;
  std::int64_t gas_limit = 0, block_limit = 0, import_time = 0;
  Bytes signature, extension;
};

WireText native_text(const Transaction& tx) {
  WireText text;
  const auto wire = tars::decode<native::Transaction>(tx.encoded);
  if (!wire) return text;           // it was decoded when it was admitted
  const native::TransactionData& data = wire->data;
  text.version = data.version;
  text.chain_id = data.chain_id, text.group_id = data.group_id, text.nonce = data.nonce, text.to = data.to;
  text.value = data.value, text.gas_price = data.gas_price, text.gas_limit = data.gas_limit;
  text.max_fee = data.max_fee, text.max_priority_fee = data.max_priority_fee;
  text.abi = data.abi, text.extra_data = wire->extra_data;
  text.block_limit = data.block_limit, text.import_time = wire->import_time;
  text.signature = to_bytes(wire->signature), text.extension = to_bytes(data.extension);
  return text;
}

Bytes web3_signature(const Transaction& tx) {
  const auto signature = web3_signature_of(tx.encoded);
  if (!signature) return {};
  Bytes bytes;
  append(bytes, signature->r.to_be());
  append(bytes, signature->s.to_be());
  const bool eip155 = signature->v >= 35, legacy = signature->v >= 27;
  bytes.push_back(static_cast<std::uint8_t>(eip155 ? (signature->v - 35) % 2 : legacy ? signature->v - 27 : signature->v));
  return bytes;
}

WireText web3_text(const Transaction& tx, const GroupNames& names) {
  WireText text;
  text.chain_id = tx.chain_id ? std::to_string(*tx.chain_id) : "0";
  text.group_id = names.group_id;
  text.nonce = U256(tx.nonce).to_quantity();
  text.to = tx.to ? to_hex0x(*tx.to) : "";
  text.value = tx.value.to_quantity();
  text.gas_limit = static_cast<std::int64_t>(tx.gas_limit);
  if (tx.type < 2) text.gas_price = tx.gas_price.to_quantity();
  else text.max_fee = tx.gas_price.to_quantity(), text.max_priority_fee = tx.max_priority_fee.to_quantity();
  text.signature = web3_signature(tx);
  return text;
}

void write_head(JsonWriter& json, const BlockHeader& header) {
  json.key("version").number(std::int64_t{header.version}).key("number").number(header.number);
  json.key("txsRoot").hex(header.transactions_root).key("receiptsRoot").hex(header.receipts_root);
  json.key("stateRoot").hex(header.state_root).key("gasUsed").text(std::to_string(header.gas_used));
  json.key("timestamp").number(header.timestamp_ms).key("sealer").number(header.sealer);
  json.key("extraData").hex(header.extra_data).key("consensusWeights").begin_array();
  for (const std::int64_t weight : header.weights) json.number(weight);
  json.end_array().key("sealerList").begin_array();
  for (const NodeId& node : header.sealer_list) json.hex(node);
  json.end_array().key("parentInfo").begin_array();
  if (header.number > 0)
    json.begin_object().key("blockNumber").number(header.number - 1).key("blockHash").hex(header.parent_hash).end_object();
  json.end_array();
}

}  // namespace

std::string checksum_address(Suite suite, const Address& address) {
  std::string text = to_hex(address);
  const Hash hash = hash_of(suite, as_bytes(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int nibble = hash.bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
    if (nibble >= 8 && text[i] >= 'a') text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return "0x" + text;
}

Proof proof_of(Suite suite, const std::vector<Hash>& leaves, std::size_t index) {
  Proof proof;
  for (const MerkleProofLevel& level : merkle_proof(suite, leaves, index)) {
    proof.push_back(fmt::format("{:08x}", level.nodes.size()));
    for (const Hash& node : level.nodes) proof.push_back(to_hex(node));
  }
  if (proof.empty()) proof.push_back(to_hex(leaves[index]));     // a single leaf is the root
  return proof;
}

void write_proof(JsonWriter& json, const Proof& proof) {
  json.begin_array();
  for (const std::string& item : proof) json.text(item);
  json.end_array();
}

void write_transaction(JsonWriter& json, const Transaction& tx, const GroupNames& names, const Proofs* proofs) {
  const WireText text = tx.kind == TransactionKind::native ? native_text(tx) : web3_text(tx, names);
  json.begin_object().key("version").number(std::int64_t{text.version}).key("hash").hex(tx.hash);
  json.key("type").number(std::int64_t{tx.kind == TransactionKind::web3});
  json.key("nonce").bare_hex(as_bytes(text.nonce)).key("blockLimit").number(text.block_limit);
  json.key("to").text(text.to).key("from").hex(tx.sender).key("input").hex(tx.input);
  json.key("importTime").number(text.import_time).key("chainID").text(text.chain_id).key("groupID").text(text.group_id);
  json.key("abi").text(text.abi).key("signature").hex(text.signature).key("extraData").text(text.extra_data);
  if (text.version >= 1) {
    json.key("value").text(text.value).key("gasPrice").text(text.gas_price).key("gasLimit").number(text.gas_limit);
    json.key("maxFeePerGas").text(text.max_fee).key("maxPriorityFeePerGas").text(text.max_priority_fee);
  }
  if (text.version >= 2) {
    json.key("extension").begin_array();
    for (const std::uint8_t byte : text.extension) json.number(std::int64_t{byte});
    json.end_array();
  }
  if (proofs) {
    write_proof(json.key("txProof"), proofs->transaction);
    json.key("transactionProof").begin_array().end_array();      // clients of the 2.x form look for it
  }
  json.end_object();
}

void write_receipt(JsonWriter& json, Suite suite, const Transaction& tx, const Receipt& receipt, const Proofs* proofs) {
  json.begin_object().key("version").number(std::int64_t{receipt.version});
  json.key("contractAddress").text(contract_address_text(receipt)).key("checksumContractAddress");
  json.text(receipt.contract_address ? checksum_address(suite, *receipt.contract_address) : "");
  json.key("gasUsed").text(std::to_string(receipt.gas_used)).key("status").number(std::int64_t{receipt.status});
  json.key("blockNumber").number(receipt.block_number).key("output").hex(receipt.output);
  json.key("message").text(receipt.message).key("transactionHash").hex(tx.hash);
  json.key("hash").hex(receipt_hash(suite, receipt)).key("logEntries").begin_array();
  for (const LogEntry& log : receipt.logs) {
    json.begin_object().key("address").bare_hex(log.address).key("topics").begin_array();
    for (const Hash& topic : log.topics) json.hex(topic);
    json.end_array().key("data").hex(log.data).end_object();
  }
  json.end_array().key("to").text(tx.to ? to_hex0x(*tx.to) : "").key("from").hex(tx.sender).key("input").hex(tx.input);
  if (receipt.version >= 1) json.key("effectiveGasPrice").text(receipt.effective_gas_price.to_quantity());
  if (proofs) {
    write_proof(json.key("receiptProof"), proofs->receipt);
    write_proof(json.key("txReceiptProof"), proofs->receipt);
    write_proof(json.key("transactionProof"), proofs->transaction);
  }
  json.end_object();
}

void write_block(JsonWriter& json, const port::BlockView& block, const GroupNames& names, BlockShape shape) {
  json.begin_object().key("hash").hex(block.hash);
  write_head(json, block.header);
  json.key("signatureList").begin_array();
  for (const IndexedSignature& each : block.header_signatures) {
    json.begin_object().key("sealerIndex").number(std::int64_t{each.node}).key("signature").hex(each.signature).end_object();
  }
  json.end_array();
  if (!shape.only_header) {
    json.key("transactions").begin_array();
    if (shape.only_hashes)
      for (const Hash& hash : block.transaction_hashes) json.hex(hash);
    else
      for (const Transaction& tx : block.transactions) write_transaction(json, tx, names, nullptr);
    json.end_array();
  }
  json.end_object();
}

}  // namespace hanse::rpc::fisco
