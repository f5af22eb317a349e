// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a quorum of ViewChanges says about the next view, as pure functions: everybody computes the same plan from the
// same claim lists. Per number the claim of the highest view wins; the chain is cut at the first gap or parent mismatch
// (what is cut was provably undecided, by the ancestor rule of Commit). Never is one tip chosen by (view, number).
#pragma once

#include <optional>
#include <vector>

#include "scheduling/consensus/pbft/effects.hpp"
#include "scheduling/consensus/pbft/sealer_set.hpp"

namespace hanse::pbft {

struct Reproposal {
  BlockNumber number = 0;
  Hash proposal;
  ProposalHead head;
};

struct ViewPlan {
  BlockNumber decided = 0;                 // d: nothing at or below is voted in this view
  std::vector<Reproposal> reproposals;     // d + 1, d + 2, …: exactly these
  BlockNumber first_fresh() const { return decided + static_cast<BlockNumber>(reproposals.size()) + 1; }
};


// Shape of a claim list: rising numbers directly above `decided`, bounded, views below the one asked for.
bool well_formed(const ClaimList& list, std::size_t window_max);
// Shape of one proof for a claim: head, certificate and claim agree, weight of a quorum. Signatures are not checked.
bool proves(const GroupName& group, const SealerSet& sealers, const Claim& claim, const ClaimProof& proof);
bool proves_decided(const SealerSet& sealers, const ClaimList& list, const Certificate& certificate);

// The highest claim for each number above the highest `decided`, gaps not yet cut.
std::vector<Claim> winners(const std::vector<SignedClaimList>& lists);

// The plan of a NewView, or none when it is malformed: no quorum of distinct sealers, an unproved winner, a wrong proof,
// a missing proof of d. `epoch_base` is the last block of the epoch before: as d it needs no proof. Signatures are not
// checked: signatures_of names them.
std::optional<ViewPlan> plan_of(const GroupName& group, const SealerSet& sealers, const NewView& new_view,
                                BlockNumber epoch_base, std::size_t window_max);

std::vector<SignatureCheck> signatures_of(const GroupName& group, const SealerSet& sealers, const NewView& new_view);
std::vector<SignatureCheck> signatures_of(const GroupName& group, const SealerSet& sealers, const Certificate& decided);
std::vector<SignatureCheck> signatures_of(const GroupName& group, const SealerSet& sealers,
                                          const PreparedCertificate& prepared);

}  // namespace hanse::pbft
