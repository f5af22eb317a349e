// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/check.hpp"
#include "node/envelope.hpp"

using namespace hanse;
using namespace hanse::node;

namespace {

Bytes encoded(const Envelope& envelope) {
  if (const auto* vote = std::get_if<SignedVote>(&envelope)) return encode_vote(vote->message, vote->signature);
  if (const auto* message = std::get_if<group::PeerMessage>(&envelope)) return encode_peer(*message);
  return encode_header_signature(std::get<HeaderSignature>(envelope));
}

}  // namespace

// What decodes has one form, which decodes to itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto first = decode_envelope({data, size});
  if (!first) return 0;
  const Bytes form = encoded(*first);
  const auto second = decode_envelope(form);
  CHECK(second.has_value());
  CHECK(encoded(*second) == form);
  return 0;
}
