// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/ledger.hpp"

#include <limits>

#include "base/check.hpp"
#include "codec/tars.hpp"
#include "storage/ledger/log_filter.hpp"

namespace hanse::ledger {
namespace {

constexpr BlockNumber kNumberMax = std::numeric_limits<BlockNumber>::max() - 2;   // the two that follow are numbers too

Bytes header_value(const Hash& hash, const BlockHeader& header) {
  Bytes value = to_bytes(hash);
  tars::encode_to(value, header);
  return value;
}

Bytes number_value(BlockNumber number) {
  Bytes value;
  append_be(value, number);
  return value;
}

void add_state(kv::WriteBatch& batch, const state::StateDiff& diff) {
  for (const auto& [key, value] : diff) {
    CHECK(!key.empty() && key[0] < kFirstLedgerTag);
    if (value) batch.put(to_bytes(key), to_bytes(*value));
    else batch.erase(to_bytes(key));
  }
}

Result<void> write_genesis(kv::KvStore& store, const GenesisBlock& block) {
  kv::WriteBatch batch;
  add_state(batch, block.diff);
  batch.put(key_of(Tag::header, 0), header_value(block.hash, block.header));
  batch.put(key_of(Tag::block_number, block.hash), number_value(0));
  batch.put(key_of(Tag::config, 0), tars::encode(block.config));
  batch.put(key_of(Tag::head), tars::encode(Head{0, block.hash, block.hash, block.header.timestamp_ms, 0, 0}));
  return store.write(batch, true);
}

Result<void> check_genesis(const LedgerView& view, const GenesisBlock& expected) {
  const auto stored = view.header(0);
  if (!stored) return pass(stored);
  if (stored->hash == expected.hash) return {};
  return fail(Code::wrong_genesis, "the ledger of this folder began with another genesis: {}",
              genesis_difference(as_text(stored->header.extra_data), as_text(expected.header.extra_data)));
}

// Rows of a kind stand together and in order: the store inserts a row near the one before it with less of a search.
void add_transactions(kv::WriteBatch& batch, Suite suite, const BlockRows& block) {
  const BlockNumber number = block.header.number;
  for (std::uint32_t place = 0; place < block.transactions.size(); ++place)
    batch.put(key_of(Tag::body, number, place), body_value(*block.transactions[place]));
  for (std::uint32_t index = 0; index < block.run.size(); ++index)
    batch.put(key_of(Tag::receipt, number, index), tars::encode(block.receipts[index]));
  std::vector<std::pair<Hash, std::uint32_t>> by_hash;
  for (std::uint32_t index = 0; index < block.run.size(); ++index) by_hash.emplace_back(block.transactions[block.run[index]]->hash, index);
  std::ranges::sort(by_hash);
  for (const auto& [hash, index] : by_hash) batch.put(key_of(Tag::transaction_place, hash), place_value({number, index, block.run[index]}));
  Bytes nonce_keys, hashes;
  for (const std::uint32_t place : block.run) {
    const Transaction& tx = *block.transactions[place];
    append(hashes, tx.hash);
    if (tx.kind == TransactionKind::native) append(nonce_keys, nonce_key_of(suite, tx.nonce_text));
  }
  if (nonce_keys.empty()) return;
  batch.put(key_of(Tag::nonce_keys, number), std::move(nonce_keys));
  batch.put(key_of(Tag::native_hashes, number), std::move(hashes));
}

}  // namespace

Ledger::Ledger(std::unique_ptr<kv::KvStore> store, Head head, std::shared_ptr<const GroupConfig> config, ConsensusLog log)
    : store_(std::move(store)), head_(head), config_(std::move(config)), log_(std::move(log)) {
  publish();
}

Result<std::unique_ptr<Ledger>> Ledger::open(std::unique_ptr<kv::KvStore> store, const Genesis& genesis) {
  const GenesisBlock first = make_genesis_block(genesis);
  auto row = store->get(key_of(Tag::head));
  if (!row) return pass(row);
  if (!*row) {
    if (const auto written = write_genesis(*store, first); !written) return pass(written);
    row = store->get(key_of(Tag::head));
    if (!row) return pass(row);
    CHECK(row->has_value());
  }
  auto head = tars::decode<Head>(**row);
  if (!head) return fail(Code::corrupt, "ledger: the head row cannot be read: {}", head.error().text);
  if (head->number < 0 || head->number > kNumberMax)
    return fail(Code::corrupt, "ledger: the head row names block {}", head->number);
  auto log = ConsensusLog::load(*store->snapshot());
  if (!log) return pass(log);

  auto config = std::make_shared<GroupConfig>();
  std::unique_ptr<Ledger> ledger(new Ledger(std::move(store), *head, config, std::move(*log)));
  if (const auto same = check_genesis(*ledger->view_, first); !same) return pass(same);
  auto newest = ledger->view_->config_at(head->number + 1);
  if (!newest) return pass(newest);
  *config = std::move(*newest);
  return ledger;
}

std::shared_ptr<const LedgerView> Ledger::view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

void Ledger::add(kv::WriteBatch& batch, const BlockRows& block) {
  const BlockNumber number = block.header.number;
  CHECK(number == head_.number + 1);
  CHECK(block.receipts.size() == block.run.size() && block.run.size() <= block.transactions.size());
  head_.number = number;
  head_.header = block.header_hash;
  head_.proposal = block.proposal_hash;
  head_.time_ms = block.header.timestamp_ms;
  head_.transaction_count += block.run.size();
  for (const Receipt& receipt : block.receipts) head_.failed_transaction_count += receipt.status != 0;

  batch.put(key_of(Tag::header, number), header_value(block.header_hash, block.header));
  batch.put(key_of(Tag::block_number, block.header_hash), number_value(number));
  batch.put(key_of(Tag::proposal, number), tars::encode(block.proposal));
  batch.put(key_of(Tag::certificate, number), tars::encode(block.certificate));
  add_transactions(batch, config_->suite, block);
  if (Bytes filter = make_log_filter(block.receipts); !filter.empty())
    batch.put(key_of(Tag::log_filter, number), std::move(filter));
  add_state(batch, block.diff);
  if (block.next_config) {
    batch.put(key_of(Tag::config, number + 1), tars::encode(*block.next_config));
    config_ = std::make_shared<GroupConfig>(*block.next_config);
  }
  log_.erase_up_to(batch, number);
  batch.put(key_of(Tag::head), tars::encode(head_));
}

void Ledger::publish() {
  auto next = std::make_shared<const LedgerView>(store_, head_, config_);
  const std::lock_guard lock(view_mutex_);
  view_.swap(next);
}

}  // namespace hanse::ledger
