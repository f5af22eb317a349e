// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/consensus_log.hpp"

#include "base/check.hpp"

namespace hanse::ledger {
namespace {

constexpr BlockNumber kNoNumber = -1;

Bytes position_key(std::uint64_t position) { return key_of(Tag::log_record, static_cast<BlockNumber>(position)); }
// Size and value of each transaction, one after another.
Result<void> read_bodies(BytesView row, std::vector<StoredTransaction>& out) {
  while (!row.empty()) {
    const std::size_t size = row.size() < 4 ? row.size() : read_be<std::uint32_t>(row.data());
    if (row.size() < 4 || size > row.size() - 4) return fail(Code::corrupt, "consensus log: stored transactions are cut off");
    auto body = parse_body(row.subspan(4, size));
    if (!body) return pass(body);
    out.push_back(std::move(*body));
    row = row.subspan(4 + size);
  }
  return {};
}

Bytes end_of(Tag tag) { return {static_cast<std::uint8_t>(static_cast<std::uint8_t>(tag) + 1)}; }

}  // namespace

Result<ConsensusLog> ConsensusLog::load(const kv::Snapshot& snapshot) {
  ConsensusLog log;
  Result<void> good;
  auto done = snapshot.scan(key_of(Tag::log_record), end_of(Tag::log_record), [&](BytesView key, BytesView value) {
    if (key.size() != 9 || value.size() < 8) {
      good = fail(Code::corrupt, "consensus log: a row of {} bytes under a key of {} bytes", value.size(), key.size());
      return false;
    }
    LogRecord record{static_cast<std::uint64_t>(number_in(key)), {}, to_bytes(value.subspan(8))};
    if (const auto number = read_be<BlockNumber>(value.data()); number != kNoNumber) record.number = number;
    if (record.number) log.positions_.emplace(*record.number, record.position);
    else log.unnumbered_.push_back(record.position);
    log.next_position_ = record.position + 1;
    log.loaded_.push_back(std::move(record));
    return true;
  });
  if (!done || !good) return pass(done ? good : done);
  done = snapshot.scan(key_of(Tag::log_bodies), end_of(Tag::log_bodies), [&](BytesView key, BytesView value) {
    if (key.size() == 41) log.bodies_[number_in(key)].insert(Hash::of(key.subspan(9)));
    good = key.size() == 41 ? read_bodies(value, log.loaded_bodies_)
                            : fail(Code::corrupt, "consensus log: a key of {} bytes for transactions", key.size());
    return good.has_value();
  });
  if (!done || !good) return pass(done ? good : done);
  return log;
}

void ConsensusLog::forget_loaded() {
  loaded_ = {};
  loaded_bodies_ = {};
}

void ConsensusLog::add(kv::WriteBatch& batch, LogRecord record) {
  CHECK(record.position >= next_position_);
  next_position_ = record.position + 1;
  Bytes value;
  value.reserve(8 + record.record.size());
  append_be(value, record.number.value_or(kNoNumber));
  append(value, record.record);
  batch.put(position_key(record.position), std::move(value));
  if (record.number) {
    positions_.emplace(*record.number, record.position);
  } else {
    for (const std::uint64_t position : unnumbered_) batch.erase(position_key(position));
    unnumbered_ = {record.position};
  }
}

void ConsensusLog::add_bodies(kv::WriteBatch& batch, BlockNumber number, const Hash& payload_hash,
                              std::span<const Transaction* const> bodies) {
  if (bodies.empty() || !bodies_[number].insert(payload_hash).second) return;
  std::size_t size = 0;
  for (const Transaction* tx : bodies) size += 4 + body_size(*tx);
  Bytes value;
  value.reserve(size);
  for (const Transaction* tx : bodies) {
    append_be(value, static_cast<std::uint32_t>(body_size(*tx)));
    append_body(value, *tx);
  }
  batch.put(key_of(Tag::log_bodies, number, payload_hash), std::move(value));
}

void ConsensusLog::erase_up_to(kv::WriteBatch& batch, BlockNumber number) {
  const auto end = positions_.upper_bound(number);
  for (auto at = positions_.begin(); at != end; ++at) batch.erase(position_key(at->second));
  positions_.erase(positions_.begin(), end);
  const auto bodies_end = bodies_.upper_bound(number);
  for (auto at = bodies_.begin(); at != bodies_end; ++at)
    for (const Hash& payload : at->second) batch.erase(key_of(Tag::log_bodies, at->first, payload));
  bodies_.erase(bodies_.begin(), bodies_end);
}

}  // namespace hanse::ledger
