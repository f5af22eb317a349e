// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/disk.hpp"

#include <algorithm>
#include <set>

#include "base/check.hpp"
#include "base/plant.hpp"

namespace hanse::sim {

void Disk::queue(Write write) {
  if (PLANTED(append_in_two))
    if (const auto* block = std::get_if<std::shared_ptr<const LedgerBlock>>(&write))
      erase_records((*block)->outcome->number);
  queued_.push_back(std::move(write));
}

std::vector<Disk::Write> Disk::finish_sync() {
  std::vector<Write> done;
  for (; under_way_ > 0; --under_way_) {
    apply(queued_.front());
    done.push_back(std::move(queued_.front()));
    queued_.pop_front();
  }
  return done;
}

Disk::Loss Disk::crash(Prng& prng) {
  Loss loss{0, queued_.size(), false};
  const std::uint64_t landing = prng.below(5);   // of four writes, so many reach the disk
  bool whole = true;
  for (std::size_t i = 0; i < under_way_; ++i) {
    const bool landed = prng.below(4) < landing;
    whole = whole && landed;
    if (landed && !whole) loss.reordered = true;
    if (!whole) continue;
    apply(queued_[i]);
    ++loss.kept, --loss.lost;
  }
  queued_.clear();
  under_way_ = 0;
  return loss;
}

void Disk::mark_votes_lost(std::uint64_t question) {
  log_.push_back({++last_position_, group::VotesLostRecord{question}, {}});
}

void Disk::forget_votes() {
  std::erase_if(log_, [](const LogEntry& entry) { return std::holds_alternative<group::VoteRecord>(entry.record); });
}

std::vector<Disk::Write> Disk::lose_records() {
  std::vector<Write> lost;
  for (; under_way_ > 0 && std::holds_alternative<LogEntry>(queued_.front()); --under_way_) {
    lost.push_back(std::move(queued_.front()));
    queued_.pop_front();
  }
  return lost;
}

void Disk::apply(Write& write) {
  if (auto* entry = std::get_if<LogEntry>(&write)) {
    last_position_ = entry->position;
    if (std::holds_alternative<group::ViewRecord>(entry->record))
      std::erase_if(log_, [](const LogEntry& old) { return !pbft::number_of(old.record); });
    log_.push_back(*entry);
    if (PLANTED(bodies_not_durable)) log_.back().bodies.clear();
    return;
  }
  const auto& block = std::get<std::shared_ptr<const LedgerBlock>>(write);
  const BlockNumber number = block->outcome->number;
  CHECK(number == head() + 1);
  ledger_.push_back(block);
  const std::set<Hash> run(block->outcome->run.begin(), block->outcome->run.end());
  for (std::size_t i = 0; i < block->transactions.size(); ++i) {
    const ModelTransaction& tx = block->transactions[i];
    if (!run.contains(tx.hash)) continue;
    run_.emplace(tx.hash, std::pair(number, i));
    if (tx.kind == TransactionKind::native) nonces_[nonce_key_of(tx)] = number;
  }
  erase_records(number);
}

void Disk::erase_records(BlockNumber number) {
  std::erase_if(log_,
                [&](const LogEntry& entry) { return pbft::number_of(entry.record).value_or(number + 1) <= number; });
}

const ModelTransaction* Disk::transaction(const Hash& hash) const {
  auto at = run_.find(hash);
  return at == run_.end() ? nullptr
                          : &ledger_[static_cast<std::size_t>(at->second.first) - 1]->transactions[at->second.second];
}

bool Disk::nonce_used(const Hash& nonce_key, BlockNumber since) const {
  auto at = nonces_.find(nonce_key);
  return at != nonces_.end() && at->second >= since;
}

bool Disk::appending_epoch_end() const {
  return std::ranges::any_of(queued_, [](const Write& write) {
    const auto* block = std::get_if<std::shared_ptr<const LedgerBlock>>(&write);
    return block && (*block)->outcome->ends_epoch;
  });
}

}  // namespace hanse::sim
