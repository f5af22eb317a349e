// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/checkers/knowledge.hpp"

#include <algorithm>

namespace hanse::sim {

Knowledge::Knowledge(const Plan& plan, const KeyRing& keys, std::shared_ptr<const Outcome> genesis)
    : plan_(plan), keys_(keys), reference_{std::move(genesis)} {
  const GroupConfig& first = *plan.configs.front();
  group_name_ = {first.suite, first.chain_id, first.group_id};
  for (const auto& config : plan.configs) {
    auto& weights = weights_.emplace_back(plan.nodes.size(), 0);
    Weight total = 0, byzantine = 0;
    for (const Sealer& sealer : config->sealers) {
      const NodeNumber node = *keys.number(sealer.node);
      weights[node] = sealer.weight;
      total += sealer.weight;
      byzantine += plan.nodes[node].byzantine ? sealer.weight : 0;
    }
    totals_.push_back(total), byzantine_.push_back(byzantine);
  }
}

void Knowledge::learn(const ProposalHead& head) { heads_.try_emplace(hash_of(head), head); }

void Knowledge::learn(const Hash& digest, const pbft::Message& message) {
  if (!learned_.insert(digest).second) return;
  if (const auto* pre_prepare = std::get_if<pbft::PrePrepare>(&message)) learn(pre_prepare->proposal.head);
  if (const auto* change = std::get_if<pbft::ViewChange>(&message))
    for (const auto& proof : change->proofs) learn(proof.head);
  if (const auto* new_view = std::get_if<pbft::NewView>(&message))
    for (const auto& proof : new_view->proofs) learn(proof.head);
}

const ProposalHead* Knowledge::head(const Hash& proposal) const {
  auto at = heads_.find(proposal);
  return at == heads_.end() ? nullptr : &at->second;
}

Hash Knowledge::hash_of(const ProposalHead& head) const {
  const std::uint64_t key = Checksum(head.epoch)
                                .add(static_cast<std::uint64_t>(head.number))
                                .add(BytesView(head.parent))
                                .add(static_cast<std::uint64_t>(head.time_ms))
                                .add(head.proposer)
                                .add(head.first_view)
                                .add(BytesView(head.payload_hash))
                                .word();
  const auto [at, first] = hashes_.try_emplace(key);
  if (first || at->second.head != head)
    at->second = {head, proposal_hash(group_name_.suite, group_name_.chain_id, group_name_.group_id, head)};
  return at->second.hash;
}

Weight Knowledge::weight(Epoch epoch, const std::set<NodeNumber>& nodes) const {
  Weight sum = 0;
  for (const NodeNumber node : nodes) sum += weights_[epoch][node];
  return sum;
}

std::optional<std::string> Knowledge::wrong_quorum(Epoch epoch, const Hash& digest,
                                                   const std::vector<IndexedSignature>& signatures) const {
  if (!known_epoch(epoch)) return "of an epoch that was never planned";
  const auto& sealers = plan_.configs[epoch]->sealers;
  std::set<NodeIndex> seen;
  Weight sum = 0;
  for (const auto& one : signatures) {
    if (one.node >= sealers.size()) return fmt::format("index {} is no sealer", one.node);
    if (!seen.insert(one.node).second) return fmt::format("sealer {} stands twice", one.node);
    if (!keys_.verify(sealers[one.node].node, digest, one.signature))
      return fmt::format("signature of sealer {} is wrong", one.node);
    sum += sealers[one.node].weight;
  }
  if (sum < quorum(epoch)) return fmt::format("weight {} of {} needed", sum, quorum(epoch));
  return std::nullopt;
}

std::optional<BlockNumber> Knowledge::base_of(Epoch epoch) const {
  if (epoch == 0) return 0;
  for (const auto& outcome : reference_)
    if (outcome->ends_epoch && outcome->state.epoch == epoch) return outcome->number;
  return std::nullopt;
}

namespace {

struct Best {
  View view = 0;
  std::set<Hash> proposals;
};

std::optional<std::map<BlockNumber, Best>> best_claims(const Knowledge& known, const pbft::NewView& new_view,
                                                       AllowedView& out, Hash& decided_proposal) {
  const auto& sealers = known.plan().configs[new_view.epoch]->sealers;
  std::set<NodeIndex> seen;
  Weight sum = 0;
  std::map<BlockNumber, Best> best;
  for (const auto& one : new_view.lists) {
    const pbft::ClaimList& list = one.list;
    if (one.node >= sealers.size() || !seen.insert(one.node).second) return std::nullopt;
    if (list.epoch != new_view.epoch || list.view != new_view.view) return std::nullopt;
    if (!known.keys().verify(sealers[one.node].node, pbft::claim_list_digest(known.group_name(), list), one.signature))
      return std::nullopt;
    sum += sealers[one.node].weight;
    if (seen.size() == 1 || list.decided > out.decided)
      out.decided = list.decided, decided_proposal = list.decided_proposal;
    for (const auto& claim : list.claims) {
      if (claim.view >= list.view) return std::nullopt;
      Best& of_number = best[claim.number];
      if (!of_number.proposals.empty() && claim.view < of_number.view) continue;
      if (claim.view > of_number.view) of_number.proposals.clear();
      of_number.view = claim.view;
      of_number.proposals.insert(claim.proposal);
    }
  }
  if (sum < known.quorum(new_view.epoch)) return std::nullopt;
  return best;
}

bool proves_decided(const Knowledge& known, const pbft::NewView& new_view, BlockNumber decided) {
  if (known.base_of(new_view.epoch) == decided) return true;
  if (!new_view.decided_proof) return false;
  const Certificate& proof = *new_view.decided_proof;
  const Hash digest =
      pbft::commit_digest(known.group_name(), {proof.epoch, proof.view, proof.number, proof.proposal, proof.header});
  return proof.number == decided && proof.epoch == new_view.epoch &&
         !known.wrong_quorum(proof.epoch, digest, proof.signatures);
}

}  // namespace

std::optional<AllowedView> resolve(const Knowledge& known, const pbft::NewView& new_view) {
  if (!known.known_epoch(new_view.epoch)) return std::nullopt;
  AllowedView out{new_view.epoch, new_view.view, 0, {}};
  Hash parent;
  const auto best = best_claims(known, new_view, out, parent);
  if (!best || !proves_decided(known, new_view, out.decided)) return std::nullopt;
  if (known.base_of(new_view.epoch) == out.decided)
    parent = known.reference(out.decided).proposal;  // nobody's word for it
  for (BlockNumber number = out.decided + 1; best->contains(number); ++number) {
    const Best& winner = best->at(number);
    const auto proof = std::ranges::find_if(new_view.proofs, [&](const pbft::ClaimProof& one) {
      return one.head.number == number && one.prepared.view == winner.view &&
             winner.proposals.contains(known.hash_of(one.head));
    });
    if (proof == new_view.proofs.end()) return std::nullopt;
    const auto& prepared = proof->prepared;
    const Hash digest =
        pbft::prepare_digest(known.group_name(), {prepared.epoch, prepared.view, prepared.number, prepared.proposal});
    if (prepared.epoch != new_view.epoch || prepared.number != number ||
        prepared.proposal != known.hash_of(proof->head))
      return std::nullopt;
    if (known.wrong_quorum(prepared.epoch, digest, prepared.signatures)) return std::nullopt;
    if (proof->head.parent != parent) break;
    parent = prepared.proposal;
    out.again.push_back(parent);
  }
  return out;
}

}  // namespace hanse::sim
