// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A misbehaving sealer's part in view changes and in sync.
#include <algorithm>

#include "scheduling/consensus/pbft/new_view.hpp"
#include "sim/byzantine.hpp"
#include "sim/mutate.hpp"
#include "sim/world.hpp"

namespace hanse::sim {

// Claims any certificate it knows for a number, or none; another d that it can prove.
void Byzantine::hide_claims(pbft::ViewChange& change) {
  for (const auto& proof : change.proofs) remember(proof, change.list.epoch);   // its own, which nobody else may have
  if (prng_.chance(1, 4)) return;
  if (const BlockNumber head = host_.disk().head(); head > 1 && prng_.chance(1, 3)) {
    const auto& block =
        host_.disk().ledger()[static_cast<std::size_t>(prng_.between(1, static_cast<std::uint64_t>(head))) - 1];
    if (block->certificate.epoch == change.list.epoch) {
      change.list.decided = block->outcome->number, change.list.decided_proposal = block->outcome->proposal;
      change.decided_proof = block->certificate;
    }
  }
  const bool needs_no_proof = world_.checkers().known().base_of(change.list.epoch) == change.list.decided;
  if (needs_no_proof && prng_.chance(2, 3)) change.list.decided_proposal = Checksum(prng_.next()).hash();
  change.list.claims.clear(), change.proofs.clear();
  for (BlockNumber number = change.list.decided + 1; number <= change.list.decided + world_.plan().limits.window_max;
       ++number) {
    auto at = proofs_.find({change.list.epoch, number});
    if (at == proofs_.end() || prng_.chance(1, 3)) continue;
    const auto& proof = at->second[prng_.below(at->second.size())];
    if (proof.prepared.view >= change.list.view) continue;
    change.list.claims.push_back({number, proof.prepared.view, proof.prepared.proposal});
    change.proofs.push_back(proof);
  }
}

// A NewView of its own choice among those that the ViewChanges allow, or one that they do not: a signed list changed,
// one invented, one missing.
void Byzantine::forge_new_view() {
  if (changes_.empty()) return;
  const auto at = std::next(
      changes_.begin(),
      static_cast<std::ptrdiff_t>(changes_.size() - 1 - prng_.below(std::min<std::size_t>(changes_.size(), 3))));
  const auto [epoch, view] = at->first;
  const Knowledge& known = world_.checkers().known();
  const auto& sealers = world_.plan().configs[epoch]->sealers;
  std::vector<NodeIndex> order;
  for (const auto& [node, vote] : at->second) order.push_back(node);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[prng_.below(i)]);
  pbft::NewView forged{epoch, view, {}, {}, {}};
  Weight sum = 0;
  const Weight enough = prng_.chance(1, 4) ? (known.quorum(epoch) + 1) / 2 : known.quorum(epoch);
  std::vector<pbft::ClaimProof> proofs;
  for (const NodeIndex node : order) {
    if (sum >= enough) break;
    const auto& vote = std::get<SignedVote>(at->second.at(node)->content);
    const auto& change = std::get<pbft::ViewChange>(vote.message());
    if (forged.lists.empty() || change.list.decided > forged.decided_proof.value_or(Certificate{}).number)
      forged.decided_proof = change.decided_proof;
    forged.lists.push_back({node, change.list, vote.signature()});
    proofs.insert(proofs.end(), change.proofs.begin(), change.proofs.end());
    sum += sealers[node].weight;
  }
  if (prng_.chance(1, 3) && !forged.lists.empty()) {  // under a signature that no longer fits
    auto& list = forged.lists[prng_.below(forged.lists.size())].list;
    if (!list.claims.empty()) list.claims.pop_back();
    else list.decided = 0;
  }
  for (NodeIndex node = 0; sum < enough && node < sealers.size(); ++node) {
    if (at->second.contains(node)) continue;
    auto invented = forged.lists.empty() ? pbft::ClaimList{epoch, view, 0, world_.genesis()->proposal, {}}
                                         : forged.lists.front().list;
    invented.claims.clear();
    forged.lists.push_back({node, std::move(invented), Bytes(8, 7)});
    sum += sealers[node].weight;
  }
  for (const auto& winner : pbft::winners(forged.lists)) {
    const auto proof = std::ranges::find_if(proofs, [&](const auto& one) {
      return one.prepared.proposal == winner.proposal && one.prepared.view == winner.view;
    });
    if (proof != proofs.end()) forged.proofs.push_back(*proof);
  }
  world_.probes().hit(Probe::forged_new_view);
  for (NodeNumber to = 0; to < world_.keys().size(); ++to)
    if (to != host_.node() && prng_.chance(1, 2)) say(to, forged);
}

