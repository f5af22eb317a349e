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

// A node answers with the bodies that it holds, without a value in between: the same bytes.
void check_borrowed(const group::Bodies& bodies, const Bytes& form) {
  std::vector<std::shared_ptr<const Transaction>> held;
  for (const EncodedTransaction& each : bodies.transactions)
    held.push_back(std::make_shared<const Transaction>(Transaction{.kind = each.kind, .encoded = each.bytes}));
  CHECK(encode_bodies(held, bodies.asked) == form);
}

// What decodes has one form, which decodes to itself.
FUZZ_TARGET(envelope, .per_byte = 1024) {
  const auto first = decode_envelope(input);
  if (!first) return;
  const Bytes form = encoded(*first);
  const auto second = decode_envelope(form);
  CHECK(second && first->index() == second->index() && encoded(*second) == form);
  const auto* message = std::get_if<group::PeerMessage>(&*first);
  if (message == nullptr) return;
  if (const auto* bodies = std::get_if<group::Bodies>(message)) check_borrowed(*bodies, form);
}

}  // namespace
}  // namespace hanse::node
