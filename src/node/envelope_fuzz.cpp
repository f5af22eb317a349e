// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "node/envelope.hpp"

namespace hanse::node {
namespace {

Bytes encoded(const Envelope& envelope) {
  if (const auto* vote = std::get_if<SignedVote>(&envelope)) return encode_vote(vote->message, vote->signature);
  if (const auto* message = std::get_if<group::PeerMessage>(&envelope)) return encode_peer(*message);
  return encode_header_signature(std::get<HeaderSignature>(envelope));
}

// What decodes has one form, which decodes to itself.
FUZZ_TARGET(envelope, .per_byte = 256) {
  const auto first = decode_envelope(input);
  if (!first) return;
  const Bytes form = encoded(*first);
  const auto second = decode_envelope(form);
  CHECK(second && first->index() == second->index() && encoded(*second) == form);
}

}  // namespace
}  // namespace hanse::node
