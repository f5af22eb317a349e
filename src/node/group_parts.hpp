// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The inside of a group host: its lanes, each a thread in a process, and what the group thread keeps. Members are in the
// order in which they may be needed by those below them; stop() ends the threads from the outside in.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>

#include "node/group_host.hpp"
#include "node/group_metrics.hpp"
#include "node/header_signatures.hpp"
#include "node/held_sends.hpp"
#include "node/incoming.hpp"
#include "node/node_clock.hpp"
#include "node/writer.hpp"

namespace hanse::node {

// What the inbox holds beside events of the core.
struct Durable { std::uint64_t ticket = 0; BlockNumber appended = 0; };
struct NonceQuestion {
  Address sender;
  std::uint64_t account_nonce = 0;
  std::move_only_function<void(std::uint64_t)> reply;
};
struct HeaderSignatureReceived { NodeId from; HeaderSignature signature; };
using Input = std::variant<group::Event, Durable, ExecutedPtr, NonceQuestion, HeaderSignatureReceived,
                           CheckedHeaderSignature>;

// A message that leaves once everything before it is durable.
struct Outgoing {
  std::optional<NodeId> to;
  SharedBytes bytes;
  std::optional<group::VoteReceived> own;   // a vote for all comes back to this core once it has left
  bool to_sealers = false;                  // without `to`: to the sealers, else to every connected member
};

struct GroupHost::Parts {
  Parts(GroupHostConfig config, std::unique_ptr<ledger::Ledger> ledger, Runtime& runtime, Registry& registry,
        Log log);

  // ---- group_host.cpp
  void start(Network network);
  void stop();
  std::chrono::milliseconds turn();
  void note_damage();
  bool tick_if_due();                       // true: the core was told the time
  std::chrono::milliseconds patience() const;
  void take(Input& input);
  void take(group::Event& event);
  void take(Durable& durable);
  void take(ExecutedPtr& executed);
  void take(NonceQuestion& question);
  void take(HeaderSignatureReceived& received);
  void take(CheckedHeaderSignature& checked);
  void step(const group::Event& event);
  void start_incoming();
  void tell_core(group::Event event) { inbox.push_answer(std::move(event)); }
  void publish_status();
  void publish_memory();

  // ---- carry_out.cpp: one for each effect, in the order of the list
  void carry_out();
  void on(group::SendVote& effect);
  void on(group::SendPeer& effect);
  void on(group::Gossip& effect);
  void on(group::ServeBlocks& effect);
  void on(group::Persist& effect);
  void on(group::Verify& effect);
  void on(group::Execute& effect);
  void on(group::Discard& effect);
  void on(group::Append& effect);
  void on(group::DropBodies& effect);
  void on(group::Verdict& effect);
  void on(group::Accepted& effect);
  void on(group::Decided& effect);
  void on(group::Halt& effect);
  void on(group::Note& effect);
  void send(Outgoing outgoing);
  void leave(Outgoing outgoing);
  void send_to_sealers(const SharedBytes& bytes);
  void execute(const Proposal& proposal);
  void execute_those_that_waited();
  void ask_for_bodies(const Proposal& proposal);
  std::optional<std::vector<ExecutedPtr>> undecided_ancestors(const Proposal& proposal,
                                                              const ledger::LedgerView& view) const;

  // ---- serve.cpp: answers to other nodes, and what follows a written block
  void answer_bodies(const NodeId& from, const group::BodyRequest& request);
  void published(std::span<const ExecutedPtr> blocks);                    // on the writer thread
  void exchange_header_signatures();
  void sign_header(BlockNumber number, const Hash& header_hash);          // on the arena, as the next
  void check_header_signatures(BlockNumber number, const std::map<NodeId, Bytes>& signatures);

  // ---- constant after start()
  const GroupHostConfig config;
  const pbft::GroupName name;
  const NodeId self;
  Runtime& runtime;
  Log log;
  GroupMetrics metrics;
  Network network;

  // ---- shared with other threads
  std::unique_ptr<ledger::Ledger> ledger;
  BodyStore bodies;
  ClientWaiters waiters;
  LaneQueue<Input> inbox;                   // of the group thread
  std::atomic<int> serving{0};              // blocks being read for other nodes
  std::atomic<bool> pool_is_full{false};    // as the group thread saw it last: nothing of clients is even looked at
  mutable std::mutex status_mutex;
  group::GroupStatus core_status;
  std::string disk_trouble;

  // ---- the group thread's
  std::unique_ptr<group::GroupCore> core;
  bool core_started = false;
  std::vector<Input> inputs;                                              // of a turn
  group::Effects effects;
  HeldSends<Outgoing> held;
  std::deque<group::VoteReceived> own_votes;                              // have left, not yet seen by the core
  std::unordered_map<Hash, ExecutedPtr> executed;                         // until appended or discarded
  std::unordered_map<Hash, std::shared_ptr<std::atomic<bool>>> executing; // set: given up
  std::vector<Proposal> waiting_for_bodies;
  std::map<BlockNumber, ExecutedPtr> appending;
  HeaderSignatures header_signatures;
  std::map<BlockNumber, Hash> headers_to_sign;
  NodeClock clock;
  TimeMs ticked_ms = 0, active_ms = 0, expired_ms = 0;
  bool damage_noted = false;

  // ---- the other threads, the last to start and the first to stop at the end
  std::unique_ptr<Jobs> jobs, client_jobs;  // outlive stop(): clients may still read
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Execution> execution;
  std::unique_ptr<Admission> admission;
  std::unique_ptr<Incoming> incoming;
};

}  // namespace hanse::node
