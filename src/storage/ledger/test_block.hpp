// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Blocks for tests of the ledger.
#pragma once

#include <gtest/gtest.h>

#include "codec/tars.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::ledger {

template <std::size_t N>
FixedBytes<N> named(std::uint64_t name) {
  Bytes bytes(N);
  for (int i = 0; i < 8; ++i) bytes[N - 1 - static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(name >> (8 * i));
  return FixedBytes<N>::of(bytes);
}
inline Hash hash(std::uint64_t name) { return named<32>(name); }
inline Address address(std::uint64_t name) { return named<20>(name); }

inline Genesis genesis_of(std::uint64_t balance = 7) {
  Genesis genesis;
  const SecretKey secret = named<32>(1);
  genesis.config.sealers.push_back({KeyPair::from_secret(Suite::standard, secret)->public_key, 1});
  genesis.timestamp_ms = 1'700'000'000'000;
  genesis.balances[address(1)] = U256(balance);
  return genesis;
}

// A block of three transactions, the second of which was not run; its state row 0x01 says its number.
struct TestBlock {
  explicit TestBlock(BlockNumber number) {
    const auto base = static_cast<std::uint64_t>(number) * 10;
    for (std::uint64_t i = 0; i < 3; ++i) {
      Transaction tx;
      tx.kind = i == 2 ? TransactionKind::native : TransactionKind::web3;
      tx.hash = hash(base + i);
      tx.identity = i == 2 ? hash(7000 + base + i) : tx.hash;
      tx.sender = address(i + 1);
      tx.nonce_text = fmt::format("nonce{}", base + i);
      tx.encoded = to_bytes(fmt::format("transaction {}", base + i));
      proposal.payload.insert(proposal.payload.end(), tx.identity.bytes.begin(), tx.identity.bytes.end());
      bodies.push_back(tx);
    }
    for (const Transaction& tx : bodies) transactions.push_back(&tx);
    proposal.head.number = number;
    for (std::uint32_t i = 0; i < 2; ++i) {
      Receipt receipt;
      receipt.status = i == 0 ? 0 : 16;
      receipt.block_number = number;
      receipt.transaction_index = i;
      receipt.first_log_index = i;
      receipt.logs.push_back({address(base + i), {hash(100), hash(base)}, to_bytes("data")});
      receipts.push_back(receipt);
    }
    header.number = number;
    header.timestamp_ms = number * 1000;
    header.extra_data = tars::encode(HeaderExtra{0, 0, 0, {}, {}, {1}});
    certificate.number = number;
    diff.put(Bytes{0x01}, as_bytes(std::to_string(number)));
    if (number > 1) diff.erase(Bytes{0x02, static_cast<std::uint8_t>(number - 1)});
    diff.put(Bytes{0x02, static_cast<std::uint8_t>(number)}, as_bytes("kept"));
  }

  void add_to(Ledger& ledger, kv::WriteBatch& batch) const {
    ledger.add(batch, {header, header_hash, proposal, proposal_hash, certificate, transactions, run, receipts, diff, next_config});
  }
  void append_to(Ledger& ledger, bool sync = true) const {
    kv::WriteBatch batch;
    add_to(ledger, batch);
    ASSERT_TRUE(ledger.write(batch, sync));
    ledger.publish();
  }

  BlockHeader header;
  Hash header_hash = hash(5000 + static_cast<std::uint64_t>(header.number));
  Proposal proposal;
  Hash proposal_hash = hash(6000);
  Certificate certificate;
  std::vector<Transaction> bodies;
  std::vector<const Transaction*> transactions;
  std::vector<std::uint32_t> run{0, 2};
  std::vector<Receipt> receipts;
  state::StateDiff diff;
  std::optional<GroupConfig> next_config;
};

}  // namespace hanse::ledger
