// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The simulated host of one GroupCore: does in virtual time what node/group_host does for real. It carries effects out in
// their order, holds sends back until the Persists ahead of them are durable, keeps bodies and overlays, executes,
// verifies, reads the ledger for peers and clients, and builds `Restored` from its disk after a crash. It decides
// nothing; what the core asks for against its contract is reported as a violation.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "node/node_clock.hpp"
#include "scheduling/group/group_core.hpp"
#include "sim/disk.hpp"
#include "sim/plan.hpp"
#include "sim/wire.hpp"

namespace hanse::sim {

class World;

struct TickDue {};
struct SyncDone {};
struct Arrived { WirePtr wire; };
struct OwnVote { WirePtr wire; };                      // comes back once it has left
struct Checked { std::uint64_t token = 0; bool good = false; };
struct ExecutionDone { Hash proposal; std::uint64_t ticket = 0; };
struct Submitted { ModelTransaction transaction; };   // by a client, here

using Happening = std::variant<TickDue, SyncDone, Arrived, OwnVote, Checked, ExecutionDone, Submitted>;

class Host {
 public:
  Host(World& world, NodeNumber node, std::size_t instance);
  Host(const Host&) = delete;

  void boot();
  void crash();
  void lose_disk(bool comes_back);
  void happen(const Happening& what);
  void peer_changed(NodeNumber peer, bool connected);

  bool up() const { return core_ != nullptr; }
  bool honest() const { return honest_; }
  NodeNumber node() const { return node_; }
  std::size_t instance() const { return instance_; }
  std::uint64_t life() const { return life_; }            // counts boots
  const Disk& disk() const { return disk_; }
  const group::GroupCore& core() const { return *core_; }
  TimeUs now() const;
  BlockNumber decided() const { return decided_; }         // the last number appended, durable or not
  std::size_t overlay_count() const { return overlays_.size(); }
  std::size_t held_count() const { return held_.size(); }
  bool disk_is_lost() const { return disk_is_lost_; }
  bool has_lost_votes() const { return has_lost_votes_; }
  bool disk_refuses() const { return disk_refuses_; }
  bool holds_commit() const;                               // a Commit waits for its Persist

  std::shared_ptr<const Outcome> executed(const Hash& proposal) const;   // overlay or ledger; null: not executed here
  bool holds_body(const Hash& hash) const { return body(hash) != nullptr; }
  std::vector<Hash> held_bodies() const;                    // in the order of their hashes
  std::shared_ptr<const Outcome> read_state() const;       // what a client that reads now is answered from
  std::vector<CertifiedBlock> blocks(BlockNumber first, std::uint32_t count) const;
  std::optional<std::vector<ModelTransaction>> bodies_of(const Proposal& proposal) const;

 private:
  struct Held { std::uint64_t after; group::Effect effect; };

  void step(const group::Event& event);
  void carry_out(group::Effects effects);
  group::Restored restored() const;
  const ModelTransaction* body(const Hash& hash) const;
  TxSummary summary(const ModelTransaction& tx) const;

  void on(const TickDue&);
  void on(const SyncDone&);
  void on(const Arrived& arrived);
  void on(const OwnVote& own) { step(std::get<SignedVote>(own.wire->content).event); }
  void on(const Checked& checked) { step(group::Verified{checked.token, checked.good}); }
  void on(const ExecutionDone& done);
  void on(const Submitted& submitted);

  void receive(const SignedVote& vote);
  void receive(NodeNumber from, const PeerWire& wire);
  void receive_bodies(NodeNumber from, const PeerWire& wire, bool asked);
  void receive_blocks(NodeNumber from, group::BlockReply reply);

  void effect(group::SendVote& effect);
  void effect(group::SendPeer& effect);
  void effect(group::Gossip& effect);
  void effect(group::ServeBlocks& effect);
  void effect(group::Persist& effect);
  void effect(group::Verify& effect);
  void effect(group::Execute& effect);
  void effect(group::Discard& effect);
  void effect(group::Append& effect);
  void effect(group::DropBodies& effect);
  void effect(group::Verdict& effect);
  void effect(group::Accepted& effect);
  void effect(group::Decided& effect);
  void effect(group::Halt& effect);
  void effect(group::Note& effect);

  void hold(group::Effect effect);
  void release();
  void leave(const group::SendVote& send);
  void leave(const group::SendPeer& send);
  void start_sync();
  void on_durable(const std::vector<Disk::Write>& written);
  bool sync_fails();

  World& world_;
  const NodeNumber node_;
  const std::size_t instance_;
  const bool honest_;
  std::uint64_t life_ = 0;
  Disk disk_;
  bool disk_is_lost_ = false;
  bool has_lost_votes_ = false;                             // ever
  std::uint64_t syncs_ = 0;                                 // begun, in all lives
  TimeUs full_until_ = 0;
  std::uint64_t restarts_in_a_row_ = 0;
  TimeUs booted_at_ = 0;

  // Lost by a crash:
  std::unique_ptr<group::GroupCore> core_;
  std::optional<node::NodeClock> clock_;
  bool disk_refuses_ = false;                               // until the node starts again
  Epoch epoch_ = 0;                                         // of the sealers that votes are sent to
  BlockNumber decided_ = 0;
  std::unordered_map<Hash, ModelTransaction> bodies_;       // looked up, or walked in the order of the hashes
  std::unordered_set<Hash> requested_;                                // bodies asked of others
  std::unordered_map<Hash, std::shared_ptr<const Outcome>> overlays_;
  struct Execution { std::uint64_t ticket; Proposal proposal; std::shared_ptr<const Outcome> parent; std::vector<ModelTransaction> bodies; };
  std::map<Hash, Execution> executing_;
  std::shared_ptr<const Outcome> executed_last_;
  std::uint64_t tickets_ = 0;
  std::deque<Held> held_;
  std::uint64_t gates_opened_ = 0;                          // Persists and barriers
  std::uint64_t gates_closed_ = 0;                          // durable ones
  std::set<BlockNumber> barriers_;
};

}  // namespace hanse::sim
