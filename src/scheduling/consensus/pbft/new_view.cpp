// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/new_view.hpp"

#include <algorithm>

#include "base/plant.hpp"
#include "base/probe.hpp"

namespace hanse::pbft {

std::optional<BlockNumber> number_of(const Record& record) {
  if (const auto* vote = std::get_if<VoteRecord>(&record)) {
    if (const auto* pre_prepare = std::get_if<PrePrepare>(&vote->vote)) return pre_prepare->proposal.head.number;
    return std::get<Prepare>(vote->vote).number;
  }
  if (const auto* prepared = std::get_if<PreparedRecord>(&record)) return prepared->proposal.head.number;
  return std::nullopt;
}

bool well_formed(const ClaimList& list, std::size_t window_max) {
  if (list.view == 0 || list.decided < 0 || list.claims.size() > window_max) return false;
  BlockNumber last = list.decided;
  for (const auto& claim : list.claims) {
    if (claim.number <= last || claim.view >= list.view) return false;
    if (claim.number > list.decided + static_cast<BlockNumber>(window_max)) return false;
    last = claim.number;
  }
  return true;
}

bool proves(const GroupName& group, const SealerSet& sealers, const Claim& claim, const ClaimProof& proof) {
  const auto& prepared = proof.prepared;
  return prepared.view == claim.view && prepared.number == claim.number && prepared.proposal == claim.proposal &&
         prepared.epoch == proof.head.epoch && proof.head.number == claim.number &&
         proposal_hash(group.suite, group.chain_id, group.group_id, proof.head) == claim.proposal &&
         sealers.weight_of(prepared.signatures) >= sealers.quorum();
}

bool proves_decided(const SealerSet& sealers, const ClaimList& list, const Certificate& certificate) {
  return certificate.epoch == list.epoch && certificate.number == list.decided &&
         certificate.proposal == list.decided_proposal &&
         sealers.weight_of(certificate.signatures) >= sealers.quorum();
}

std::vector<Claim> winners(const std::vector<SignedClaimList>& lists) {
  BlockNumber decided = 0;
  for (const auto& one : lists) decided = std::max(decided, one.list.decided);
  std::vector<Claim> out;
  for (const auto& one : lists) {
    for (const auto& claim : one.list.claims) {
      if (claim.number <= decided) continue;
      auto at = std::ranges::lower_bound(out, claim.number, {}, &Claim::number);
      if (at == out.end() || at->number != claim.number) out.insert(at, claim);
      else if (claim.view > at->view || PLANTED(any_view_prepared)) *at = claim;
    }
  }
  return out;
}

namespace {

bool lists_are_a_quorum(const SealerSet& sealers, const NewView& new_view, std::size_t window_max) {
  std::vector<bool> seen(sealers.size());
  WeightSum sum = 0;
  for (const auto& one : new_view.lists) {
    if (one.node >= sealers.size() || seen[one.node]) return false;
    if (one.list.epoch != new_view.epoch || one.list.view != new_view.view) return false;
    if (!well_formed(one.list, window_max)) return false;
    seen[one.node] = true;
    sum += sealers.weight(one.node);
  }
  return sum >= (PLANTED(new_view_by_few) ? sealers.faulty_max() + 1 : sealers.quorum());
}

// The planted way: one tip by (view, number), with the ancestors that the claims offer.
std::vector<Claim> only_tip(std::vector<Claim> claims) {
  auto tip = std::ranges::max_element(claims, {}, [](const Claim& c) { return std::pair(c.view, c.number); });
  if (tip != claims.end()) claims.erase(tip + 1, claims.end());
  return claims;
}

}  // namespace

std::optional<ViewPlan> plan_of(const GroupName& group, const SealerSet& sealers, const NewView& new_view,
                                BlockNumber epoch_base, std::size_t window_max) {
  if (!lists_are_a_quorum(sealers, new_view, window_max)) return std::nullopt;
  const auto top = std::ranges::max_element(new_view.lists, {}, [](const auto& one) { return one.list.decided; });
  ViewPlan plan{top->list.decided, {}};
  if (plan.decided < epoch_base) return std::nullopt;
  if (plan.decided > epoch_base && !PLANTED(base_unproved) &&
      (!new_view.decided_proof || !proves_decided(sealers, top->list, *new_view.decided_proof)))
    return std::nullopt;

  auto claims = winners(new_view.lists);
  if (PLANTED(one_tip)) claims = only_tip(std::move(claims));
  // The epoch's first parent has no proof here, so nobody's word for its hash is taken: a quorum prepared the claim above
  // it, hence an honest sealer knew that parent as decided.
  std::optional<Hash> parent;
  if (plan.decided > epoch_base || PLANTED(base_believed)) parent = top->list.decided_proposal;
  for (const auto& claim : claims) {
    if (claim.number != plan.first_fresh()) {                         // a gap: what lies above was never decided
      PROBE(new_view_cut_at_gap);
      break;
    }
    auto proof = std::ranges::find_if(new_view.proofs, [&](const auto& p) { return p.prepared.number == claim.number; });
    if (proof == new_view.proofs.end() || !proves(group, sealers, claim, *proof)) return std::nullopt;
    if (proof->head.epoch != new_view.epoch) return std::nullopt;
    if (parent && proof->head.parent != *parent) {
      PROBE(new_view_cut_at_parent);
      break;
    }
    plan.reproposals.push_back({claim.number, claim.proposal, proof->head});
    parent = claim.proposal;
  }
  if (plan.reproposals.size() > 1) PROBE(several_proposed_again);
  return plan;
}

std::vector<SignatureCheck> signatures_of(const GroupName& group, const SealerSet& sealers,
                                          const Certificate& decided) {
  const Hash digest =
      commit_digest(group, {decided.epoch, decided.view, decided.number, decided.proposal, decided.header});
  std::vector<SignatureCheck> checks;
  for (const auto& one : decided.signatures) checks.push_back({sealers.node(one.node), digest, one.signature});
  return checks;
}

std::vector<SignatureCheck> signatures_of(const GroupName& group, const SealerSet& sealers,
                                          const PreparedCertificate& prepared) {
  const Hash digest =
      prepare_digest(group, {prepared.epoch, prepared.view, prepared.number, prepared.proposal});
  std::vector<SignatureCheck> checks;
  for (const auto& one : prepared.signatures) checks.push_back({sealers.node(one.node), digest, one.signature});
  return checks;
}

std::vector<SignatureCheck> signatures_of(const GroupName& group, const SealerSet& sealers, const NewView& new_view) {
  std::vector<SignatureCheck> checks;
  auto add = [&](std::vector<SignatureCheck> more) { std::ranges::move(more, std::back_inserter(checks)); };
  for (const auto& one : new_view.lists)
    checks.push_back({sealers.node(one.node), claim_list_digest(group, one.list), one.signature});
  if (new_view.decided_proof && sealers.weight_of(new_view.decided_proof->signatures) > 0)
    add(signatures_of(group, sealers, *new_view.decided_proof));
  for (const auto& proof : new_view.proofs)
    if (sealers.weight_of(proof.prepared.signatures) > 0) add(signatures_of(group, sealers, proof.prepared));
  return checks;
}

}  // namespace hanse::pbft
