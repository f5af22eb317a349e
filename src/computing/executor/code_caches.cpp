// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/code_caches.hpp"

#include <atomic>

#include "computing/vm/evm.hpp"

namespace hanse::executor {
namespace {

// A byte of code takes its own place, one in the engine's copy, a bit of the table of jumps, and its part of the cache's tables.
constexpr std::size_t kMemoryOfByte = 3;

std::atomic<std::size_t> code_bytes_each_max{8u << 20};
std::atomic<std::size_t> code_bytes_held{0};

struct OfThread {
  state::CodeCache cache{vm::analyse_code, code_bytes_each_max};
  std::size_t counted = 0;
  ~OfThread() { code_bytes_held -= counted; }
};

}  // namespace

state::CodeCache& code_cache() {
  static thread_local OfThread own;
  own.cache.bound(code_bytes_each_max.load(std::memory_order_relaxed));
  code_bytes_held += own.cache.size() - own.counted;
  own.counted = own.cache.size();
  return own.cache;
}

void bound_code_caches(std::size_t bytes_each_max) { code_bytes_each_max = bytes_each_max / kMemoryOfByte; }
std::size_t code_cache_bytes() { return code_bytes_held * kMemoryOfByte; }

}  // namespace hanse::executor
