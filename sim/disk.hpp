// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The disk of a simulated node: the consensus log and the ledger, written through one queue. A sync takes everything that
// was queued when it began (so fsyncs are merged as the real host merges them). A crash loses what no sync had begun with;
// of what one had under way each write reached the disk, or did not, or only a part of it did, in any order. The log shows
// which (its entries carry checksums), and a restart reads up to the first that is not whole: what is durable is always a
// beginning of what was queued. An append is atomic: the block and the erasure of the records that it supersedes, or
// nothing.
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
  struct Loss { std::size_t kept = 0, lost = 0; bool reordered = false; };
  Loss crash(Prng& prng);
  void mark_votes_lost(std::uint64_t question); // a new log in place of one that was lost
  void forget_votes();                          // planted
  std::vector<Write> lose_records();            // planted: a failed sync of records counts as done

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
