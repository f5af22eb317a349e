// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/replay.hpp"

#include "base/hex.hpp"
#include "codec/tars.hpp"
#include "computing/executor/execute_block.hpp"
#include "scheduling/consensus/pbft/messages.hpp"

namespace hanse::whole {

Replay::Replay(const Genesis& genesis, Violations& violations, Probes& probes) : violations_(violations), probes_(probes) {
  auto store = kv::open_memory();
  rows_ = store.get();
  ledger_ = std::move(*ledger::Ledger::open(std::move(store), genesis));
  view_ = ledger_->view();
}

void Replay::run(const ledger::LedgerView& chain, BlockNumber number) {
  const GroupConfig& config = view_->config();
  const auto block = chain.certified_block(number);
  const auto proposal = chain.proposal(number);
  if (!block || !proposal) return violations_.add("readable", "block {}: {}", number, block ? proposal.error().text : block.error().text);
  std::vector<Transaction> decoded;
  for (const EncodedTransaction& encoded : block->transactions) {
    auto tx = decode_transaction(config.suite, encoded);
    if (!tx) return violations_.add("valid", "block {} holds a transaction that nobody signed: {}", number, tx.error().text);
    decoded.push_back(std::move(*tx));
  }
  std::vector<const Transaction*> transactions;
  for (const Transaction& tx : decoded) transactions.push_back(&tx);

  const Hash hash = proposal_hash(config.suite, config.chain_id, config.group_id, proposal->head);
  executor::BlockContext context{&config, proposal->head, hash, view_->head().header,
                                 [this](BlockNumber n) { return view_->header_hash(n).value_or(Hash{}); }};
  const auto executed = executor::execute_block(context, transactions, *view_);
  CHECK(executed.has_value());
  const Certificate& certificate = block->certificate;
  if (certificate.header != executed->header_hash || certificate.proposal != hash ||
      chain.header_hash(number).value() != executed->header_hash)
    return violations_.add("serial execution", "block {} has another header than a serial execution gives", number);
  check_certificate(certificate);
  for (std::size_t i = 0; i < executed->run.size(); ++i) check_once(decoded[executed->run[i]], executed->receipts[i]);
  probes_.hit(Probe::view_changed, certificate.view > 0);
  for (const Receipt& receipt : executed->receipts) probes_.hit(Probe::contract_run, receipt.status == 0 && receipt.gas_used > 30'000);

  kv::WriteBatch batch;
  ledger_->add(batch, {executed->header, executed->header_hash, *proposal, hash, certificate, transactions, executed->run,
                       executed->receipts, *executed->diff, executed->next_config});
  CHECK(ledger_->write(batch, false).has_value());
  ledger_->publish();
  view_ = ledger_->view();
}

void Replay::check_certificate(const Certificate& certificate) {
  const GroupConfig& config = view_->config();
  const pbft::GroupName name{config.suite, config.chain_id, config.group_id};
  const Hash digest = pbft::commit_digest(name, {certificate.epoch, certificate.view, certificate.number,
                                                 certificate.proposal, certificate.header});
  std::set<NodeIndex> signers;
  Weight signed_by = 0, all = 0;
  for (const Sealer& sealer : config.sealers) all += sealer.weight;
  for (const IndexedSignature& one : certificate.signatures)
    if (one.node < config.sealers.size() && signers.insert(one.node).second &&
        verify(config.suite, config.sealers[one.node].node, digest, one.signature))
      signed_by += config.sealers[one.node].weight;
  if (signed_by < all - (all - 1) / 3)
    violations_.add("certificate", "block {} is certified by {} of {}", certificate.number, signed_by, all);
}

// One whose nonce was used meanwhile, or that cannot pay, has a receipt that says so, uses no gas and no nonce.
void Replay::check_once(const Transaction& tx, const Receipt& receipt) {
  const BlockNumber number = receipt.block_number;
  if (!identities_.insert(tx.identity).second)
    violations_.add("exactly once", "{} runs again in block {}", to_hex(tx.hash).substr(0, 8), number);
  if (tx.kind == TransactionKind::web3) {
    if (receipt.gas_used > 0 && !nonces_.emplace(tx.sender, tx.nonce).second)
      violations_.add("exactly once", "nonce {} of a sender runs again in block {}", tx.nonce, number);
    return;
  }
  const auto [at, is_new] = native_nonces_.try_emplace(tx.nonce_text, number);
  if (!is_new && at->second > number - static_cast<BlockNumber>(view_->config().block_limit_span))
    violations_.add("exactly once", "the native nonce \"{}\" runs again in block {}", tx.nonce_text, number);
  at->second = number;
  if (tx.block_limit < number) violations_.add("block limit", "a transaction runs in block {} after its limit", number);
}

}  // namespace hanse::whole
