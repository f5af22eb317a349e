// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Stands where messages leave a node and looks at its disk: a vote may leave only when its record, with the bodies that
// the record needs, would be there after a power cut right now; and a node never says two things for one (epoch, view,
// number), however often it crashed in between.
#pragma once

#include <map>
#include <tuple>

#include "node/envelope.hpp"
#include "sim/whole/disk.hpp"
#include "sim/whole/violation.hpp"

namespace hanse::whole {

using NodeNumber = std::size_t;

std::string vote_text(const pbft::Message& message);   // for the trace

class VoteWatch {
 public:
  VoteWatch(pbft::GroupName group, Violations& violations) : group_(std::move(group)), violations_(violations) {}
  void leaves(NodeNumber from, const pbft::Message& message, const DurableLog& disk);

 private:
  void check(NodeNumber from, const pbft::PrePrepare& vote, const DurableLog& disk);
  void check(NodeNumber from, const pbft::Prepare& vote, const DurableLog& disk);
  void check(NodeNumber from, const pbft::Commit& vote, const DurableLog& disk);
  void check(NodeNumber from, const pbft::ViewChange& message, const DurableLog& disk);
  void check(NodeNumber from, const pbft::NewView& message, const DurableLog& disk);
  void once(NodeNumber from, const char* kind, Epoch epoch, View view, BlockNumber number, const Hash& said);
  void view_recorded(NodeNumber from, const char* kind, Epoch epoch, View view, const DurableLog& disk);

  const pbft::GroupName group_;
  Violations& violations_;
  std::map<std::tuple<NodeNumber, std::string, Epoch, View, BlockNumber>, Hash> said_;
};

}  // namespace hanse::whole
