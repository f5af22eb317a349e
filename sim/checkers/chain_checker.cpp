// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/checkers/chain_checker.hpp"

#include "sim/host.hpp"

namespace hanse::sim {

void ChainChecker::decided_by_votes(const ProposalHead& head, const Hash& proposal, const Hash& header, View view) {
  decide({head, proposal, header}, fmt::format("by Commits of e{} v{}", head.epoch, view));
}

void ChainChecker::decide(const Decision& decision, const std::string& where) {
  const BlockNumber number = decision.head.number;
  const auto [at, first] = decisions_.try_emplace(number, decision);
  if (!first) {
    if (at->second.proposal != decision.proposal || at->second.header != decision.header)
      known_.violate("agreement", "n{} is decided as {} (epoch {}) and, {}, as {} (epoch {})", number,
                     brief(at->second.proposal), at->second.head.epoch, where, brief(decision.proposal),
                     decision.head.epoch);
    return;
  }
  const auto below = decisions_.find(number - 1), above = decisions_.find(number + 1);
  if (below != decisions_.end() && below->second.proposal != decision.head.parent)
    known_.violate("parent-chain", "n{} is decided {} on parent {}, but n{} is {}", number, where,
                   brief(decision.head.parent), number - 1, brief(below->second.proposal));
  if (above != decisions_.end() && above->second.head.parent != decision.proposal)
    known_.violate("parent-chain", "n{} is decided {} as {}, but n{} has parent {}", number, where,
                   brief(decision.proposal), number + 1, brief(above->second.head.parent));
  if (number - 1 <= known_.reference_head() && known_.reference(number - 1).state.epoch != decision.head.epoch)
    known_.violate("epoch-end", "n{} is decided {} in epoch {}, but the chain is in epoch {} there", number, where,
                   decision.head.epoch, known_.reference(number - 1).state.epoch);
}

bool ChainChecker::on_append(const Host& host, const LedgerBlock& block) {
  const ProposalHead& head = block.proposal.head;
  const BlockNumber number = head.number;
  if (number > known_.reference_head() + 1 || number < 1) {
    known_.violate("no-gaps", "n{} appends n{}, the chain ends at n{}", host.node(), number, known_.reference_head());
    return false;
  }
  const Outcome& parent = known_.reference(number - 1);
  if (head.parent != parent.proposal)
    known_.violate("parent-chain", "n{} appends n{} on another parent", host.node(), number);
  if (payload_hash_of(known_.group_name().suite, block.proposal.payload) != head.payload_hash)
    known_.violate("proposal-hash", "n{} appends n{} with a payload that its head does not name", host.node(), number);
  certificate_is_right(host, block, parent.state.epoch);
  if (block.outcome->header != block.certificate.header)
    known_.violate("serial-execution", "n{} appends n{} with another header than was certified", host.node(), number);
  decide({head, block.certificate.proposal, block.certificate.header}, fmt::format("appended by n{}", host.node()));
  if (number <= known_.reference_head()) {
    if (known_.reference(number).header != block.outcome->header)
      known_.violate("serial-execution", "n{} appends n{} with another result than the reference", host.node(), number);
    return false;
  }
  extend(block);
  return true;
}

void ChainChecker::certificate_is_right(const Host& host, const LedgerBlock& block, Epoch epoch) {
  const Certificate& proof = block.certificate;
  const auto wrong = [&](const std::string& text) {
    known_.violate("certificate", "n{} appends n{}: {}", host.node(), block.proposal.head.number, text);
  };
  if (proof.epoch != epoch || block.proposal.head.epoch != epoch)
    return known_.violate("epoch-end",
                          "n{} appends n{} of epoch {} with a certificate of epoch {}; the chain is in epoch {}",
                          host.node(), block.proposal.head.number, block.proposal.head.epoch, proof.epoch, epoch);
  if (proof.number != block.proposal.head.number || proof.proposal != known_.hash_of(block.proposal.head))
    return wrong("it certifies something else");
  const Hash digest =
      pbft::commit_digest(known_.group_name(), {proof.epoch, proof.view, proof.number, proof.proposal, proof.header});
  if (const auto text = known_.wrong_quorum(epoch, digest, proof.signatures)) wrong(*text);
}

void ChainChecker::extend(const LedgerBlock& block) {
  const BlockNumber number = block.proposal.head.number;
  const auto hashes = hashes_of(block.proposal);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    if (block.transactions[i].hash != hashes[i])
      return known_.violate("serial-execution", "n{} was appended with other bodies", number);
  auto outcome =
      std::make_shared<const Outcome>(execute(known_.plan().configs, known_.reference(number - 1), block.proposal,
                                              block.certificate.proposal, block.transactions));
  if (outcome->header != block.certificate.header)
    known_.violate("serial-execution", "n{} is certified with another header than serial execution gives", number);
  run_once(*outcome);
  epochs_ended_ += outcome->ends_epoch;
  known_.extend_reference(std::move(outcome));
  if (auto above = decisions_.find(number + 1);
      above != decisions_.end() && above->second.head.epoch != known_.reference(number).state.epoch)
    known_.violate("epoch-end", "n{} was decided in epoch {}, which n{} ended", number + 1, above->second.head.epoch,
                   number);
}

void ChainChecker::run_once(const Outcome& outcome) {
  for (const Hash& hash : outcome.run)
    if (auto [at, first] = run_in_.try_emplace(hash, outcome.number); !first)
      known_.violate("exactly-once", "transaction {} was run in n{} and in n{}", brief(hash), at->second,
                     outcome.number);
  for (const auto& used : outcome.web3_nonces_used)
    if (!web3_nonces_.insert(used).second)
      known_.violate("exactly-once", "nonce {} of account {} was run twice, again in n{}", used.second,
                     used.first.bytes[19], outcome.number);
  const BlockNumber span = known_.plan().configs.front()->block_limit_span;
  for (const Hash& key : outcome.nonce_keys) {
    auto [at, first] = nonce_run_in_.try_emplace(key, outcome.number);
    if (!first && at->second + span > outcome.number)
      known_.violate("exactly-once", "a native nonce was run in n{} and in n{}", at->second, outcome.number);
    at->second = outcome.number;
  }
}

}  // namespace hanse::sim