void Byzantine::lie_about_number() {
  const auto head = host_.disk().head();
  group::SyncStatus status{head, host_.disk().head_outcome().header, host_.core().status().epoch};
  static constexpr BlockNumber kOff[] = {-3, -1, 1, 2, 50, 1'000'000};
  status.number = std::max<BlockNumber>(0, head + kOff[prng_.below(std::size(kOff))]);
  for (NodeNumber to = 0; to < world_.keys().size(); ++to) {
    if (to == host_.node()) continue;
    pass(to, peer_wire(world_.keys(), host_.node(), status));
    send(to, peer_wire(world_.keys(), host_.node(), group::StandingRequest{prng_.next()}));   // it lost nothing
  }
}

group::BlockReply Byzantine::broken(group::BlockReply reply) {
  if (reply.blocks.empty() || prng_.chance(1, 4)) return reply;
  auto& block = reply.blocks[prng_.below(reply.blocks.size())];
  switch (prng_.below(4)) {
    case 0: {
      group::PeerMessage message = std::move(reply);
      note_mutation(mutate(message, prng_), true);
      return std::get<group::BlockReply>(std::move(message));
    }
    case 1:
      while (!block.certificate.signatures.empty() && prng_.chance(2, 3)) block.certificate.signatures.pop_back();
      break;
    case 2:
      replace_block(block);
      break;
    case 3:
      truncate(reply);
      break;
  }
  return reply;
}

// Something is missing: transactions, the end of a payload, a block in the middle, all blocks but the last.
void Byzantine::truncate(group::BlockReply& reply) {
  const std::size_t at = prng_.below(reply.blocks.size());
  CertifiedBlock& block = reply.blocks[at];
  switch (prng_.below(4)) {
    case 0: block.transactions.clear(); break;
    case 1: block.proposal.payload.resize(prng_.below(block.proposal.payload.size() + 1)); break;
    case 2: reply.blocks.erase(reply.blocks.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 3: reply.blocks.erase(reply.blocks.begin(), std::prev(reply.blocks.end())); break;
  }
}

// Another block for the number, right in everything but the signatures: they are the old ones, its own many times,
// invented, or those that the sealers of an epoch that is over might have made.
void Byzantine::replace_block(CertifiedBlock& block) {
  const ProposalHead& head = block.proposal.head;
  if (head.number < 1 || head.number > host_.disk().head()) return;
  std::vector<ModelTransaction> bodies;
  for (const auto& encoded : block.transactions)
    if (auto tx = decode(encoded)) bodies.push_back(*tx);
  if (bodies.size() != hashes_of(block.proposal).size()) return;
  ++block.proposal.head.time_ms;
  if (head.epoch > 0 && prng_.chance(1, 2)) {
    block.proposal.head.epoch = block.certificate.epoch = prng_.below(head.epoch);
    world_.probes().hit(Probe::old_members);
  }
  world_.checkers().learn(block.proposal.head);
  Certificate& proof = block.certificate;
  proof.proposal = world_.checkers().known().hash_of(head);
  proof.header =
      execute(world_.plan().configs, *host_.disk().outcome(head.number - 1), block.proposal, proof.proposal, bodies)
          .header;
  if (prng_.chance(2, 3)) sign_block(proof, head.epoch);
}

void Byzantine::sign_block(Certificate& proof, Epoch epoch) {
  const auto& sealers = world_.plan().configs[epoch]->sealers;
  const auto me = std::ranges::find(sealers, world_.keys().id(host_.node()), &Sealer::node);
  if (me == sealers.end()) return;
  const pbft::Commit vote{proof.epoch, proof.view, proof.number, proof.proposal, proof.header};
  const Bytes mine = world_.keys().sign(host_.node(), pbft::commit_digest(world_.group_name(), vote));
  const auto my_index = static_cast<NodeIndex>(me - sealers.begin());
  const bool repeat = prng_.chance(1, 2);
  proof.signatures.clear();
  for (NodeIndex node = 0; node < sealers.size(); ++node)
    proof.signatures.push_back({repeat ? my_index : node, repeat || node == my_index ? mine : Bytes(8, 9)});
}

}  // namespace hanse::sim
