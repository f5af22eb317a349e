// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Block sync, a core: learns from statuses who has more, fetches certified blocks in bounded ranges from several peers,
// hands them on in order. It believes nothing: whoever receives a block checks its certificate, and a peer whose block
// failed, whose claimed number was not delivered, or who went down again, is left out for a growing while; a block of
// its that was decided clears it. Ranges shrink for a peer that is late and grow back, so that a slow link gets through.
// Who is only a little behind waits for votes first. Peers are members of the group, so their number is bounded.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/block.hpp"

namespace hanse::sync {

struct SyncLimits {
  std::uint32_t blocks_per_request_max = 16;
  std::uint32_t requests_in_flight_max = 4;     // one a peer
  std::uint32_t blocks_waiting_max = 128;       // how far above the last decided one blocks are fetched
  std::size_t bytes_waiting_max = 64u << 20;    // beyond, only the next block in order is fetched
  TimeMs patience_ms = 200;                     // a small gap without progress that votes had time to close
  TimeMs request_timeout_ms = 2'000;
  TimeMs penalty_ms_min = 1'000, penalty_ms_max = 60'000;
};

struct FetchBlocks {                            // what the core asks its owner to send
  NodeId to;
  BlockNumber first = 0;
  std::uint32_t count = 0;
  bool operator==(const FetchBlocks&) const = default;
};

class Sync {
 public:
  Sync(SyncLimits limits, BlockNumber appended);

  void on_status(const NodeId& peer, BlockNumber number, TimeMs now);
  void on_peer(const NodeId& peer, bool connected);
  void on_blocks(const NodeId& peer, std::vector<CertifiedBlock> blocks, TimeMs now);
  void on_decided(BlockNumber number);          // by votes or by a handed-on block: nothing at or below is needed
  void on_refused(BlockNumber number, TimeMs now);   // the handed-on block was wrong: its sender is penalised, and
                                                     // `number` and what followed it are handed on again
  std::vector<FetchBlocks> fetch(TimeMs now);   // requests to send now
  // The next block in order (number = last decided or handed on + 1), once.
  std::optional<CertifiedBlock> take_next();
  bool has_blocks_waiting() const { return !waiting_.empty(); }

  BlockNumber highest_known() const;            // the highest number that a peer in good standing claims
  bool behind() const;                          // by more than a request's worth

 private:
  struct PeerState {
    BlockNumber claimed = 0;
    bool connected = false;
    TimeMs excluded_until = 0;
    TimeMs penalty = 0;                         // the last one; the next is twice as long
    std::uint32_t range = 0;                    // blocks to ask for at once; 0: not asked yet
    std::uint64_t asked_count = 0;              // spreads requests over peers
  };
  struct Flight { NodeId peer; BlockNumber first = 0; std::uint32_t count = 0; TimeMs deadline = 0; };
  struct Waiting { CertifiedBlock block; NodeId from; std::size_t bytes = 0; };
  struct Gap { BlockNumber first = 0; std::uint32_t count = 0; };

  bool in_good_standing(const PeerState& peer) const { return peer.connected && peer.excluded_until <= now_; }
  bool is_in_flight(BlockNumber number) const;
  bool patience_is_over(TimeMs now);
  Gap next_gap(BlockNumber from) const;         // numbers that neither wait nor are in flight; count 0: none
  std::map<NodeId, PeerState>::iterator peer_for(BlockNumber number);
  void penalise(const NodeId& peer, TimeMs now);
  void drop_waiting_of(const NodeId& peer);
  std::map<BlockNumber, Waiting>::iterator drop_waiting(std::map<BlockNumber, Waiting>::iterator block);

  SyncLimits limits_;
  BlockNumber decided_;
  BlockNumber handed_on_;
  TimeMs now_ = 0;
  bool catching_up_ = false;                    // until everything known is handed on
  BlockNumber decided_seen_ = -1;               // by the last fetch, to tell progress
  TimeMs stuck_since_ = 0;
  std::size_t bytes_waiting_ = 0;
  std::map<NodeId, PeerState> peers_;
  std::vector<Flight> flights_;
  std::map<BlockNumber, Waiting> waiting_;
  std::map<BlockNumber, NodeId> handed_from_;   // of blocks handed on and not yet decided
};

}  // namespace hanse::sync
