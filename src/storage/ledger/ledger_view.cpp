// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/ledger_view.hpp"

#include "codec/tars.hpp"
#include "storage/ledger/log_filter.hpp"

namespace hanse::ledger {
namespace {

template <class T>
Result<T> decode_row(BytesView value, BlockNumber number, std::string_view what) {
  auto decoded = tars::decode<T>(value);
  if (!decoded) return fail(Code::corrupt, "ledger: the {} of block {} cannot be read: {}", what, number, decoded.error().text);
  return decoded;
}

// The keys first … last of rows that belong to one block.
std::pair<Bytes, Bytes> rows_of(Tag tag, BlockNumber number) { return {key_of(tag, number), key_of(tag, number + 1)}; }

}  // namespace

LedgerView::LedgerView(std::shared_ptr<const kv::KvStore> store, Head head, std::shared_ptr<const GroupConfig> config)
    : store_(std::move(store)), snapshot_(store_->snapshot()), head_(head), config_(std::move(config)) {}

Result<Bytes> LedgerView::row(Tag tag, BlockNumber number, std::string_view what) const {
  if (number < 0 || number > head_.number)
    return fail(Code::not_found, "block {} is not there: the last one is {}", number, head_.number);
  auto value = snapshot_->get(key_of(tag, number));
  if (!value) return pass(value);
  if (!*value) return fail(Code::corrupt, "ledger: the {} of block {} is missing", what, number);
  return std::move(**value);
}

Result<LedgerView::HashedHeader> LedgerView::header(BlockNumber number) const {
  const auto value = row(Tag::header, number, "header");
  if (!value) return pass(value);
  if (value->size() < Hash::kSize) return fail(Code::corrupt, "ledger: the header of block {} is cut off", number);
  auto header = decode_row<BlockHeader>(BytesView(*value).subspan(Hash::kSize), number, "header");
  if (!header) return pass(header);
  return HashedHeader{std::move(*header), Hash::of(*value), value->size()};
}

Result<Hash> LedgerView::header_hash(BlockNumber number) const {
  if (number == head_.number) return head_.header;
  const auto value = row(Tag::header, number, "header");
  if (!value) return pass(value);
  if (value->size() < Hash::kSize) return fail(Code::corrupt, "ledger: the header of block {} is cut off", number);
  return Hash::of(*value);
}

Result<BlockNumber> LedgerView::number_of(const Hash& header_hash) const {
  const auto value = snapshot_->get(key_of(Tag::block_number, header_hash));
  if (!value) return pass(value);
  if (!*value || (*value)->size() != 8) return fail(Code::not_found, "no block has this hash");
  return read_be<BlockNumber>((*value)->data());
}

Result<Proposal> LedgerView::proposal(BlockNumber number) const {
  if (number == 0) return Proposal{};
  const auto value = row(Tag::proposal, number, "proposal");
  if (!value) return pass(value);
  return decode_row<Proposal>(*value, number, "proposal");
}

Result<Certificate> LedgerView::certificate(BlockNumber number) const {
  if (number == 0) return Certificate{};
  const auto value = row(Tag::certificate, number, "certificate");
  if (!value) return pass(value);
  return decode_row<Certificate>(*value, number, "certificate");
}

Result<std::vector<IndexedSignature>> LedgerView::header_signatures(BlockNumber number) const {
  const auto value = snapshot_->get(key_of(Tag::header_signatures, number));
  if (!value) return pass(value);
  if (!*value) return std::vector<IndexedSignature>{};
  return decode_row<std::vector<IndexedSignature>>(**value, number, "signature list");
}

Result<GroupConfig> LedgerView::config_at(BlockNumber number) const {
  std::optional<Bytes> newest;
  const auto done = snapshot_->scan(key_of(Tag::config), key_of(Tag::config, number + 1), [&](BytesView, BytesView value) {
    newest = to_bytes(value);
    return true;
  });
  if (!done) return pass(done);
  if (!newest) return fail(Code::corrupt, "ledger: no configuration at block {}", number);
  return decode_row<GroupConfig>(*newest, number, "configuration");
}

Result<std::string> LedgerView::genesis_text() const {
  const auto genesis = header(0);
  if (!genesis) return pass(genesis);
  return std::string(as_text(genesis->header.extra_data));
}

Result<std::vector<Hash>> LedgerView::run_hashes(BlockNumber number) const {
  const auto value = snapshot_->get(key_of(Tag::native_hashes, number));
  if (!value) return pass(value);
  return *value ? split_hashes(**value) : run_identities(number);
}

Result<std::vector<Hash>> LedgerView::run_identities(BlockNumber number) const {
  if (number == 0) return std::vector<Hash>{};
  const auto decided = proposal(number);
  if (!decided) return pass(decided);
  std::vector<Hash> identities = split_hashes(decided->payload);
  const auto header_row = header(number);
  if (!header_row) return pass(header_row);
  const auto extra = decode_row<HeaderExtra>(header_row->header.extra_data, number, "header's extra data");
  if (!extra) return pass(extra);
  if (extra->not_run.empty()) return identities;
  std::vector<bool> left_out(identities.size());
  for (const std::uint32_t place : extra->not_run)
    if (place < identities.size()) left_out[place] = true;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < identities.size(); ++i)
    if (!left_out[i]) identities[kept++] = identities[i];
  identities.resize(kept);
  return identities;
}

