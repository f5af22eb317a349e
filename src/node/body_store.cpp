// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/body_store.hpp"

#include <algorithm>

namespace hanse::node {
namespace {

constexpr std::size_t kPlaceBytes = 160;   // in the tables and the row of spare ones, with what the allocator adds

// Of memory: what takes little in its encoded form may be large as it stands here.
std::size_t bytes_of(const Transaction& tx) {
  std::size_t bytes = sizeof(Transaction) + kPlaceBytes + tx.encoded.size() + tx.input.size() + tx.abi.size();
  for (const AccessListEntry& entry : tx.access_list) bytes += sizeof(entry) + entry.slots.size() * sizeof(Hash);
  return bytes + tx.authorizations.size() * sizeof(Authorization);
}

}  // namespace

void BodyStore::insert(const Body& body, bool spare) {
  const auto [at, is_new] = bodies_.try_emplace(body->identity, Entry{body, false});
  if (is_new) {
    bytes_ += bytes_of(*body);
    if (body->hash != body->identity) native_[body->hash] = body->identity;
    if (spare) make_spare(at->second);
  } else if (!spare) {
    at->second.spare = false;   // waits again: its place in spare_ no longer counts
  }
}

void BodyStore::make_spare(Entry& entry) {
  if (entry.spare) return;
  entry.spare = true;
  spare_.push_back(entry.body);
  spare_bytes_ += bytes_of(*entry.body);
  while (spare_bytes_ > spare_bytes_max_) {
    const Body oldest = std::move(spare_.front());
    spare_.pop_front();
    spare_bytes_ -= bytes_of(*oldest);
    if (const auto at = bodies_.find(oldest->identity); at != bodies_.end() && at->second.spare) erase(at);
  }
}

void BodyStore::erase(Bodies::iterator at) {
  const Transaction& tx = *at->second.body;
  bytes_ -= bytes_of(tx);
  if (const auto native = native_.find(tx.hash); native != native_.end() && native->second == tx.identity)
    native_.erase(native);
  bodies_.erase(at);
}

void BodyStore::add(std::span<const Body> bodies) {
  const std::lock_guard lock(mutex_);
  for (const Body& body : bodies) insert(body, false);
}

void BodyStore::add_spare(std::span<const Body> bodies) {
  const std::lock_guard lock(mutex_);
  for (const Body& body : bodies) insert(body, true);
}

Body BodyStore::find(const Hash& identity) const {
  const std::lock_guard lock(mutex_);
  const auto at = bodies_.find(identity);
  return at == bodies_.end() ? nullptr : at->second.body;
}

Body BodyStore::find_by_hash(const Hash& hash) const {
  const std::lock_guard lock(mutex_);
  const auto native = native_.find(hash);
  const auto at = bodies_.find(native == native_.end() ? hash : native->second);
  return at == bodies_.end() ? nullptr : at->second.body;
}

std::vector<Body> BodyStore::find_all(std::span<const Hash> identities) const {
  std::vector<Body> found;
  found.reserve(identities.size());
  const std::lock_guard lock(mutex_);
  for (const Hash& identity : identities)
    if (const auto at = bodies_.find(identity); at != bodies_.end()) found.push_back(at->second.body);
  return found;
}

void BodyStore::drop(std::span<const Hash> identities) {
  const std::lock_guard lock(mutex_);
  for (const Hash& identity : identities)
    if (const auto at = bodies_.find(identity); at != bodies_.end() && !at->second.spare) erase(at);
}

void BodyStore::stored(std::span<const Body> bodies) {
  const std::lock_guard lock(mutex_);
  for (const Body& body : bodies)
    if (const auto at = bodies_.find(body->identity); at != bodies_.end()) make_spare(at->second);
}

std::size_t BodyStore::size() const {
  const std::lock_guard lock(mutex_);
  return bodies_.size();
}

BodyStore::Memory BodyStore::memory() const {
  const std::lock_guard lock(mutex_);
  return {bytes_ - std::min(bytes_, spare_bytes_), spare_bytes_};
}

}  // namespace hanse::node
