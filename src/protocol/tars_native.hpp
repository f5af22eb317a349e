// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// FISCO BCOS values as their clients encode them: tars structs, tags as in their definitions (docs/WIRE.md §2.2).
// Transactions borrow from the bytes that they were decoded from: a node decodes each once, and copies once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/tars.hpp"

namespace hanse::native {

struct TransactionData {
  std::int32_t version = 0;
  std::string_view chain_id, group_id;
  std::int64_t block_limit = 0;
  std::string_view nonce, to;
  BytesView input;
  std::string_view abi, value, gas_price;
  std::int64_t gas_limit = 0;
  std::string_view max_fee, max_priority_fee;
  BytesView extension;
  static void fields(auto& self, auto&& field) {
    field(1, tars::required(self.version)), field(2, self.chain_id), field(3, self.group_id);
    field(4, self.block_limit), field(5, self.nonce), field(6, self.to), field(7, self.input), field(8, self.abi);
    field(9, self.value), field(10, self.gas_price), field(11, self.gas_limit), field(12, self.max_fee);
    field(13, self.max_priority_fee), field(14, self.extension);
  }
};

struct Transaction {
  TransactionData data;
  BytesView data_hash, signature;
  std::int64_t import_time = 0;
  std::int32_t attribute = 0;
  BytesView sender;
  std::string_view extra_data;
  std::uint8_t type = 0;
  BytesView extra_bytes, extra_hash;
  static void fields(auto& self, auto&& field) {
    field(1, self.data), field(2, self.data_hash), field(3, self.signature), field(4, self.import_time);
    field(5, self.attribute), field(7, self.sender), field(8, self.extra_data), field(9, self.type);
    field(10, self.extra_bytes), field(11, self.extra_hash);
  }
};

struct LogEntry {
  std::string address;
  std::vector<Bytes> topics;
  Bytes data;
  static void fields(auto& self, auto&& field) { field(1, self.address), field(2, self.topics), field(3, self.data); }
};

struct ReceiptData {
  std::int32_t version = 0;
  std::string gas_used, contract_address;
  std::int32_t status = 0;
  Bytes output;
  std::vector<LogEntry> logs;
  std::int64_t block_number = 0;
  std::string effective_gas_price;
  static void fields(auto& self, auto&& field) {
    field(1, tars::required(self.version)), field(2, self.gas_used), field(3, self.contract_address);
    field(4, self.status), field(5, self.output), field(6, self.logs), field(7, self.block_number);
    field(8, self.effective_gas_price);
  }
};

struct Receipt {
  ReceiptData data;
  Bytes data_hash;
  std::string message, cumulative_gas_used;
  Bytes logs_bloom;
  std::uint32_t transaction_index = 0, log_index = 0;
  static void fields(auto& self, auto&& field) {
    field(1, self.data), field(2, self.data_hash), field(3, self.message), field(4, self.cumulative_gas_used);
    field(5, self.logs_bloom), field(6, self.transaction_index), field(7, self.log_index);
  }
};

struct ParentInfo {
  std::int64_t number = 0;
  Bytes hash;
  static void fields(auto& self, auto&& field) { field(1, self.number), field(2, self.hash); }
};

struct SealerSignature {
  std::int64_t sealer = 0;
  Bytes signature;
  static void fields(auto& self, auto&& field) { field(1, self.sealer), field(2, self.signature); }
};

struct BlockHeaderData {
  std::int32_t version = 0;
  std::vector<ParentInfo> parents;
  Bytes transactions_root, receipts_root, state_root;
  std::int64_t number = 0;
  std::string gas_used;
  std::int64_t timestamp_ms = 0;
  std::int64_t sealer = 0;
  std::vector<Bytes> sealer_list;
  Bytes extra_data;
  std::vector<std::int64_t> weights;
  static void fields(auto& self, auto&& field) {
    field(2, self.version), field(3, self.parents), field(4, self.transactions_root), field(5, self.receipts_root);
    field(6, self.state_root), field(7, self.number), field(8, self.gas_used), field(9, self.timestamp_ms);
    field(10, self.sealer), field(11, self.sealer_list), field(12, self.extra_data), field(13, self.weights);
  }
};

struct BlockHeader {
  BlockHeaderData data;
  Bytes data_hash;
  std::vector<SealerSignature> signatures;
  static void fields(auto& self, auto&& field) {
    field(1, self.data), field(2, self.data_hash), field(3, self.signatures);
  }
};

struct TransactionMetaData {
  Bytes hash;
  std::string to, source;
  std::uint32_t attribute = 0;
  static void fields(auto& self, auto&& field) {
    field(1, self.hash), field(2, self.to), field(3, self.source), field(4, self.attribute);
  }
};

struct Block {
  std::int32_t version = 0, type = 0;            // type 1: whole, 2: with hashes
  BlockHeader header;
  std::vector<Transaction> transactions;
  std::vector<Receipt> receipts;
  std::vector<TransactionMetaData> transaction_meta;
  std::vector<Bytes> receipt_hashes;
  std::vector<std::string> nonces;
  std::vector<Bytes> transaction_merkle, receipt_merkle;
  Bytes logs_bloom;
  static void fields(auto& self, auto&& field) {
    field(1, self.version), field(2, self.type), field(3, self.header), field(4, self.transactions);
    field(5, self.receipts), field(6, self.transaction_meta), field(7, self.receipt_hashes), field(8, self.nonces);
    field(9, self.transaction_merkle), field(10, self.receipt_merkle), field(11, self.logs_bloom);
  }
};

}  // namespace hanse::native
