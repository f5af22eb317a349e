// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/bloom.hpp"

namespace hanse::rpc::web3 {
namespace {

void add_item(Bloom& bloom, BytesView item) {
  const Hash hash = keccak256(item);
  for (std::size_t i = 0; i < 6; i += 2) {
    const std::size_t bit = (std::size_t{hash.bytes[i]} << 8 | hash.bytes[i + 1]) & 2047;
    bloom.bytes[255 - bit / 8] |= static_cast<std::uint8_t>(1u << bit % 8);
  }
}

}  // namespace

void add_to_bloom(Bloom& bloom, std::span<const LogEntry> logs) {
  for (const LogEntry& log : logs) {
    add_item(bloom, log.address);
    for (const Hash& topic : log.topics) add_item(bloom, topic);
  }
}

}  // namespace hanse::rpc::web3
