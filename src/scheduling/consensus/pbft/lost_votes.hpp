// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A replica that lost its consensus log (a damaged or a lost disk) and fetched the ledger again does not know what it voted
// for. It stays silent until nothing that it could have said matters any more, and then asks for a view that it cannot have
// been in; docs/CONSENSUS.md, "A lost disk", proves that this is enough. What it knows for that are the answers of the others
// to a question that only exists since the loss: how far each had decided, and which view it was in or had asked for.
//
// A value. The first answer of each sealer in the present epoch counts; another epoch begins anew.
#pragma once

#include <map>
#include <optional>

#include "protocol/block.hpp"
#include "scheduling/consensus/pbft/sealer_set.hpp"

namespace hanse::pbft {

class LostVotes {
 public:
  explicit LostVotes(std::uint64_t question) : question_(question) {}

  std::uint64_t question() const { return question_; }
  void answered(NodeIndex from, BlockNumber decided, View view);
  void begin_epoch() { answers_.clear(); }

  // The lowest view that this replica cannot have voted in, once every number that it may have voted for is decided here.
  // `reached`: a view that the group is proved to have been in. None honest can have asked for more than the next one when
  // it answered, so who says so is not believed: who asked for a view that nobody gets to would be silent for ever.
  std::optional<View> view_to_ask_for(const SealerSet& sealers, NodeIndex self, BlockNumber decided, View reached,
                                      std::uint32_t window_max) const;

 private:
  struct Answer {
    BlockNumber decided = 0;
    View view = 0;
  };
  std::uint64_t question_;
  std::map<NodeIndex, Answer> answers_;
};

}  // namespace hanse::pbft
