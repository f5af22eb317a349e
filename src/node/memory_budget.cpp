// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/memory_budget.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kMiB = 1u << 20;
constexpr std::size_t kDefaultMb = 384;
constexpr std::size_t kRestOfProcess = 80 * kMiB;
constexpr std::size_t kRestOfGroup = 16 * kMiB;
constexpr std::size_t kCodePart = 16;                // one in so many
constexpr std::size_t kShareMin = 64 * kMiB;         // of a group: 16 MiB a part, so that the pool takes the largest transaction
constexpr std::size_t kMemoryOfTransaction = 1024;   // decoded, in the pool's orders and among the bodies, encoded form aside
constexpr std::size_t kFormsOfBytes = 2;             // the bytes of a transaction stand there encoded and decoded
constexpr std::size_t kFromPeers = 2;                // peers may bring that many times what clients may (txpool.hpp)

}  // namespace

std::size_t memory_budget_mb_min(std::size_t group_count) {
  const std::size_t without_code = kRestOfProcess + group_count * (kRestOfGroup + kShareMin);
  return (without_code * kCodePart / (kCodePart - 1) + kMiB - 1) / kMiB;
}

std::size_t memory_budget_mb_default(std::size_t group_count) { return std::max(kDefaultMb, memory_budget_mb_min(group_count)); }

MemoryBudget MemoryBudget::divide(std::size_t total_mb, std::size_t group_count) {
  CHECK(group_count > 0 && total_mb >= memory_budget_mb_min(group_count));
  MemoryBudget budget{.total = total_mb * kMiB, .group_count = group_count};
  budget.rest = kRestOfProcess + group_count * kRestOfGroup;
  budget.code = budget.total / kCodePart;
  const std::size_t part = (budget.total - budget.rest - budget.code) / group_count / 4;
  budget.of_group = {.store = {.cache_bytes = part, .write_buffer_bytes = part}, .pool = part, .spare_bodies = part};
  return budget;
}

txpool::PoolLimits bounded(txpool::PoolLimits limits, const MemoryShare& share) {
  const std::size_t half = share.pool / 2;
  limits.count_max = std::min(limits.count_max, half / kFromPeers / kMemoryOfTransaction);
  limits.bytes_max = std::min(limits.bytes_max, half / kFormsOfBytes);
  return limits;
}

}  // namespace hanse::node
