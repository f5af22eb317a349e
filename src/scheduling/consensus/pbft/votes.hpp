// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Votes for undecided numbers. Bounded: of each sealer and number, one Prepare (of its highest view) and a few Commits
// (of its highest views) are kept; the first vote of a view stands. The caller keeps only numbers of the window.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "scheduling/consensus/pbft/messages.hpp"
#include "scheduling/consensus/pbft/sealer_set.hpp"

namespace hanse::pbft {

class PrepareVotes {
 public:
  void add(NodeIndex from, const Prepare& vote, const Bytes& signature);
  // The certificate of (view, proposal), once there is a quorum.
  std::optional<PreparedCertificate> quorum(const SealerSet& sealers, View view, const Hash& proposal) const;
  // A proposal that a quorum prepared in `view`, whether or not it is known here.
  std::optional<Hash> quorum_proposal(const SealerSet& sealers, View view) const;
  std::vector<NodeIndex> voters(View view, const Hash& proposal) const;
  std::size_t size() const { return votes_.size(); }

 private:
  struct Vote { Prepare vote; Bytes signature; };
  std::map<NodeIndex, Vote> votes_;
};

class CommitVotes {
 public:
  static constexpr std::size_t kViewsMax = 4;   // of one sealer
  void add(NodeIndex from, const Commit& vote, const Bytes& signature);
  std::size_t size() const;
  // A quorum equal in view, proposal and header. Votes of different views never mix: a vote of a dead view would help to
  // certify an undecided fork.
  std::optional<Certificate> quorum(const SealerSet& sealers) const;
  // Weight of the sealers that signed, for `proposal` in any view, a header other than `header`; and whether some header
  // can still reach a quorum when everybody who has not voted chooses it.
  WeightSum weight_against(const SealerSet& sealers, const Hash& proposal, const Hash& header) const;
  bool some_header_can_win(const SealerSet& sealers, const Hash& proposal) const;
  std::optional<Hash> other_header(const Hash& proposal, const Hash& header) const;

 private:
  struct Vote { Commit vote; Bytes signature; };
  std::map<NodeIndex, std::vector<Vote>> votes_;   // of each sealer, rising views
};

}  // namespace hanse::pbft
