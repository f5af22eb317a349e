// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Blocks, transactions and receipts in the JSON shapes of FISCO BCOS 3: most numbers are integers, gas used is decimal
// text, times are milliseconds, addresses in logs have no 0x. What is hashed stands in exactly the text that was hashed.
#pragma once

#include "codec/json_writer.hpp"
#include "protocol/block.hpp"
#include "protocol/ports/node_port.hpp"

namespace hanse::rpc::fisco {

// Proofs are flat lists of hex: for each level the count of its nodes as 8 digits, then the nodes (docs/WIRE.md).
using Proof = std::vector<std::string>;
Proof proof_of(Suite suite, const std::vector<Hash>& leaves, std::size_t index);
void write_proof(JsonWriter& json, const Proof& proof);

struct Proofs {
  Proof transaction, receipt;
};

// `chain_id` and `group_id` are the group's, for a web3 transaction, which names neither.
struct GroupNames {
  std::string chain_id, group_id;
};

void write_transaction(JsonWriter& json, const Transaction& tx, const GroupNames& names, const Proofs* proofs);
void write_receipt(JsonWriter& json, Suite suite, const Transaction& tx, const Receipt& receipt, const Proofs* proofs);

struct BlockShape {
  bool only_header = true, only_hashes = true;
};
void write_block(JsonWriter& json, const port::BlockView& block, const GroupNames& names, BlockShape shape);

std::string checksum_address(Suite suite, const Address& address);   // EIP-55 with the group's hash, "0x…"

}  // namespace hanse::rpc::fisco
