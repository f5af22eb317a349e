// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The hot paths: every node decodes every transaction once, and encodes and decodes every block.
#include <benchmark/benchmark.h>

#include "codec/tars.hpp"
#include "protocol/block.hpp"
#include "protocol/native_transaction.hpp"
#include "protocol/web3_transaction.hpp"

namespace hanse {
namespace {

KeyPair key() { return KeyPair::from_secret(Suite::standard, SecretKey::of(Bytes(32, 0x11))).value(); }

EncodedTransaction transfer(TransactionKind kind) {
  Transaction tx;
  tx.kind = kind;
  tx.type = kind == TransactionKind::web3 ? 2 : 1;
  tx.nonce_text = "12345678901234567890", tx.block_limit = 600;
  tx.to = Address::of(Bytes(20, 0x35));
  tx.gas_limit = 100'000, tx.gas_price = 1, tx.chain_id = 20200;
  tx.input = Bytes(68, 0xab);
  if (kind == TransactionKind::web3) return {kind, sign_web3_transaction(key(), tx)};
  return {kind, sign_native_transaction(key(), tx, "chain0", "group0")};
}

void decode(benchmark::State& state, TransactionKind kind) {
  const EncodedTransaction tx = transfer(kind);
  for (auto _ : state) benchmark::DoNotOptimize(decode_transaction(Suite::standard, kind, tx.bytes));
}
BENCHMARK_CAPTURE(decode, web3, TransactionKind::web3);
BENCHMARK_CAPTURE(decode, native, TransactionKind::native);

void parse_native(benchmark::State& state) {   // without hash and signature
  const EncodedTransaction tx = transfer(TransactionKind::native);
  for (auto _ : state) benchmark::DoNotOptimize(tars::decode<native::Transaction>(tx.bytes));
}
BENCHMARK(parse_native);

void parse_web3(benchmark::State& state) {
  const EncodedTransaction tx = transfer(TransactionKind::web3);
  for (auto _ : state) benchmark::DoNotOptimize(web3_signature_of(tx.bytes));
}
BENCHMARK(parse_web3);

CertifiedBlock block_of(std::size_t count) {
  CertifiedBlock block;
  block.proposal.payload = Bytes(32 * count, 1);
  block.transactions.assign(count, transfer(TransactionKind::web3));
  return block;
}

void encode_block(benchmark::State& state) {   // of 1000 transactions
  const CertifiedBlock block = block_of(1000);
  for (auto _ : state) benchmark::DoNotOptimize(tars::encode(block));
}
BENCHMARK(encode_block);

void decode_block(benchmark::State& state) {
  const Bytes encoded = tars::encode(block_of(1000));
  for (auto _ : state) benchmark::DoNotOptimize(tars::decode<CertifiedBlock>(encoded));
}
BENCHMARK(decode_block);

void hash_receipt(benchmark::State& state) {
  Receipt receipt;
  receipt.logs = {{Address{}, std::vector<Hash>(3), Bytes(32)}};
  for (auto _ : state) benchmark::DoNotOptimize(receipt_hash(Suite::standard, receipt));
}
BENCHMARK(hash_receipt);

void hash_proposal(benchmark::State& state) {
  const ProposalHead head;
  for (auto _ : state) benchmark::DoNotOptimize(proposal_hash(Suite::standard, "chain0", "group0", head));
}
BENCHMARK(hash_proposal);

}  // namespace
}  // namespace hanse
