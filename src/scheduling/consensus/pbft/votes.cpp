// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/votes.hpp"

#include <algorithm>

namespace hanse::pbft {

void PrepareVotes::add(NodeIndex from, const Prepare& vote, const Bytes& signature) {
  auto [it, added] = votes_.try_emplace(from, Vote{vote, signature});
  if (!added && vote.view > it->second.vote.view) it->second = {vote, signature};
}

std::optional<PreparedCertificate> PrepareVotes::quorum(const SealerSet& sealers, View view,
                                                        const Hash& proposal) const {
  PreparedCertificate certificate;
  WeightSum sum = 0;
  for (const auto& [from, one] : votes_) {
    if (one.vote.view != view || one.vote.proposal != proposal) continue;
    if (sum >= sealers.quorum()) break;                  // a quorum is proof enough
    sum += sealers.weight(from);
    certificate.epoch = one.vote.epoch;
    certificate.signatures.push_back({from, one.signature});
  }
  if (sum < sealers.quorum()) return std::nullopt;
  const auto& any = votes_.at(certificate.signatures.front().node).vote;
  certificate.view = view, certificate.number = any.number, certificate.proposal = proposal;
  return certificate;
}

std::optional<Hash> PrepareVotes::quorum_proposal(const SealerSet& sealers, View view) const {
  std::map<Hash, WeightSum> sums;
  for (const auto& [from, one] : votes_)
    if (one.vote.view == view && (sums[one.vote.proposal] += sealers.weight(from)) >= sealers.quorum())
      return one.vote.proposal;
  return std::nullopt;
}

std::vector<NodeIndex> PrepareVotes::voters(View view, const Hash& proposal) const {
  std::vector<NodeIndex> out;
  for (const auto& [from, one] : votes_)
    if (one.vote.view == view && one.vote.proposal == proposal) out.push_back(from);
  return out;
}

void CommitVotes::add(NodeIndex from, const Commit& vote, const Bytes& signature) {
  auto& mine = votes_[from];
  auto at = std::ranges::lower_bound(mine, vote.view, {}, [](const Vote& v) { return v.vote.view; });
  if (at != mine.end() && at->vote.view == vote.view) return;
  mine.insert(at, {vote, signature});
  if (mine.size() > kViewsMax && !PLANTED(votes_unbounded)) mine.erase(mine.begin());
}

std::size_t CommitVotes::size() const {
  std::size_t sum = 0;
  for (const auto& [from, list] : votes_) sum += list.size();
  return sum;
}

std::optional<Certificate> CommitVotes::quorum(const SealerSet& sealers) const {
  WeightSum voters = 0;   // asked at every step: mostly too few have voted at all
  for (const auto& [from, list] : votes_) voters += sealers.weight(from);
  if (voters < sealers.quorum()) return std::nullopt;
  struct Side { WeightSum sum = 0; std::vector<IndexedSignature> signatures; Commit vote; };
  std::map<std::tuple<View, Hash, Hash>, Side> sides;
  for (const auto& [from, list] : votes_) {
    for (const auto& one : list) {
      const View view = PLANTED(mix_views) ? 0 : one.vote.view;
      auto& side = sides[{view, one.vote.proposal, one.vote.header}];
      if (PLANTED(mix_views) && !side.signatures.empty() && side.signatures.back().node == from) continue;
      side.sum += sealers.weight(from);
      side.signatures.push_back({from, one.signature});
      side.vote = one.vote;
      if (side.sum >= sealers.quorum())
        return Certificate{one.vote.epoch, one.vote.view, one.vote.number, one.vote.proposal, one.vote.header,
                           std::move(side.signatures)};
    }
  }
  return std::nullopt;
}

WeightSum CommitVotes::weight_against(const SealerSet& sealers, const Hash& proposal, const Hash& header) const {
  WeightSum sum = 0;
  for (const auto& [from, list] : votes_)
    if (std::ranges::any_of(list, [&](const Vote& v) { return v.vote.proposal == proposal && v.vote.header != header; }))
      sum += sealers.weight(from);
  return sum;
}

bool CommitVotes::some_header_can_win(const SealerSet& sealers, const Hash& proposal) const {
  std::map<Hash, WeightSum> sums;
  WeightSum voted = 0;
  for (const auto& [from, list] : votes_) {
    auto last = std::find_if(list.rbegin(), list.rend(), [&](const Vote& v) { return v.vote.proposal == proposal; });
    if (last == list.rend()) continue;
    sums[last->vote.header] += sealers.weight(from);
    voted += sealers.weight(from);
  }
  const WeightSum open = sealers.total() - voted;
  if (open >= sealers.quorum()) return true;
  return std::ranges::any_of(sums, [&](const auto& side) { return side.second + open >= sealers.quorum(); });
}

std::optional<Hash> CommitVotes::other_header(const Hash& proposal, const Hash& header) const {
  for (const auto& [from, list] : votes_)
    for (const auto& one : list)
      if (one.vote.proposal == proposal && one.vote.header != header) return one.vote.header;
  return std::nullopt;
}

}  // namespace hanse::pbft
