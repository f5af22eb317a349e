// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Who is who, and the stand-in for signatures: a checksum keyed with the signer's secret. A signature that was not made
// with the secret is refused as a real one would be; the actors that misbehave are given their own secret only.
#pragma once

#include <optional>
#include <vector>

#include "protocol/types.hpp"
#include "sim/checksum.hpp"

namespace hanse::sim {

using NodeNumber = std::uint32_t;   // place of a node in the world, whatever the sealer list says

class KeyRing {
 public:
  KeyRing(std::uint64_t seed, std::size_t nodes) {
    for (std::size_t i = 0; i < nodes; ++i) {
      Checksum key(seed);
      key.add(i);
      NodeId id;
      std::memcpy(id.bytes.data(), key.hash().bytes.data(), 32);
      id.bytes[63] = static_cast<std::uint8_t>(i);
      ids_.push_back(id);
      secrets_.push_back(key.add(0x5ec2e7).word());
    }
  }

  std::size_t size() const { return ids_.size(); }
  const NodeId& id(NodeNumber node) const { return ids_[node]; }
  std::optional<NodeNumber> number(const NodeId& id) const {
    const NodeNumber last_byte = id.bytes[63];
    if (last_byte >= ids_.size() || ids_[last_byte] != id) return std::nullopt;
    return last_byte;
  }

  Bytes sign(NodeNumber node, const Hash& digest) const {
    const std::uint64_t word = word_of(node, digest);
    Bytes signature(8);
    std::memcpy(signature.data(), &word, 8);
    return signature;
  }
  bool verify(const NodeId& signer, const Hash& digest, const Bytes& signature) const {
    auto node = number(signer);
    if (!node || signature.size() != 8) return false;
    const std::uint64_t word = word_of(*node, digest);
    return std::memcmp(signature.data(), &word, 8) == 0;
  }

 private:
  std::uint64_t word_of(NodeNumber node, const Hash& digest) const {
    return Checksum(secrets_[node]).add(BytesView(digest)).word();
  }

  std::vector<NodeId> ids_;
  std::vector<std::uint64_t> secrets_;
};

}  // namespace hanse::sim
