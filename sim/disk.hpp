// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The disk of a simulated node: the consensus log and the ledger, written through one queue. A sync takes everything that
// was queued when it began (so fsyncs are merged as the real host merges them); what is durable is always a prefix of
// what was queued. A crash loses the rest, but for a random part of what a sync had under way. An append is atomic: the
// block and the erasure of the records that it supersedes, or nothing.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/prng.hpp"
#include "scheduling/group/events.hpp"
#include "sim/model.hpp"

namespace hanse::sim {

struct LedgerBlock {
  Proposal proposal;
  Certificate certificate;
  std::shared_ptr<const Outcome> outcome;
  std::vector<ModelTransaction> transactions;   // in the order of the payload
};

struct LogEntry {
  std::uint64_t position = 0;
  group::Record record;
  std::vector<ModelTransaction> bodies;         // with a PreparedRecord
};

class Disk {
 public:
  using Write = std::variant<LogEntry, std::shared_ptr<const LedgerBlock>>;

  explicit Disk(std::shared_ptr<const Outcome> genesis) : genesis_(std::move(genesis)) {}

  void queue(Write write);
  bool has_work() const { return !queued_.empty() && under_way_ == 0; }
  void begin_sync() { under_way_ = queued_.size(); }
  std::vector<Write> finish_sync();             // what became durable, in order
  void crash(Prng& prng);

  // Durable:
  const std::deque<LogEntry>& log() const { return log_; }
  const std::vector<std::shared_ptr<const LedgerBlock>>& ledger() const { return ledger_; }   // block n at n - 1
  BlockNumber head() const { return static_cast<BlockNumber>(ledger_.size()); }
  const Outcome& head_outcome() const { return ledger_.empty() ? *genesis_ : *ledger_.back()->outcome; }
  std::shared_ptr<const Outcome> outcome(BlockNumber number) const {
    return number == 0 ? genesis_ : ledger_[static_cast<std::size_t>(number) - 1]->outcome;
  }
  const ModelTransaction* transaction(const Hash& hash) const;
  bool was_run(const Hash& hash) const { return run_.contains(hash); }
  bool nonce_used(const Hash& nonce_key, BlockNumber since) const;
  std::uint64_t last_position() const { return last_position_; }
  // Not durable yet:
  bool appending_epoch_end() const;

 private:
  void apply(Write& write);
  void erase_records(BlockNumber number);       // up to and including

  std::shared_ptr<const Outcome> genesis_;
  std::deque<Write> queued_;
  std::size_t under_way_ = 0;
  std::deque<LogEntry> log_;
  std::vector<std::shared_ptr<const LedgerBlock>> ledger_;
  std::uint64_t last_position_ = 0;
  std::unordered_map<Hash, std::pair<BlockNumber, std::size_t>> run_;     // looked up only, never walked
  std::unordered_map<Hash, BlockNumber> nonces_;
};

}  // namespace hanse::sim
