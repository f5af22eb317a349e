// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What sealers send one another, kind by kind, and what a replica reads back from its own log.
#include "base/fuzz_target.hpp"
#include "codec/tars_round_trip.hpp"
#include "scheduling/consensus/pbft/effects.hpp"

namespace hanse::pbft {
namespace {

// A message has one digest, bound to the group.
template <class Kind>
void check(BytesView input) {
  const auto message = tars::round_trip<Kind>(input);
  if (!message) return;
  const GroupName here{Suite::standard, "chain0", "group0"}, there{Suite::standard, "chain0", "group1"};
  CHECK(digest_of(here, Message(*message)) == digest_of(here, Message(*message)));
  CHECK(digest_of(here, Message(*message)) != digest_of(there, Message(*message)));
}

FUZZ_TARGET(pre_prepare) { check<PrePrepare>(input); }
FUZZ_TARGET(prepare) { check<Prepare>(input); }
FUZZ_TARGET(commit) { check<Commit>(input); }
FUZZ_TARGET(view_change, .per_byte = 256) { check<ViewChange>(input); }
FUZZ_TARGET(new_view, .per_byte = 256) { check<NewView>(input); }

FUZZ_TARGET(consensus_message, .per_byte = 256) { tars::round_trip<Message>(input); }

FUZZ_TARGET(consensus_record, .per_byte = 256) {
  const auto record = tars::round_trip<Record>(input);
  if (record) CHECK(number_of(*record).has_value() == (record->index() < 2));   // of votes and what was prepared
}

}  // namespace
}  // namespace hanse::pbft
