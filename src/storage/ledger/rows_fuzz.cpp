// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Rows as a disk gives them back: a ledger over any rows answers or says what is corrupt, and never believes a size.
#include "base/fuzz_target.hpp"
#include "storage/ledger/ledger.hpp"
#include "storage/ledger/log_filter.hpp"

namespace hanse::ledger {
namespace {

constexpr BlockNumber kLast = 3;
constexpr std::uint8_t kTags = 0x8f - kFirstLedgerTag;

// The input as rows: tag, block number, length, value. Rows that are found by a hash stand under the zero hash.
kv::WriteBatch rows_of(BytesView input) {
  kv::WriteBatch batch;
  while (input.size() >= 4) {
    const auto tag = static_cast<Tag>(kFirstLedgerTag + input[0] % kTags);
    const BlockNumber number = input[1] % (kLast + 1);
    const std::size_t size = std::min<std::size_t>(read_be<std::uint16_t>(input.data() + 2), input.size() - 4);
    Bytes key;
    switch (tag) {
      case Tag::head: key = key_of(tag); break;
      case Tag::transaction_place: case Tag::block_number: key = key_of(tag, Hash{}); break;
      case Tag::body: case Tag::receipt: key = key_of(tag, number, input[1] / (kLast + 1)); break;
      case Tag::log_bodies: key = key_of(tag, number, Hash{}); break;
      default: key = key_of(tag, number);
    }
    batch.put(std::move(key), to_bytes(input.subspan(4, size)));
    input = input.subspan(4 + size);
  }
  return batch;
}

std::unique_ptr<kv::KvStore> store_of(BytesView input) {
  auto store = kv::open_memory();
  CHECK(store->write(rows_of(input), false).has_value());
  return store;
}

void read_block(const LedgerView& view, BlockNumber number) {
  const auto header = view.header(number);
  if (header) CHECK(view.header_hash(number).has_value());
  (void)view.certificate(number);
  (void)view.header_signatures(number);
  (void)view.config_at(number);
  const auto block = view.certified_block(number), again = view.certified_block(number);
  CHECK(block.has_value() == again.has_value());
  const auto receipts = view.receipts(number);
  if (receipts && !receipts->empty()) (void)view.receipt(number, 0);
  const auto proposal = view.proposal(number);
  const auto identities = view.run_identities(number);
  if (identities && proposal) CHECK(identities->size() <= proposal->payload.size() / Hash::kSize);
  (void)view.run_hashes(number);
  (void)view.nonce_keys(number);
}

FUZZ_TARGET(ledger_rows, .per_byte = 512, .fixed = 256u << 10) {
  const std::shared_ptr<const kv::KvStore> store = store_of(input);
  static const auto config = std::make_shared<const GroupConfig>();
  const LedgerView view(store, Head{.number = kLast}, config);
  for (BlockNumber number = 0; number <= kLast + 1; ++number) read_block(view, number);
  (void)view.genesis_text();
  (void)view.number_of(Hash{});
  if (const auto place = view.place_of(Hash{}); place && *place) (void)view.transaction(**place);
  const auto logs = view.logs({.last = kLast, .limit = 5});
  if (logs) CHECK(logs->size() <= 5);
}

// A store that a node opens when it starts.
FUZZ_TARGET(ledger_open, .per_byte = 512, .fixed = 256u << 10) {
  static const Genesis genesis = [] {
    Genesis made;
    made.config.sealers = {{KeyPair::from_secret(Suite::standard, SecretKey{{1}})->public_key, 1}};
    return made;
  }();
  const auto ledger = Ledger::open(store_of(input), genesis);
  if (!ledger) CHECK(ledger.error().code == Code::corrupt || ledger.error().code == Code::wrong_genesis);
  else CHECK((*ledger)->view()->head().number >= 0);
}

FUZZ_TARGET(consensus_log, .per_byte = 512) {
  const auto store = store_of(input);
  auto log = ConsensusLog::load(*store->snapshot());
  if (!log) {
    CHECK(log.error().code == Code::corrupt);
    return;
  }
  for (const LogRecord& record : log->loaded()) CHECK(record.position < log->next_position());
  kv::WriteBatch batch;
  log->add(batch, {log->next_position(), kLast, {}});
  log->add(batch, {log->next_position(), std::nullopt, to_bytes(input)});
  log->erase_up_to(batch, kLast);
  CHECK(store->write(batch, false).has_value());
  const auto again = ConsensusLog::load(*store->snapshot());
  CHECK(again && again->loaded_bodies().empty() && equal(again->loaded().back().record, input));
  for (const LogRecord& record : again->loaded()) CHECK(record.number > kLast || record.position + 1 == again->next_position());
}

FUZZ_TARGET(log_filter) {
  const auto body = parse_body(input);
  if (body) CHECK(equal(body_value({.kind = body->kind, .sender = body->sender, .encoded = body->encoded}), input));
  if (input.size() < Address::kSize + Hash::kSize) return;
  const Address address = Address::of(input);
  const Hash topic = Hash::of(input.subspan(Address::kSize));
  const port::GetLogs query{.addresses = {address}, .topics = {{}, {topic}}};
  (void)may_match(input, query);
  const Receipt receipt{.logs = {{address, {Hash{}, topic}, {}}}};
  CHECK(may_match(make_log_filter({&receipt, 1}), query) && matches(receipt.logs[0], query));   // never a false no
}

}  // namespace
}  // namespace hanse::ledger
