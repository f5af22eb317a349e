// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The ledger as of one block: everything read through one view belongs together, whatever is appended meanwhile. Values,
// read from any thread. What must be there and is not, or cannot be read, is corrupt (named); what a client may ask for
// in vain is not_found.
#pragma once

#include <memory>

#include "protocol/genesis.hpp"
#include "protocol/ports/node_port.hpp"
#include "storage/kv/kv_store.hpp"
#include "storage/ledger/rows.hpp"
#include "storage/state/state.hpp"

namespace hanse::ledger {

class LedgerView final : public state::StateReader {
 public:
  // `store` is shared: a reader may still hold a view while its group is being stopped.
  LedgerView(std::shared_ptr<const kv::KvStore> store, Head head, std::shared_ptr<const GroupConfig> config);

  const Head& head() const { return head_; }
  const GroupConfig& config() const { return *config_; }              // of the epoch of head().number + 1
  const std::shared_ptr<const GroupConfig>& shared_config() const { return config_; }

  struct HashedHeader { BlockHeader header; Hash hash; std::size_t size = 0; };
  Result<HashedHeader> header(BlockNumber number) const;              // not_found
  Result<Hash> header_hash(BlockNumber number) const;                 // not_found
  Result<BlockNumber> number_of(const Hash& header_hash) const;       // not_found
  Result<Proposal> proposal(BlockNumber number) const;                // empty for genesis
  Result<Certificate> certificate(BlockNumber number) const;          // empty for genesis
  Result<std::vector<IndexedSignature>> header_signatures(BlockNumber number) const;
  Result<GroupConfig> config_at(BlockNumber number) const;
  Result<std::string> genesis_text() const;

  // Of the transactions that ran, in order: what clients know them by, and what scheduling does.
  Result<std::vector<Hash>> run_hashes(BlockNumber number) const;
  Result<std::vector<Hash>> run_identities(BlockNumber number) const;
  Result<std::optional<Place>> place_of(const Hash& transaction) const;
  Result<StoredTransaction> transaction(const Place& place) const;
  Result<std::vector<StoredTransaction>> transactions(BlockNumber number) const;   // of the payload, in order
  Result<Receipt> receipt(BlockNumber number, std::uint32_t index) const;
  Result<std::vector<Receipt>> receipts(BlockNumber number) const;
  Result<std::vector<Hash>> nonce_keys(BlockNumber number) const;     // of the native ones that ran
  // A decided block as another node receives it.
  Result<CertifiedBlock> certified_block(BlockNumber number) const;

  // Errors: too_large beyond query.limit entries.
  Result<std::vector<port::GetLogs::Entry>> logs(const port::GetLogs& query) const;

  Result<std::optional<Bytes>> get(BytesView state_key) const override;

 private:
  Result<Bytes> row(Tag tag, BlockNumber number, std::string_view what) const;
  Result<void> add_matching_logs(BlockNumber number, const port::GetLogs& query,
                                 std::vector<port::GetLogs::Entry>& entries) const;

  std::shared_ptr<const kv::KvStore> store_;
  std::unique_ptr<kv::Snapshot> snapshot_;
  Head head_;
  std::shared_ptr<const GroupConfig> config_;   // the views of an epoch share it
};

}  // namespace hanse::ledger
