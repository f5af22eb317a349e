// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/proposal.hpp"

#include "protocol/bound_hash.hpp"

namespace hanse {

Hash payload_hash_of(Suite suite, BytesView payload) { return hash_of(suite, payload); }

Hash proposal_hash(Suite suite, std::string_view chain_id, std::string_view group_id, const ProposalHead& head) {
  return bound_hash_of(suite, "hanse.proposal.v1", chain_id, group_id, head);
}

}  // namespace hanse
