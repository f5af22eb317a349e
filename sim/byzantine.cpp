// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/byzantine.hpp"

#include <algorithm>

#include "sim/mutate.hpp"
#include "sim/world.hpp"

namespace hanse::sim {

Byzantine::Byzantine(World& world, Host& host, std::uint64_t seed)
    : world_(world), host_(host), plan_(world.plan().nodes[host.node()]), prng_(seed) {}

void Byzantine::pass(NodeNumber to, WirePtr wire) { world_.network_send(host_, to, std::move(wire)); }

void Byzantine::say(NodeNumber to, pbft::Message message) {
  pass(to, signed_wire(world_.group_name(), world_.keys(), host_.node(), std::move(message)));
}

void Byzantine::say_to_all(const pbft::Message& message) {
  const WirePtr wire = signed_wire(world_.group_name(), world_.keys(), host_.node(), message);
  for (NodeNumber to = 0; to < world_.keys().size(); ++to)
    if (to != host_.node()) pass(to, wire);
}

bool Byzantine::other_half(NodeNumber to, BlockNumber number, View view) const {
  if (has(Trait::overfills)) return true;  // the same lie for everybody
  return Checksum(world_.plan().seed).add(to).add(static_cast<std::uint64_t>(number)).add(view).word() & 1;
}

void Byzantine::send(NodeNumber to, WirePtr wire) {
  const auto period = static_cast<std::uint64_t>(world_.now() / 300'000);
  if (has(Trait::deaf) && Checksum(period).add(to).word() % 4 == 0) return;
  if (const auto* vote = std::get_if<SignedVote>(&wire->content)) return send_vote(to, wire, *vote);
  group::PeerMessage message = std::get<PeerWire>(wire->content).message();
  if (std::holds_alternative<group::Bodies>(message) && has(Trait::withholds)) return;
  if (std::holds_alternative<group::BlockReply>(message) && has(Trait::hoards)) return;
  if (auto* reply = std::get_if<group::BlockReply>(&message); reply && has(Trait::lies_in_sync))
    *reply = broken(*reply);
  if (auto* status = std::get_if<group::SyncStatus>(&message); status && has(Trait::lies_in_sync))
    status->number += static_cast<BlockNumber>(prng_.below(7)) - 3;
  if (auto* standing = std::get_if<group::StandingReply>(&message); standing && has(Trait::lies_in_sync)) {
    standing->decided = prng_.chance(1, 2) ? 0 : standing->decided + 1'000'000;
    standing->view = prng_.chance(1, 2) ? 0 : standing->view + 1'000;
  }
  if (mutates_now()) note_mutation(mutate(message, prng_), true);
  pass(to, peer_wire(world_.keys(), host_.node(), std::move(message)));
}

void Byzantine::send_vote(NodeNumber to, const WirePtr& wire, const SignedVote& vote) {
  if (has(Trait::hoards) && std::holds_alternative<pbft::Commit>(vote.message())) return;
  pbft::Message message =
      has(Trait::equivocates) || has(Trait::overfills) ? equivocate(to, vote.message()) : vote.message();
  if (auto* change = std::get_if<pbft::ViewChange>(&message); change && has(Trait::hides_claims)) hide_claims(*change);
  if (auto* commit = std::get_if<pbft::Commit>(&message); commit && has(Trait::wrong_results) && prng_.chance(1, 2))
    commit->header = Checksum(prng_.next()).hash();
  if (mutates_now()) return send_changed(to, vote, std::move(message), prng_.chance(1, 2));
  return message == vote.message() ? pass(to, wire) : say(to, std::move(message));
}

bool Byzantine::mutates_now() {
  return has(Trait::mutates) && prng_.chance(world_.plan().mood == Mood::byzantine ? 4 : 1, 8);
}

// One field changed: under a new signature of its own, or under the one that the message had. Or the signature itself, or
// whose it is said to be.
void Byzantine::send_changed(NodeNumber to, const SignedVote& vote, pbft::Message message, bool sign_again) {
  NodeId from = vote.from();
  Bytes signature = vote.signature();
  switch (prng_.below(12)) {
    case 0:
      from = world_.keys().id(static_cast<NodeNumber>(prng_.below(world_.keys().size())));
      note_mutation(std::string(name_of(message)) + ".from", false);
      break;
    case 1:
      signature[prng_.below(signature.size())] ^= static_cast<std::uint8_t>(1u << prng_.below(8));
      note_mutation(std::string(name_of(message)) + ".signature", false);
      break;
    default:
      note_mutation(mutate(message, prng_), sign_again);
      if (sign_again) return say(to, std::move(message));
  }
  const Hash digest = pbft::digest_of(world_.group_name(), message);
  pass(to, std::make_shared<Wire>(host_.node(), SignedVote(from, std::move(message), std::move(signature), digest,
                                                           vote.digest)));
}

void Byzantine::note_mutation(const std::string& path, bool signed_again) {
  if (path.empty()) return;
  Mutations& of_path = world_.probes().mutations[path];
  ++(signed_again ? of_path.signed_again : of_path.kept);
}

// ---- equivocation ----
const Proposal* Byzantine::alternative(const Proposal& proposal) {
  const Hash hash = world_.checkers().known().hash_of(proposal.head);
  if (auto at = alternatives_.find(hash); at != alternatives_.end()) return &at->second;
  Proposal other = proposal;
  spoil(other.head);
  if (has(Trait::overfills)) other.head = proposal.head;  // that one is meant to be voted for
  const auto hashes = other_payload(hashes_of(proposal));
  other.payload.clear();
  for (const Hash& one : hashes) append(other.payload, one);
  // Every fourth payload is not the one that the head names.
  if (has(Trait::overfills) || prng_.chance(3, 4))
    other.head.payload_hash = payload_hash_of(world_.group_name().suite, other.payload);
  if (other == proposal) ++other.head.time_ms;
  world_.checkers().learn(other.head);
  world_.probes().hit(Probe::equivocation);
  own_proposals_.emplace(world_.checkers().known().hash_of(other.head), other);
  return &alternatives_.emplace(hash, std::move(other)).first->second;
}

// A field of the head that is wrong, or looks right.
void Byzantine::spoil(ProposalHead& head) {
  static constexpr TimeMs kOff[] = {1, 60'000, 86'400'000, -1, -60'000, -1'600'000'000'000};
  switch (prng_.below(8)) {
    case 0: head.time_ms += 1; break;
    case 1: head.time_ms += kOff[prng_.below(std::size(kOff))]; break;
    case 2: head.parent = Checksum(prng_.next()).hash(); break;
    case 3: head.parent = host_.disk().head_outcome().proposal; break;
    case 4: head.epoch += prng_.chance(1, 2) ? 1 : ~std::uint64_t{0}; break;
    case 5: head.proposer = static_cast<NodeIndex>(prng_.below(world_.keys().size() + 1)); break;
    case 6: head.first_view += prng_.chance(1, 2) ? 1 : ~std::uint64_t{0}; break;
    case 7: break;
  }
}

std::vector<Hash> Byzantine::other_payload(std::vector<Hash> hashes) {
  const auto kind = prng_.below(4);
  if (has(Trait::overfills) ? kind > 0 : kind == 0) {  // everything that it holds
    std::set<Hash> seen(hashes.begin(), hashes.end());
    for (const Hash& one : host_.held_bodies())
      if (hashes.size() < world_.plan().configs.front()->tx_count_limit && seen.insert(one).second)
        hashes.push_back(one);
  } else if (kind < 2) {  // what was run long ago, or just now
    if (const BlockNumber head = host_.disk().head(); head > 0) {
      const auto& run =
          host_.disk().outcome(static_cast<BlockNumber>(prng_.between(1, static_cast<std::uint64_t>(head))))->run;
      if (!run.empty()) hashes.push_back(run.front());
    }
  } else if (kind == 2) {
    std::ranges::reverse(hashes);
  } else if (!hashes.empty()) {
    hashes.pop_back();
  }
  return hashes;
}

pbft::Message Byzantine::equivocate(NodeNumber to, const pbft::Message& message) {
  if (const auto* pre_prepare = std::get_if<pbft::PrePrepare>(&message)) {
    if (!other_half(to, pre_prepare->proposal.head.number, pre_prepare->view)) return message;
    return pbft::PrePrepare{pre_prepare->view, *alternative(pre_prepare->proposal)};
  }
  if (const auto* prepare = std::get_if<pbft::Prepare>(&message)) {
    auto at = alternatives_.find(prepare->proposal);
    if (at == alternatives_.end() || !other_half(to, prepare->number, prepare->view)) return message;
    pbft::Prepare other = *prepare;
    other.proposal = world_.checkers().known().hash_of(at->second.head);
    return other;
  }
  return message;
}

// ---- what is heard ----
void Byzantine::on_receive(const WirePtr& wire) {
  if (const auto* vote = std::get_if<SignedVote>(&wire->content)) {
    if (!world_.keys().verify(vote->from(), vote->digest, vote->signature())) return;
    if (has(Trait::echoes)) echo(vote->message(), vote->digest);
    if (heard_.size() < 32) heard_.push_back(wire);
    else heard_[prng_.below(heard_.size())] = wire;
    return remember(wire);
  }
  const auto* request = std::get_if<group::ProposalRequest>(&std::get<PeerWire>(wire->content).message());
  if (!request) return;
  if (auto at = own_proposals_.find(request->proposal); at != own_proposals_.end())
    pass(wire->from, peer_wire(world_.keys(), host_.node(), group::ProposalReply{at->second}));
}

void Byzantine::echo(const pbft::Message& message, const Hash& digest) {
  if (!echoed_.insert(digest).second) return;
  if (const auto* pre_prepare = std::get_if<pbft::PrePrepare>(&message)) {
    const ProposalHead& head = pre_prepare->proposal.head;
    say_to_all(pbft::Prepare{head.epoch, pre_prepare->view, head.number, world_.checkers().known().hash_of(head)});
  } else if (std::holds_alternative<pbft::Prepare>(message) || std::holds_alternative<pbft::Commit>(message)) {
    say_to_all(message);
  }
}

void Byzantine::remember(const WirePtr& wire) {
  const auto& vote = std::get<SignedVote>(wire->content);
  const auto* change = std::get_if<pbft::ViewChange>(&vote.message());
  if (!change) return;
  const Knowledge& known = world_.checkers().known();
  if (!known.known_epoch(change->list.epoch)) return;
  const auto& sealers = world_.plan().configs[change->list.epoch]->sealers;
  const auto at = std::ranges::find(sealers, vote.from(), &Sealer::node);
  if (at == sealers.end()) return;
  changes_[{change->list.epoch, change->list.view}][static_cast<NodeIndex>(at - sealers.begin())] = wire;
  for (const auto& proof : change->proofs) remember(proof, change->list.epoch);
}

void Byzantine::remember(const pbft::ClaimProof& proof, Epoch epoch) {
  auto& of_number = proofs_[{epoch, proof.head.number}];
  if (std::ranges::find(of_number, proof) == of_number.end()) of_number.push_back(proof);
}

void Byzantine::on_tick() {
  if (has(Trait::wild_views) && prng_.chance(1, 10)) go_wild();
  if (has(Trait::forges) && prng_.chance(1, 3)) forge_new_view();
  if (has(Trait::lies_in_sync) && prng_.chance(1, 15)) lie_about_number();
  if (has(Trait::rewrites) && prng_.chance(1, 8)) rewrite();
  if (has(Trait::floods) && prng_.chance(1, 15)) flood();
  if (has(Trait::mutates) && !heard_.empty() && prng_.chance(world_.plan().mood == Mood::byzantine ? 5 : 1, 10)) {
    // Another's words, changed, under its old signature.
    const WirePtr wire = heard_[prng_.below(heard_.size())];
    const auto to = static_cast<NodeNumber>(prng_.below(world_.keys().size()));
    const auto& vote = std::get<SignedVote>(wire->content);
    if (to != host_.node()) send_changed(to, vote, vote.message(), false);
  }
}

// Another block for a number that is decided, as if it were the turn of its sender.
void Byzantine::rewrite() {
  const BlockNumber head = host_.disk().head();
  if (head < 1) return;
  const auto back = static_cast<BlockNumber>(prng_.below(std::min<std::uint64_t>(static_cast<std::uint64_t>(head), 4)));
  Proposal proposal = host_.disk().ledger()[static_cast<std::size_t>(head - back) - 1]->proposal;
  const auto status = host_.core().status();
  if (!status.self || proposal.head.epoch != status.epoch) return;
  ++proposal.head.time_ms;
  proposal.head.proposer = *status.self, proposal.head.first_view = status.view;
  world_.checkers().learn(proposal.head);
  own_proposals_.insert_or_assign(world_.checkers().known().hash_of(proposal.head), proposal);
  world_.probes().hit(Probe::rewritten);
  say_to_all(pbft::PrePrepare{status.view, std::move(proposal)});
}

// Each is another message, so whoever keeps all that it hears runs out of memory.
void Byzantine::flood() {
  const auto status = host_.core().status();
  const auto kind = prng_.below(4);
  const BlockNumber next = status.decided + 1;
  for (int i = 0; i < 60; ++i) {
    flooded_view_ += 1 + prng_.below(1'000);
    const View view = status.view + 1 + flooded_view_;
    const Hash hash = Checksum(prng_.next()).hash();
    const auto far = next + static_cast<BlockNumber>(prng_.below(1'000'000));
    if (kind == 0) say_to_all(pbft::Commit{status.epoch, view, next, hash, hash});
    if (kind == 1) say_to_all(pbft::Prepare{status.epoch, view, far, hash});
    if (kind == 2) say_to_all(pbft::ViewChange{{status.epoch, view, status.decided, hash, {}}, {}, {}});
    if (kind < 3) continue;
    Proposal proposal{{status.epoch, next, hash, 1, 0, status.view, {}}, {}};
    proposal.head.payload_hash = payload_hash_of(world_.group_name().suite, proposal.payload);
    const WirePtr wire = peer_wire(world_.keys(), host_.node(), group::ProposalReply{std::move(proposal)});
    for (NodeNumber to = 0; to < world_.keys().size(); ++to)
      if (to != host_.node()) pass(to, wire);
  }
}

void Byzantine::go_wild() {
  static constexpr std::uint64_t kFar[] = {0, 1, 2, 5, 1'000, std::uint64_t{1} << 40, ~std::uint64_t{0}};
  const auto status = host_.core().status();
  const auto far = [&] {
    return prng_.chance(1, 2) ? kFar[prng_.below(std::size(kFar))] : status.view + prng_.below(6);
  };
  const Epoch epoch = prng_.chance(3, 4) ? status.epoch : far();
  const BlockNumber number =
      prng_.chance(1, 2) ? status.decided + static_cast<BlockNumber>(prng_.below(12)) : static_cast<BlockNumber>(far());
  const Hash hash = Checksum(prng_.next()).hash();
  switch (prng_.below(4)) {
    case 0:
      return say_to_all(pbft::ViewChange{
          {epoch, far(), status.decided, host_.executed(hash) ? hash : host_.disk().head_outcome().proposal, {}},
          {},
          {}});
    case 1:
      return say_to_all(pbft::Prepare{epoch, far(), number, hash});
    case 2:
      return say_to_all(pbft::Commit{epoch, far(), number, hash, hash});
    case 3: {
      Proposal proposal{{epoch, number, hash, world_.clock(host_.node()).wall(world_.now()), 0, far(), {}}, {}};
      proposal.head.payload_hash = payload_hash_of(world_.group_name().suite, proposal.payload);
      world_.checkers().learn(proposal.head);
      return say_to_all(pbft::PrePrepare{far(), proposal});
    }
  }
}

}  // namespace hanse::sim
