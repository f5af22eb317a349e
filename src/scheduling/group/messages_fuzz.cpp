// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What members send one another beside votes, kind by kind.
#include "base/fuzz_target.hpp"
#include "codec/tars_round_trip.hpp"
#include "scheduling/group/events.hpp"
#include "scheduling/group/payload.hpp"

namespace hanse::group {
namespace {

FUZZ_TARGET(sync_status) { tars::round_trip<SyncStatus>(input); }
FUZZ_TARGET(block_request) { tars::round_trip<BlockRequest>(input); }
FUZZ_TARGET(block_reply, .per_byte = 256) { tars::round_trip<BlockReply>(input); }
FUZZ_TARGET(proposal_request) { tars::round_trip<ProposalRequest>(input); }
FUZZ_TARGET(body_request, .per_byte = 192) { tars::round_trip<BodyRequest>(input); }
FUZZ_TARGET(bodies, .per_byte = 192) { tars::round_trip<Bodies>(input); }

// A payload is split into identities, and put together again.
FUZZ_TARGET(proposal_reply) {
  const auto reply = tars::round_trip<ProposalReply>(input);
  if (!reply || !is_well_formed(reply->proposal.payload, 1'000)) return;
  CHECK(payload_of(hashes_of(reply->proposal.payload)) == reply->proposal.payload);
}

}  // namespace
}  // namespace hanse::group
