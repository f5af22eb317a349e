// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Block sync, a core: learns from statuses who has more, fetches certified blocks in bounded ranges from several peers,
// hands them on in order. It believes nothing: whoever receives a block checks its certificate, and a peer whose block
// failed, whose claimed number was not delivered, or who went down again, is left out for a growing while.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/block.hpp"

namespace hanse::sync {

struct SyncLimits {
  std::uint32_t blocks_per_request_max = 16;
  std::uint32_t requests_in_flight_max = 4;
  std::uint32_t blocks_waiting_max = 128;       // fetched, not yet handed on
  TimeMs request_timeout_ms = 2'000;
  TimeMs penalty_ms_min = 1'000, penalty_ms_max = 60'000;
};

struct FetchBlocks {                            // what the core asks its owner to send
  NodeId to;
  BlockNumber first = 0;
  std::uint32_t count = 0;
};

class Sync {
 public:
  Sync(SyncLimits limits, BlockNumber appended);

  void on_status(const NodeId& peer, BlockNumber number, TimeMs now);
  void on_peer(const NodeId& peer, bool connected);
  void on_blocks(const NodeId& peer, std::vector<CertifiedBlock> blocks, TimeMs now);
  void on_decided(BlockNumber number);          // by votes or by a handed-on block: nothing at or below is needed
  void on_refused(BlockNumber number, TimeMs now);   // the handed-on block was wrong: its sender is penalised

  std::vector<FetchBlocks> fetch(TimeMs now);   // requests to send now
  // The next block in order (number = last decided or handed on + 1), once.
  std::optional<CertifiedBlock> take_next();

  BlockNumber highest_known() const;            // the highest number that a peer in good standing claims
  bool behind() const;                          // by more than a request's worth

 private:
  struct PeerState { BlockNumber claimed = 0; bool connected = false; TimeMs excluded_until = 0; TimeMs penalty = 0; };
  struct Flight { NodeId peer; BlockNumber first = 0; std::uint32_t count = 0; TimeMs deadline = 0; };
  struct Waiting { CertifiedBlock block; NodeId from; };
  SyncLimits limits_;
  BlockNumber decided_;
  BlockNumber handed_on_;
  std::map<NodeId, PeerState> peers_;           // members only: bounded by the group
  std::vector<Flight> flights_;
  std::map<BlockNumber, Waiting> waiting_;
  std::map<BlockNumber, NodeId> handed_from_;   // of blocks handed on and not yet decided
};

}  // namespace hanse::sync
