// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/block.hpp"

#include "base/hex.hpp"

namespace hanse {
namespace {

constexpr std::int32_t kReceiptWithGasPrice = 1;   // the first receipt version that hashes the effective gas price

// What the hash of a receipt covers.
void append_message(Bytes& bytes, const Receipt& receipt, std::string_view contract_address) {
  append_be(bytes, receipt.version);
  append(bytes, as_bytes(std::to_string(receipt.gas_used)));
  append(bytes, as_bytes(contract_address));
  append_be(bytes, receipt.status);
  append(bytes, receipt.output);
  if (receipt.version >= kReceiptWithGasPrice) append(bytes, as_bytes(receipt.effective_gas_price.to_quantity()));
  for (const LogEntry& log : receipt.logs) {
    append(bytes, as_bytes(to_hex(log.address)));
    for (const Hash& topic : log.topics) append(bytes, topic);
    append(bytes, log.data);
  }
  append_be(bytes, receipt.block_number);
}

}  // namespace

Hash header_hash(Suite suite, const BlockHeader& header) {
  Bytes bytes;
  bytes.reserve(512 + header.sealer_list.size() * (NodeId::kSize + 8) + header.extra_data.size());
  append_be(bytes, header.version);
  if (header.number > 0) {                         // genesis has no parent
    append_be(bytes, header.number - 1);
    append(bytes, header.parent_hash);
  }
  append(bytes, header.transactions_root);
  append(bytes, header.receipts_root);
  append(bytes, header.state_root);
  append_be(bytes, header.number);
  append(bytes, as_bytes(std::to_string(header.gas_used)));
  append_be(bytes, header.timestamp_ms);
  append_be(bytes, header.sealer);
  for (const NodeId& node : header.sealer_list) append(bytes, node);
  append(bytes, header.extra_data);
  for (const std::int64_t weight : header.weights) append_be(bytes, weight);
  return hash_of(suite, bytes);
}

std::string contract_address_text(const Receipt& receipt) {
  return receipt.contract_address ? to_hex0x(*receipt.contract_address) : std::string();
}

Hash receipt_hash(Suite suite, const Receipt& receipt) {
  return receipt_hash(suite, receipt, contract_address_text(receipt));
}

Hash receipt_hash(Suite suite, const Receipt& receipt, std::string_view contract_address) {
  Bytes message;
  append_message(message, receipt, contract_address);
  return hash_of(suite, message);
}

void receipt_hashes(Suite suite, std::span<const Receipt> receipts, std::span<Hash> hashes) {
  Messages messages;
  for (const Receipt& receipt : receipts) {
    append_message(messages.bytes, receipt, contract_address_text(receipt));
    messages.end_one();
  }
  hash_each(suite, messages, hashes);
}

}  // namespace hanse
