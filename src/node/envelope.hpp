// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What travels between the hosts of a group (docs/WIRE.md, envelope): one byte for the kind, then tars. A vote carries its
// sender's signature over digest_of(message); everything else is trusted to come from the node that the gateway proved.
// Decoding bounds counts and sizes; it believes nothing else.
#pragma once

#include <span>

#include "scheduling/group/events.hpp"

namespace hanse::node {

struct SignedVote {
  pbft::Message message;
  Bytes signature;
};

// A sealer's signature over the header hash alone, made after the local decision: FISCO clients' signatureList.
struct HeaderSignature {
  BlockNumber number = 0;
  Bytes signature;
  static void fields(auto& self, auto&& field) { field(1, self.number), field(2, self.signature); }
};

using Envelope = std::variant<SignedVote, group::PeerMessage, HeaderSignature>;

constexpr std::size_t kEnvelopeBytesMax = 32u << 20;
constexpr std::size_t kBodiesCountMax = 10'000;         // hashes of a BodyRequest, transactions of Bodies
constexpr std::size_t kBlocksCountMax = 128;            // of a BlockReply
constexpr std::size_t kSignatureBytesMax = 128;
// Of all items of a message in memory, their bytes apart: 2 bytes on the wire can be an item of 32, and were a gigabyte in a
// message that is then found to have too many. A BlockReply of the smallest real transactions needs a third of it.
constexpr std::size_t kItemsBytesMax = 32u << 20;

Bytes encode_vote(const pbft::Message& message, BytesView signature);
Bytes encode_peer(const group::PeerMessage& message);
Bytes encode_header_signature(const HeaderSignature& signature);

// Bodies without the copies that a Bodies value would need.
Bytes encode_bodies(std::span<const std::shared_ptr<const Transaction>> transactions, bool asked);

// Errors: bad_frame (unknown kind, empty), too_large, bad_encoding.
Result<Envelope> decode_envelope(BytesView bytes);

}  // namespace hanse::node
