// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/ledger/consensus_log.hpp"

#include "base/check.hpp"

namespace hanse::ledger {
namespace {

constexpr BlockNumber kNoNumber = -1;

Bytes position_key(std::uint64_t position) { return key_of(Tag::log_record, static_cast<BlockNumber>(position)); }
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
  done = snapshot.scan(key_of(Tag::log_body), end_of(Tag::log_body), [&](BytesView key, BytesView value) {
    auto body = parse_body(value);
    if (key.size() != 41 || !body) {
      good = fail(Code::corrupt, "consensus log: a stored transaction cannot be read");
      return false;
    }
    log.bodies_[number_in(key)].insert(Hash::of(key.subspan(9)));
    log.loaded_bodies_.push_back(std::move(*body));
    return true;
  });
  if (!done || !good) return pass(done ? good : done);
  return log;
}

void ConsensusLog::forget_loaded() {
  loaded_ = {};
  loaded_bodies_ = {};
}

void ConsensusLog::add(kv::WriteBatch& batch, LogRecord record, std::span<const Transaction* const> bodies) {
  CHECK(record.position >= next_position_);
  CHECK(record.number || bodies.empty());
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
  for (const Transaction* tx : bodies)
    if (bodies_[*record.number].insert(tx->identity).second)
      batch.put(key_of(Tag::log_body, *record.number, tx->identity), body_value(*tx));
}

void ConsensusLog::erase_up_to(kv::WriteBatch& batch, BlockNumber number) {
  const auto end = positions_.upper_bound(number);
  for (auto at = positions_.begin(); at != end; ++at) batch.erase(position_key(at->second));
  positions_.erase(positions_.begin(), end);
  const auto bodies_end = bodies_.upper_bound(number);
  for (auto at = bodies_.begin(); at != bodies_end; ++at)
    for (const Hash& identity : at->second) batch.erase(key_of(Tag::log_body, at->first, identity));
  bodies_.erase(bodies_.begin(), bodies_end);
}

}  // namespace hanse::ledger
