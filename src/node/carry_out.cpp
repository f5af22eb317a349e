// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The group thread carries out what the core asks for, in the order of the list.
#include "base/check.hpp"
#include "base/hex.hpp"
#include "codec/tars.hpp"
#include "node/group_parts.hpp"
#include "protocol/status.hpp"
#include "storage/ledger/rows.hpp"

namespace hanse::node {
namespace {

constexpr std::size_t kGossipBytesMax = 1u << 20;      // of one message
constexpr std::size_t kServedBytesMax = 8u << 20;      // blocks of one reply; the first always goes
constexpr int kServingMax = 4;                         // replies being read at once; a request beyond is dropped

}  // namespace

void GroupHost::Parts::carry_out() {
  group::Effects asked;
  asked.swap(effects);
  for (group::Effect& effect : asked) std::visit([this](auto& one) { on(one); }, effect);
  asked.clear();
  if (effects.empty()) effects.swap(asked);            // keeps its memory
}

void GroupHost::Parts::on(group::SendVote& effect) {
  Bytes signature = sign(config.key, pbft::digest_of(name, effect.message));
  auto bytes = std::make_shared<const Bytes>(encode_vote(effect.message, signature));
  Outgoing outgoing{effect.to, std::move(bytes), {}, true};
  if (!effect.to) outgoing.own = group::VoteReceived{self, std::move(effect.message), std::move(signature)};
  send(std::move(outgoing));
}

void GroupHost::Parts::on(group::SendPeer& effect) {
  send({effect.to, std::make_shared<const Bytes>(encode_peer(effect.message)), {}, false});
}

void GroupHost::Parts::send(Outgoing outgoing) {
  held.send(std::move(outgoing), [this](Outgoing one) { leave(std::move(one)); });
}

void GroupHost::Parts::leave(Outgoing outgoing) {
  if (outgoing.own) own_votes.push_back(std::move(*outgoing.own));
  if (outgoing.to) network.send(*outgoing.to, std::move(outgoing.bytes));
  else if (outgoing.to_sealers) send_to_sealers(outgoing.bytes);
  else network.broadcast(std::move(outgoing.bytes));
}

void GroupHost::Parts::send_to_sealers(const SharedBytes& bytes) {
  const auto config_now = ledger->view()->shared_config();
  for (const Sealer& sealer : config_now->sealers)
    if (sealer.node != self) network.send(sealer.node, bytes);
}

// Bodies need not wait for the disk: they promise nothing.
void GroupHost::Parts::on(group::Gossip& effect) {
  const std::vector<Body> found = bodies.find_all(effect.hashes);
  for (std::size_t first = 0; first < found.size();) {
    std::size_t last = first, bytes = 0;
    while (last < found.size() && last - first < kBodiesCountMax && (last == first || bytes < kGossipBytesMax))
      bytes += found[last++]->encoded.size();
    send_to_sealers(std::make_shared<const Bytes>(encode_bodies(std::span(found).subspan(first, last - first), false)));
    first = last;
  }
}

void GroupHost::Parts::on(group::ServeBlocks& effect) {
  if (serving >= kServingMax) return;
  ++serving;
  jobs->post([this, effect, view = ledger->view()] {
    group::BlockReply reply;
    std::size_t bytes = 0;
    for (std::uint32_t i = 0; i < effect.count && i < kBlocksCountMax; ++i) {
      auto block = view->certified_block(effect.first + i);
      if (!block) {
        if (block.error().code != Code::not_found) log.error("blocks cannot be served: {}", block.error().text);
        break;
      }
      for (const EncodedTransaction& tx : block->transactions) bytes += tx.bytes.size();
      if (!reply.blocks.empty() && bytes > kServedBytesMax) break;
      reply.blocks.push_back(std::move(*block));
    }
    if (!reply.blocks.empty())
      network.send(effect.to, std::make_shared<const Bytes>(encode_peer(group::PeerMessage(std::move(reply)))));
    --serving;
  });
}

void GroupHost::Parts::on(group::Persist& effect) {
  std::vector<Body> needed;
  Hash payload_hash;
  if (const auto* prepared = std::get_if<group::PreparedRecord>(&effect.record)) {
    const std::vector<Hash> identities = ledger::split_hashes(prepared->proposal.payload);
    payload_hash = prepared->proposal.head.payload_hash;
    needed = bodies.find_all(identities);
    CHECK(needed.size() == identities.size());   // the core votes only for what it holds
  }
  const std::uint64_t ticket = held.next_ticket();
  writer->write(WriteRecord{ticket, {effect.position, pbft::number_of(effect.record), tars::encode(effect.record)},
                            payload_hash, std::move(needed)});
}

void GroupHost::Parts::on(group::Verify& effect) {
  jobs->post([this, effect = std::move(effect)] {
    std::atomic<bool> good{true};
    runtime.for_each(effect.checks.size(), [&](std::size_t i) {
      const group::SignatureCheck& check = effect.checks[i];
      if (good && !verify(name.suite, check.signer, check.digest, check.signature)) good = false;
    });
    inbox.push_answer(group::Event(group::Verified{effect.token, good}));
  });
}

void GroupHost::Parts::on(group::Execute& effect) { execute(effect.proposal); }

void GroupHost::Parts::execute(const Proposal& proposal) {
  const Hash hash = proposal_hash(name.suite, name.chain_id, name.group_id, proposal.head);
  if (const auto done = executed.find(hash); done != executed.end()) {
    inbox.push_answer(group::Event(group::Executed{summary_of(*done->second)}));
    return;
  }
  if (executing.contains(hash)) return;
  auto view = ledger->view();
  auto ancestors = undecided_ancestors(proposal, *view);
  if (!ancestors) return;                              // another block was decided meanwhile: nobody waits for this one
  auto epoch_config = view->shared_config();
  for (const ExecutedPtr& ancestor : *ancestors) {
    if (epoch_config->epoch == proposal.head.epoch) break;
    if (ancestor->block.next_config) epoch_config = std::make_shared<const GroupConfig>(*ancestor->block.next_config);
  }
  const std::vector<Hash> identities = ledger::split_hashes(proposal.payload);
  std::vector<Body> found = bodies.find_all(identities);
  if (found.size() != identities.size()) {
    waiting_for_bodies.push_back(proposal);
    ask_for_bodies(proposal);
    return;
  }
  auto discarded = std::make_shared<std::atomic<bool>>(false);
  executing[hash] = discarded;
  execution->start({proposal, hash, std::move(epoch_config), std::move(found), std::move(*ancestors), std::move(view),
                    std::move(discarded)});
}

std::optional<std::vector<ExecutedPtr>> GroupHost::Parts::undecided_ancestors(const Proposal& proposal,
                                                                              const ledger::LedgerView& view) const {
  std::vector<ExecutedPtr> ancestors;
  Hash parent = proposal.head.parent;
  while (parent != view.head().proposal) {
    const auto found = executed.find(parent);
    if (found == executed.end() || found->second->proposal.head.number <= view.head().number) return std::nullopt;
    ancestors.push_back(found->second);
    parent = found->second->proposal.head.parent;
  }
  return ancestors;
}

// Rare: the bodies of a fetched block were pushed out by newer ones before its turn came.
void GroupHost::Parts::ask_for_bodies(const Proposal& proposal) {
  group::BodyRequest request;
  for (const Hash& identity : ledger::split_hashes(proposal.payload))
    if (!bodies.find(identity) && request.hashes.size() < kBodiesCountMax) request.hashes.push_back(identity);
  log.warn("block {} waits for {} transactions", proposal.head.number, request.hashes.size());
  network.broadcast(std::make_shared<const Bytes>(encode_peer(group::PeerMessage(std::move(request)))));
}

void GroupHost::Parts::execute_those_that_waited() {
  std::vector<Proposal> waited;
  waited.swap(waiting_for_bodies);
  for (const Proposal& proposal : waited) execute(proposal);
}

void GroupHost::Parts::on(group::Discard& effect) {
  if (const auto at = executing.find(effect.proposal); at != executing.end()) {
    *at->second = true;
    executing.erase(at);
  }
  executed.erase(effect.proposal);
  std::erase_if(waiting_for_bodies, [&](const Proposal& proposal) {
    return proposal_hash(name.suite, name.chain_id, name.group_id, proposal.head) == effect.proposal;
  });
}

void GroupHost::Parts::on(group::Append& effect) {
  const auto found = executed.find(effect.certificate.proposal);
  CHECK(found != executed.end() && found->second->block.header_hash == effect.certificate.header);
  appending[effect.certificate.number] = found->second;
  const std::uint64_t ticket = effect.barrier ? held.next_ticket() : 0;
  writer->write(WriteBlock{ticket, found->second, std::move(effect.certificate)});
}

void GroupHost::Parts::on(group::DropBodies& effect) { bodies.drop(effect.hashes); }

void GroupHost::Parts::on(group::Verdict& effect) {
  metrics.refused_transactions.add();
  waiters.refused(effect.hash, {effect.code, std::string(refusal_sentence(effect.code))});
}

void GroupHost::Parts::on(group::Accepted& effect) { waiters.accepted(effect.hashes); }

void GroupHost::Parts::on(group::Decided& effect) {
  log.debug("decided block {} with {} transactions, header {}", effect.number, effect.hashes.size(),
            to_hex(effect.header).substr(0, 16));
}

void GroupHost::Parts::on(group::Halt& effect) { log.error("halted, a person is needed: {}", effect.reason); }
void GroupHost::Parts::on(group::Note& effect) { log.info("{}", effect.text); }

}  // namespace hanse::node