Result<std::optional<Place>> LedgerView::place_of(const Hash& transaction) const {
  const auto value = snapshot_->get(key_of(Tag::transaction_place, transaction));
  if (!value) return pass(value);
  if (!*value) return std::nullopt;
  const auto place = parse_place(**value);
  if (!place) return pass(place);
  return *place;
}

Result<StoredTransaction> LedgerView::transaction(const Place& place) const {
  const auto value = snapshot_->get(key_of(Tag::body, place.number, place.place));
  if (!value) return pass(value);
  if (!*value) return fail(Code::corrupt, "ledger: transaction {} of block {} is missing", place.place, place.number);
  return parse_body(**value);
}

Result<std::vector<StoredTransaction>> LedgerView::transactions(BlockNumber number) const {
  std::vector<StoredTransaction> transactions;
  Result<void> good;
  const auto [first, last] = rows_of(Tag::body, number);
  const auto done = snapshot_->scan(first, last, [&](BytesView, BytesView value) {
    auto body = parse_body(value);
    if (!body) good = pass(body);
    else transactions.push_back(std::move(*body));
    return good.has_value();
  });
  if (!done || !good) return pass(done ? good : done);
  return transactions;
}

Result<Receipt> LedgerView::receipt(BlockNumber number, std::uint32_t index) const {
  const auto value = snapshot_->get(key_of(Tag::receipt, number, index));
  if (!value) return pass(value);
  if (!*value) return fail(Code::corrupt, "ledger: receipt {} of block {} is missing", index, number);
  return decode_row<Receipt>(**value, number, "receipt");
}

Result<std::vector<Receipt>> LedgerView::receipts(BlockNumber number) const {
  if (number < 0 || number > head_.number)
    return fail(Code::not_found, "block {} is not there: the last one is {}", number, head_.number);
  std::vector<Receipt> receipts;
  Result<void> good;
  const auto [first, last] = rows_of(Tag::receipt, number);
  const auto done = snapshot_->scan(first, last, [&](BytesView, BytesView value) {
    auto receipt = decode_row<Receipt>(value, number, "receipt");
    if (!receipt) good = pass(receipt);
    else receipts.push_back(std::move(*receipt));
    return good.has_value();
  });
  if (!done || !good) return pass(done ? good : done);
  return receipts;
}

Result<std::vector<Hash>> LedgerView::nonce_keys(BlockNumber number) const {
  const auto value = snapshot_->get(key_of(Tag::nonce_keys, number));
  if (!value) return pass(value);
  return *value ? split_hashes(**value) : std::vector<Hash>{};
}

Result<CertifiedBlock> LedgerView::certified_block(BlockNumber number) const {
  auto decided = proposal(number);
  if (!decided) return pass(decided);
  auto proof = certificate(number);
  if (!proof) return pass(proof);
  auto bodies = transactions(number);
  if (!bodies) return pass(bodies);
  CertifiedBlock block{std::move(*decided), std::move(*proof), {}};
  block.transactions.reserve(bodies->size());
  for (StoredTransaction& body : *bodies) block.transactions.push_back({body.kind, std::move(body.encoded)});
  return block;
}

Result<std::vector<port::GetLogs::Entry>> LedgerView::logs(const port::GetLogs& query) const {
  std::vector<port::GetLogs::Entry> entries;
  const BlockNumber first = std::max<BlockNumber>(query.first, 0), last = std::min(query.last, head_.number);
  if (first > last) return entries;
  Result<void> good;
  const auto done = snapshot_->scan(
      key_of(Tag::log_filter, first), key_of(Tag::log_filter, last + 1), [&](BytesView key, BytesView filter) {
        if (key.size() != kNumberedKeySize) good = fail(Code::corrupt, "ledger: a key of {} bytes for a log filter", key.size());
        else if (may_match(filter, query)) good = add_matching_logs(number_in(key), query, entries);
        return good.has_value();
      });
  if (!done || !good) return pass(done ? good : done);
  return entries;
}

Result<void> LedgerView::add_matching_logs(BlockNumber number, const port::GetLogs& query,
                                           std::vector<port::GetLogs::Entry>& entries) const {
  const std::size_t before = entries.size();
  const auto all = receipts(number);
  if (!all) return pass(all);
  for (const Receipt& receipt : *all) {
    for (std::uint32_t i = 0; i < receipt.logs.size(); ++i) {
      if (!matches(receipt.logs[i], query)) continue;
      if (entries.size() >= query.limit)
        return fail(Code::too_large, "more than {} logs match: ask for a smaller range of blocks", query.limit);
      entries.push_back({receipt.logs[i], number, {}, {}, receipt.transaction_index, receipt.first_log_index + i, 0});
    }
  }
  if (entries.size() == before) return {};
  const auto block = header(number);
  if (!block) return pass(block);
  const auto hashes = run_hashes(number);
  if (!hashes) return pass(hashes);
  for (std::size_t i = before; i < entries.size(); ++i) {
    if (entries[i].transaction_index >= hashes->size())
      return fail(Code::corrupt, "ledger: a receipt of block {} names transaction {}", number, entries[i].transaction_index);
    entries[i].block_hash = block->hash;
    entries[i].block_time_ms = block->header.timestamp_ms;
    entries[i].transaction_hash = (*hashes)[entries[i].transaction_index];
  }
  return {};
}

Result<std::optional<Bytes>> LedgerView::get(BytesView state_key) const { return snapshot_->get(state_key); }

}  // namespace hanse::ledger
