// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The rules for the chain: one decision a number (also across epochs), parents, no gaps, certificates of one epoch and
// view with that epoch's weights, nothing decided in an epoch above the block that ended it, results equal to a serial
// execution by a reference, and no transaction run twice. A decision is seen twice: when honest Commits and all
// misbehaving sealers together have the weight for it (whether or not anybody noticed), and when a replica appends.
#pragma once

#include <map>
#include <set>

#include "sim/checkers/knowledge.hpp"

namespace hanse::sim {

class Host;
struct LedgerBlock;

class ChainChecker {
 public:
  explicit ChainChecker(Knowledge& known) : known_(known) {}

  void decided_by_votes(const ProposalHead& head, const Hash& proposal, const Hash& header, View view);
  // Answers true when this is the first append of that number anywhere.
  bool on_append(const Host& host, const LedgerBlock& block);
  std::size_t epochs_ended() const { return epochs_ended_; }

 private:
  struct Decision { ProposalHead head; Hash proposal, header; };

  void decide(const Decision& decision, const std::string& where);
  void certificate_is_right(const Host& host, const LedgerBlock& block, Epoch epoch);
  void extend(const LedgerBlock& block);
  void run_once(const Outcome& outcome);

  Knowledge& known_;
  std::map<BlockNumber, Decision> decisions_;
  std::unordered_map<Hash, BlockNumber> run_in_;   // looked up only, never walked
  std::unordered_map<Hash, BlockNumber> nonce_run_in_;
  std::set<std::pair<Address, std::uint64_t>> web3_nonces_;
  std::size_t epochs_ended_ = 0;
};

}  // namespace hanse::sim
