// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The ledger of one group over its store: blocks, receipts, the latest state, configurations by block number, and the
// consensus log. Everything of a block goes into one batch together with the erasure of its consensus records, so that
// a crash leaves all of it or nothing (docs/STORAGE.md §3).
//
// One writer thread adds to a batch, writes it, then publishes: readers on any thread take view(), the ledger as of the
// block published last. A batch that failed is written again as it is; nothing is added twice.
#pragma once

#include <mutex>

#include "storage/ledger/consensus_log.hpp"
#include "storage/ledger/genesis_block.hpp"
#include "storage/ledger/ledger_view.hpp"

namespace hanse::ledger {

// A decided and executed block, borrowed from those who made it.
struct BlockRows {
  const BlockHeader& header;
  const Hash& header_hash;
  const Proposal& proposal;
  const Hash& proposal_hash;
  const Certificate& certificate;
  std::span<const Transaction* const> transactions;   // of the payload, in order
  std::span<const std::uint32_t> run;                 // places of those that ran, in order
  std::span<const Receipt> receipts;                  // one for each of `run`
  const state::StateDiff& diff;
  const std::optional<GroupConfig>& next_config;      // set: number + 1 begins an epoch
};

class Ledger {
 public:
  // Writes block 0 into an empty store. Errors: wrong_genesis (names the first difference), corrupt, io.
  static Result<std::unique_ptr<Ledger>> open(std::unique_ptr<kv::KvStore> store, const Genesis& genesis);

  std::shared_ptr<const LedgerView> view() const;     // any thread
  std::optional<Error> broken() const { return store_->broken(); }   // any thread; see kv/kv_store.hpp
  kv::StoreMemory memory() const { return store_->memory(); }        // the same

  // The writer's.
  void add(kv::WriteBatch& batch, const BlockRows& block);   // block.header.number = last added + 1
  ConsensusLog& log() { return log_; }
  Result<void> write(const kv::WriteBatch& batch, bool sync) { return store_->write(batch, sync); }
  void settle() { store_->settle(); }                        // after the last write; see kv/kv_store.hpp
  void publish();                                     // view() now shows the blocks added so far: call once written

 private:
  Ledger(std::unique_ptr<kv::KvStore> store, Head head, std::shared_ptr<const GroupConfig> config, ConsensusLog log);

  std::shared_ptr<kv::KvStore> store_;                // views share it
  Head head_;                                         // of the last block added
  std::shared_ptr<const GroupConfig> config_;         // of head_.number + 1
  ConsensusLog log_;
  mutable std::mutex view_mutex_;
  std::shared_ptr<const LedgerView> view_;            // readers share it while the next one is published
};

}  // namespace hanse::ledger
