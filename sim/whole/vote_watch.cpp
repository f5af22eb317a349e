// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/vote_watch.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "crypto/suite.hpp"

namespace hanse::whole {
namespace {

template <class Kind, class Holds>
bool some_record(const DurableLog& disk, const Holds& holds) {
  return std::ranges::any_of(disk.records(), [&](const auto& one) {
    const auto* record = std::get_if<Kind>(&one.second);
    return record && holds(*record);
  });
}

template <class Vote>
bool vote_recorded(const DurableLog& disk, const Vote& vote) {
  return some_record<group::VoteRecord>(disk, [&](const group::VoteRecord& record) {
    const auto* stored = std::get_if<Vote>(&record.vote);
    return stored && *stored == vote;
  });
}

}  // namespace

std::string vote_text(const pbft::Message& message) {
  const auto text = [](const char* kind, View view, BlockNumber number, const Hash& hash) {
    return fmt::format("{} {} in view {}: {}", kind, number, view, to_hex(hash).substr(0, 8));
  };
  if (const auto* one = std::get_if<pbft::PrePrepare>(&message))
    return text("PrePrepare", one->view, one->proposal.head.number, one->proposal.head.payload_hash);
  if (const auto* one = std::get_if<pbft::Prepare>(&message)) return text("Prepare", one->view, one->number, one->proposal);
  if (const auto* one = std::get_if<pbft::Commit>(&message)) return text("Commit", one->view, one->number, one->header);
  if (const auto* one = std::get_if<pbft::ViewChange>(&message))
    return text("ViewChange", one->list.view, one->list.decided, one->list.decided_proposal);
  return fmt::format("NewView {}", std::get<pbft::NewView>(message).view);
}

void VoteWatch::leaves(NodeNumber from, const pbft::Message& message, const DurableLog& disk) {
  std::visit([&](const auto& one) { check(from, one, disk); }, message);
}

void VoteWatch::once(NodeNumber from, const char* kind, Epoch epoch, View view, BlockNumber number, const Hash& said) {
  const auto [at, is_new] = said_.try_emplace({from, kind, epoch, view, number}, said);
  if (!is_new && at->second != said)
    violations_.add("one vote", "node {} sends two {} for epoch {}, view {}, number {}: {} and {}", from, kind, epoch,
                    view, number, to_hex(at->second).substr(0, 8), to_hex(said).substr(0, 8));
}

void VoteWatch::check(NodeNumber from, const pbft::PrePrepare& vote, const DurableLog& disk) {
  const ProposalHead& head = vote.proposal.head;
  const Hash hash = proposal_hash(group_.suite, group_.chain_id, group_.group_id, head);
  once(from, "PrePrepares", head.epoch, vote.view, head.number, hash);
  if (disk.head() < head.number && !vote_recorded(disk, vote))
    violations_.add("durable before sent", "node {} sends a PrePrepare for {} in view {} without its record", from,
                    head.number, vote.view);
}

void VoteWatch::check(NodeNumber from, const pbft::Prepare& vote, const DurableLog& disk) {
  once(from, "Prepares", vote.epoch, vote.view, vote.number, vote.proposal);
  if (disk.head() < vote.number && !vote_recorded(disk, vote))
    violations_.add("durable before sent", "node {} sends a Prepare for {} in view {} without its record", from,
                    vote.number, vote.view);
}

void VoteWatch::check(NodeNumber from, const pbft::Commit& vote, const DurableLog& disk) {
  Bytes both = to_bytes(vote.proposal);
  append(both, vote.header);
  once(from, "Commits", vote.epoch, vote.view, vote.number, keccak256(both));
  if (disk.head() >= vote.number) return;
  const bool recorded = some_record<group::PreparedRecord>(disk, [&](const group::PreparedRecord& record) {
    return record.prepared.epoch == vote.epoch && record.prepared.view == vote.view &&
           record.prepared.proposal == vote.proposal && record.header == vote.header &&
           (record.proposal.payload.empty() || disk.has_bodies(vote.number, record.proposal.head.payload_hash));
  });
  if (!recorded)
    violations_.add("durable before sent", "node {} sends a Commit for {} in view {} without its prepared record or bodies",
                    from, vote.number, vote.view);
}

void VoteWatch::check(NodeNumber from, const pbft::ViewChange& message, const DurableLog& disk) {
  view_recorded(from, "a ViewChange", message.list.epoch, message.list.view, disk);
}
void VoteWatch::check(NodeNumber from, const pbft::NewView& message, const DurableLog& disk) {
  view_recorded(from, "a NewView", message.epoch, message.view, disk);
}

void VoteWatch::view_recorded(NodeNumber from, const char* kind, Epoch epoch, View view, const DurableLog& disk) {
  const bool recorded = some_record<group::ViewRecord>(disk, [&](const group::ViewRecord& record) {
    return std::pair(record.epoch, record.view) >= std::pair(epoch, view);
  });
  if (!recorded)
    violations_.add("durable before sent", "node {} sends {} of epoch {}, view {} without a record of it", from, kind,
                    epoch, view);
}

}  // namespace hanse::whole
