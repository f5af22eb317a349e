// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "storage/state/code_cache.hpp"

namespace hanse::state {

CodeRef CodeCache::find(const Hash& hash) {
  const auto found = by_hash_.find(hash);
  if (found == by_hash_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return by_use_.front();
}

CodeRef CodeCache::add(const Hash& hash, Bytes bytes) {
  auto analysed = analyse_(bytes);
  auto code = std::make_shared<const ContractCode>(ContractCode{hash, std::move(bytes), std::move(analysed)});
  size_ += code->bytes.size();
  by_use_.push_front(code);
  by_hash_[hash] = by_use_.begin();
  make_room();
  return code;
}

void CodeCache::make_room() {
  while (size_ > size_max_ && by_use_.size() > 1) {
    size_ -= by_use_.back()->bytes.size();
    by_hash_.erase(by_use_.back()->hash);
    by_use_.pop_back();
  }
}

void CodeCache::bound(std::size_t size_max) {
  size_max_ = size_max;
  make_room();
}

CodeRef CodeCache::fresh(const Hash& hash, BytesView bytes, std::shared_ptr<const void> analysed) {
  return std::make_shared<const ContractCode>(ContractCode{hash, to_bytes(bytes), std::move(analysed)});
}

}  // namespace hanse::state
