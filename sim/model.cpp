// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/model.hpp"

#include "base/check.hpp"
#include "sim/checksum.hpp"

namespace hanse::sim {

namespace {

constexpr std::size_t kEncodedSize = 4 + 7 * 8;

Checksum checksum_of(const ModelTransaction& tx) {
  Checksum sum(0x7a);
  sum.add(static_cast<std::uint64_t>(tx.kind) | static_cast<std::uint64_t>(tx.operation) << 8 |
          static_cast<std::uint64_t>(tx.from) << 16 | static_cast<std::uint64_t>(tx.to) << 24);
  return sum.add(tx.nonce)
      .add(static_cast<std::uint64_t>(tx.block_limit))
      .add(tx.gas_limit)
      .add(tx.gas)
      .add(tx.amount)
      .add(tx.target);
}
std::uint64_t signature_of(const ModelTransaction& tx) { return checksum_of(tx).add(tx.from * 0x51ull + 77).word(); }
Hash hash_of(const ModelTransaction& tx) { return checksum_of(tx).add(tx.signature).hash(); }

std::uint8_t run_one(ModelState& state, const ModelTransaction& tx, Epoch epochs) {
  Account& sender = state.accounts[tx.from];
  if (tx.kind == TransactionKind::web3) {
    if (tx.nonce != sender.nonce) return 1;
    ++sender.nonce;
  }
  if (tx.operation == Operation::reconfigure) {
    if (tx.target != state.epoch + 1 || tx.target >= epochs) return 2;
    state.epoch = tx.target;
    return 0;
  }
  if (sender.balance < tx.amount) return 3;
  sender.balance -= tx.amount;
  state.accounts[tx.to].balance += tx.amount;
  return 0;
}

Hash header_of(const Outcome& block, const Hash& parent_header, const GroupConfig& config) {
  Checksum sum(0x8ead);
  sum.add(BytesView(parent_header)).add(BytesView(block.proposal)).add(block.state.receipts);
  sum.add(block.state.epoch).add(config.sealers.size()).add(block.summary.not_run.size());
  for (const Account& account : block.state.accounts) sum.add(account.balance).add(account.nonce);
  return sum.hash();
}

}  // namespace

void seal_transaction(ModelTransaction& tx) {
  tx.signature = signature_of(tx);
  tx.hash = hash_of(tx);
}

EncodedTransaction encode(const ModelTransaction& tx) {
  EncodedTransaction out{tx.kind, {}};
  out.bytes.reserve(kEncodedSize);
  for (std::uint8_t byte :
       {static_cast<std::uint8_t>(tx.kind), static_cast<std::uint8_t>(tx.operation), tx.from, tx.to})
    out.bytes.push_back(byte);
  for (std::uint64_t word : {tx.nonce, static_cast<std::uint64_t>(tx.block_limit), tx.gas_limit, tx.gas, tx.amount,
                             static_cast<std::uint64_t>(tx.target), tx.signature})
    append_be(out.bytes, word);
  return out;
}

std::optional<ModelTransaction> decode(const EncodedTransaction& encoded) {
  const Bytes& in = encoded.bytes;
  if (in.size() != kEncodedSize || in[0] != static_cast<std::uint8_t>(encoded.kind) || in[1] > 1) return std::nullopt;
  if (in[2] >= kAccounts || in[3] >= kAccounts) return std::nullopt;
  ModelTransaction tx{encoded.kind, static_cast<Operation>(in[1]), in[2], in[3]};
  std::uint64_t words[7];
  for (int i = 0; i < 7; ++i) words[i] = read_be<std::uint64_t>(in.data() + 4 + 8 * i);
  tx.nonce = words[0], tx.block_limit = static_cast<BlockNumber>(words[1]), tx.gas_limit = words[2], tx.gas = words[3];
  tx.amount = words[4], tx.target = words[5], tx.signature = words[6];
  if (tx.signature != signature_of(tx) || tx.gas > tx.gas_limit) return std::nullopt;
  tx.hash = hash_of(tx);
  return tx;
}

Hash nonce_key_of(const ModelTransaction& tx) { return Checksum(0x40).add(tx.nonce).hash(); }

Address address_of(std::uint8_t account) {
  Address out;
  out.bytes[0] = static_cast<std::uint8_t>(0xa0 + account);
  out.bytes[19] = account;
  return out;
}

Outcome genesis_outcome(const Configs& configs) {
  Outcome genesis;
  for (Account& account : genesis.state.accounts) account.balance = 1'000;
  genesis.proposal = genesis.header = header_of(genesis, {}, *configs.front());
  genesis.summary.proposal = genesis.proposal, genesis.summary.header = genesis.header;
  return genesis;
}

std::vector<Hash> hashes_of(const Proposal& proposal) {
  std::vector<Hash> out;
  for (std::size_t at = 0; at + 32 <= proposal.payload.size(); at += 32)
    out.push_back(Hash::of(BytesView(proposal.payload).subspan(at, 32)));
  return out;
}

Outcome execute(const Configs& configs, const Outcome& parent, const Proposal& proposal, const Hash& proposal_hash,
                std::span<const ModelTransaction> transactions) {
  CHECK(proposal.head.number == parent.number + 1);
  Outcome out;
  out.number = proposal.head.number, out.proposal = proposal_hash, out.state = parent.state;
  const GroupConfig& config = *configs[parent.state.epoch];
  std::array<bool, kAccounts> touched{};
  std::size_t at = 0;
  for (; at < transactions.size(); ++at) {
    const ModelTransaction& tx = transactions[at];
    if (at > 0 && out.summary.gas_used + tx.gas > config.block_gas_limit) break;
    out.summary.gas_used += tx.gas;
    // One configuration change a block: the epoch goes up by one.
    const Epoch epochs = out.state.epoch == parent.state.epoch ? configs.size() : 0;
    const std::uint8_t status = run_one(out.state, tx, epochs);
    out.state.receipts = Checksum(out.state.receipts).add(BytesView(tx.hash)).add(status).word();
    out.run.push_back(tx.hash);
    if (tx.kind == TransactionKind::native) out.nonce_keys.push_back(nonce_key_of(tx));
    else touched[tx.from] = true;
    if (tx.kind == TransactionKind::web3 && status != 1)
      out.web3_nonces_used.emplace_back(address_of(tx.from), tx.nonce);
  }
  for (; at < transactions.size(); ++at) out.summary.not_run.push_back(transactions[at].hash);
  for (std::uint8_t account = 0; account < kAccounts; ++account)
    if (touched[account]) out.summary.nonces.emplace_back(address_of(account), out.state.accounts[account].nonce);
  out.ends_epoch = out.state.epoch != parent.state.epoch;
  if (out.ends_epoch) out.summary.next_config = *configs[out.state.epoch];
  out.summary.proposal = proposal_hash;
  out.summary.nonce_keys = out.nonce_keys;
  out.summary.header = out.header = header_of(out, parent.header, *configs[out.state.epoch]);
  return out;
}

}  // namespace hanse::sim
