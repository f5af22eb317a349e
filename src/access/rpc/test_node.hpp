// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A node of two blocks for the tests of the façades: a service of the node port over data that stands here. Genesis, and
// block 1 with one EIP-1559 transaction, a native one, and a log each.
#pragma once

#include <map>

#include "access/rpc/server.hpp"
#include "base/check.hpp"
#include "base/hex.hpp"

namespace hanse::rpc {

inline SecretKey test_secret() {
  return *fixed_from_hex<32>("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
}
inline Address test_address(std::uint8_t last) {
  Address address;
  address.bytes[0] = 0xaa, address.bytes[19] = last;
  return address;
}

class TestNode {
 public:
  explicit TestNode(Suite suite = Suite::standard) : key_(*KeyPair::from_secret(suite, test_secret())) {
    config_.suite = suite;
    config_.sealers = {{key_.public_key, 1}};
    if (suite == Suite::standard) transactions_.push_back(web3_transaction());
    transactions_.push_back(native_transaction());
    for (std::size_t i = 0; i < transactions_.size(); ++i) receipts_.push_back(receipt_of(i));
    genesis_.header = header_of(0);
    genesis_.hash = header_hash(suite, genesis_.header);
    block_.header = header_of(1);
    block_.header.parent_hash = genesis_.hash;
    block_.hash = header_hash(suite, block_.header);
    block_.size = 777;
    for (const Transaction& tx : transactions_) block_.transaction_hashes.push_back(tx.hash);
  }

  const Transaction& transaction(std::size_t i) const { return transactions_[i]; }
  const Receipt& receipt(std::size_t i) const { return receipts_[i]; }
  const port::BlockView& block() const { return block_; }
  const KeyPair& key() const { return key_; }

  // What the next answers are.
  port::CallContract::Reply call_result{.output = {0x2a}, .block = 1};
  std::optional<Error> submit_error;
  std::optional<Error> estimate_error;
  BlockNumber head_number = 1;
  BlockNumber head_moves_to = 1;                  // after a state query: a block was decided meanwhile
  bool syncing = false;
  std::string halt_reason;                       // empty: it goes on
  bool pending = false;                           // transactions wait in the pool,
  bool decided_later = false;                     // and are decided for who waits

  // What it was asked.
  port::CallContract called;
  port::GetLogs logs_asked;
  EncodedTransaction submitted;

  template <class R> using ReplyTo = port::ReplyTo<R>;
  void handle(port::SubmitTransaction request, ReplyTo<port::SubmitTransaction> reply) {
    submitted = request.transaction;
    if (submit_error) return reply(std::unexpected(*submit_error));
    const auto tx = decode_transaction(config_.suite, request.transaction.kind, request.transaction.bytes);
    if (!tx) return reply(std::unexpected(tx.error()));
    reply(tx->hash);
  }
  void handle(port::WaitReceipt request, ReplyTo<port::WaitReceipt> reply) {
    if (pending && !decided_later) return reply(fail(Code::timeout, "not decided in time"));
    view(request.hash, true, std::move(reply));
  }
  void handle(port::GetTransaction request, ReplyTo<port::GetTransaction> reply) { view(request.hash, !pending, std::move(reply)); }
  void handle(port::GetBlock request, ReplyTo<port::GetBlock> reply) {
    const port::BlockView* found = find(request.block);
    if (!found) return reply(fail(Code::not_found, "no such block"));
    port::BlockView block = *found;
    if (request.with_transactions && found == &block_) block.transactions = transactions_;
    reply(std::move(block));
  }
  void handle(port::GetBlockReceipts request, ReplyTo<port::GetBlockReceipts> reply) {
    const port::BlockView* found = find(request.block);
    if (!found) return reply(fail(Code::not_found, "no such block"));
    reply(found == &block_ ? receipts_ : std::vector<Receipt>());
  }
  void handle(port::GetHead, ReplyTo<port::GetHead> reply) { reply(port::GetHead::Reply{head_number, block_.hash, 1'700'000'001'500}); }
  void handle(port::CallContract request, ReplyTo<port::CallContract> reply) {
    called = request, head_number = head_moves_to;
    reply(call_result);
  }
  void handle(port::EstimateGas request, ReplyTo<port::EstimateGas> reply) {
    called = request.call;
    if (estimate_error) return reply(std::unexpected(*estimate_error));
    reply(std::uint64_t{21'000});
  }
  void handle(port::GetAccount, ReplyTo<port::GetAccount> reply) {
    head_number = head_moves_to;
    U256 balance(10'000);
    CHECK(multiply_by(balance, 1'000'000'000'000'000'000));
    reply(port::GetAccount::Reply{balance, 5, 7, {0x60, 0x00}, "[]"});
  }
  void handle(port::GetStorage request, ReplyTo<port::GetStorage> reply) { reply(request.slot); }
  void handle(port::GetLogs request, ReplyTo<port::GetLogs> reply) {
    logs_asked = request;
    if (request.first > 1) return reply(port::GetLogs::Reply{});
    port::GetLogs::Entry entry{receipts_[0].logs[0], 1, block_.hash, transactions_[0].hash, 0, 0, block_.header.timestamp_ms};
    reply(port::GetLogs::Reply{entry});
  }
  void handle(port::GetGroupInfo, ReplyTo<port::GetGroupInfo> reply) {
    reply(port::GetGroupInfo::Reply{config_, "genesis text", key_.public_key, "node0"});
  }
  void handle(port::GetStatus, ReplyTo<port::GetStatus> reply) {
    port::GetStatus::Reply status{.number = 1, .block_hash = block_.hash, .view = 3, .self = NodeIndex{0}, .peers = 2};
    status.halted = !halt_reason.empty(), status.halt_reason = halt_reason;
    status.pending = 4, status.syncing = syncing, status.highest_known = syncing ? 12 : 1, status.transaction_count = 2;
    reply(std::move(status));
  }

 private:
  Transaction signed_again(const Transaction& tx) {
    const Bytes encoded = tx.kind == TransactionKind::web3
                              ? sign_web3_transaction(key_, tx)
                              : sign_native_transaction(key_, tx, config_.chain_id, config_.group_id);
    return *decode_transaction(config_.suite, tx.kind, encoded);
  }
  Transaction web3_transaction() {
    Transaction tx{.kind = TransactionKind::web3, .type = 2, .to = test_address(1), .nonce = 5, .value = U256(1'000)};
    tx.gas_limit = 50'000, tx.gas_price = U256(9), tx.max_priority_fee = U256(2), tx.chain_id = 20'200;
    tx.input = {0xde, 0xad};
    tx.access_list = {{test_address(2), {Hash{}}}};
    return signed_again(tx);
  }
  Transaction native_transaction() {
    Transaction tx{.kind = TransactionKind::native, .type = 1};
    tx.nonce_text = "123456789", tx.block_limit = 500, tx.input = {0x60, 0x01}, tx.abi = "[]";
    return signed_again(tx);
  }
  Receipt receipt_of(std::size_t i) {
    Receipt receipt{.version = 1, .gas_used = 30'000, .cumulative_gas_used = 30'000 * (i + 1)};
    if (!transactions_[i].to) receipt.contract_address = test_address(9);
    Hash topic;
    topic.bytes[31] = 7;
    receipt.logs = {{test_address(1), {topic}, {0x01, 0x02}}};
    receipt.block_number = 1, receipt.transaction_index = static_cast<std::uint32_t>(i);
    receipt.first_log_index = static_cast<std::uint32_t>(i), receipt.effective_gas_price = U256(3);
    return receipt;
  }
  BlockHeader header_of(BlockNumber number) {
    BlockHeader header{.number = number, .gas_used = number == 0 ? 0u : 60'000u, .timestamp_ms = 1'700'000'000'500 + number * 1'000};
    header.sealer_list = {key_.public_key}, header.weights = {1}, header.extra_data = {0x01};
    return header;
  }
  const port::BlockView* find(const port::BlockRef& block) const {
    if (const auto* hash = std::get_if<Hash>(&block)) return *hash == block_.hash ? &block_ : *hash == genesis_.hash ? &genesis_ : nullptr;
    if (const auto* number = std::get_if<BlockNumber>(&block)) return *number == 1 ? &block_ : *number == 0 ? &genesis_ : nullptr;
    return &block_;
  }
  void view(const Hash& hash, bool decided, port::ReplyTo<port::GetTransaction> reply) {
    for (std::size_t i = 0; i < transactions_.size(); ++i) {
      if (transactions_[i].hash != hash) continue;
      if (!decided) return reply(port::TransactionView{transactions_[i], {}, {}, 0});
      return reply(port::TransactionView{transactions_[i], receipts_[i], block_.hash, block_.header.timestamp_ms});
    }
    reply(fail(Code::not_found, "no such transaction"));
  }

  KeyPair key_;
  GroupConfig config_;
  std::vector<Transaction> transactions_;
  std::vector<Receipt> receipts_;
  port::BlockView genesis_, block_;
};

}  // namespace hanse::rpc
