// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// GroupCore: pool, sealer, consensus and sync of one group, wired by plain calls into one deterministic state machine.
// It reads no clock and owns no thread; time is a Tick. A restart builds it anew from what is durable (Restored); there
// is no other recovery path. The host executes Effects in order (see events.hpp for the one rule about durability).
#pragma once

#include <memory>

#include "scheduling/group/events.hpp"
#include "scheduling/txpool/txpool.hpp"

namespace hanse::group {

struct GroupLimits {
  txpool::PoolLimits pool;
  TimeMs view_timeout_ms = 600;            // without progress, while there is work; down to half of it where blocks are quick
  TimeMs view_timeout_ms_max = 60'000;     // cap of the exponential back-off
  TimeMs leave_out_timeout_ms = 5'000;     // a known includable transaction may be left out that long
  TimeMs resend_ms = 200;
  TimeMs proposal_ahead_ms_max = 5'000;    // a proposal further ahead of our clock waits
  std::uint32_t window_max = 8;            // undecided proposals in flight
};

struct GroupStatus {                       // for operators and tests; a copy
  BlockNumber decided = 0, appended = 0;
  Hash head_header;
  Epoch epoch = 0;
  View view = 0;
  bool in_view = true;                     // false: this replica asks for a new view
  NodeIndex leader = 0;                    // of the next number
  std::optional<NodeIndex> self;           // none: not a sealer
  bool votes_lost = false;                 // silent until nothing that it may have voted for is undecided
  std::size_t pending = 0;
  std::size_t kept = 0;                    // consensus messages, certificates and proposals in memory
  BlockNumber highest_known = 0;
  bool syncing = false;
  bool halted = false;
  std::string halt_reason;
};

class GroupCore {
 public:
  GroupCore(Restored restored, GroupLimits limits);
  ~GroupCore();

  void start(Effects& effects);            // once, before the first step: repeats recorded votes, executes what must be
  void step(const Event& event, Effects& effects);

  GroupStatus status() const;
  std::uint64_t pending_nonce(const Address& sender, std::uint64_t account_nonce) const;
  std::size_t pending_count() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hanse::group
