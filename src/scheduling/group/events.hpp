// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What GroupCore is told and what it answers. The host (node/group_host for real, sim/ under seeds) carries effects out
// in the order of the list. One rule is the crash-safety proof: **a Send or an Append that stands after a Persist leaves
// only after that Persist, and every earlier one, is durable**. Persist and Append are one log: a Persist is durable only
// when every Persist and Append before it is. Everything else may go on meanwhile; steps go on too.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/block.hpp"
#include "protocol/scheduling.hpp"
#include "scheduling/consensus/pbft/effects.hpp"

namespace hanse::group {

// ---- messages between members that are not votes: trusted to come from `from` (the gateway proved the node key) ----
struct SyncStatus {                 // sent on connect, on each decision and from time to time
  BlockNumber number = 0;           // last appended
  Hash header;
  Epoch epoch = 0;
  View view = 0;                    // entered or asked for: who is in a higher one sends its NewView
  static void fields(auto& self, auto&& field) {
    field(1, self.number), field(2, self.header), field(3, self.epoch), field(4, self.view);
  }
};
struct BlockRequest {               // blocks first … first + count − 1
  BlockNumber first = 0;
  std::uint32_t count = 0;
  static void fields(auto& self, auto&& field) { field(1, self.first), field(2, self.count); }
};
struct BlockReply {                 // to the core: bodies are already checked and in the host's body store
  std::vector<CertifiedBlock> blocks;
  static void fields(auto& self, auto&& field) { field(1, self.blocks); }
};
struct ProposalRequest {            // a proposal known by its hash alone
  Hash proposal;
  static void fields(auto& self, auto&& field) { field(1, self.proposal); }
};
struct ProposalReply {
  Proposal proposal;
  static void fields(auto& self, auto&& field) { field(1, self.proposal); }
};
struct BodyRequest {                // the host answers from its body store, without the core
  std::vector<Hash> hashes;
  static void fields(auto& self, auto&& field) { field(1, self.hashes); }
};
struct Bodies {                     // gossip of new transactions (`asked` false) or the answer to a BodyRequest
  std::vector<EncodedTransaction> transactions;
  bool asked = false;
  static void fields(auto& self, auto&& field) { field(1, self.transactions), field(2, self.asked); }
};
struct StandingRequest {            // of a sealer that lost its votes (consensus/pbft/lost_votes.hpp)
  std::uint64_t question = 0;
  static void fields(auto& self, auto&& field) { field(1, self.question); }
};
struct StandingReply {              // who lost its own votes does not answer
  std::uint64_t question = 0;
  Epoch epoch = 0;
  BlockNumber decided = 0;          // appended or not
  View view = 0;                    // entered or asked for
  static void fields(auto& self, auto&& field) {
    field(1, self.question), field(2, self.epoch), field(3, self.decided), field(4, self.view);
  }
};
using PeerMessage = std::variant<SyncStatus, BlockRequest, BlockReply, ProposalRequest, ProposalReply, BodyRequest, Bodies,
                                 StandingRequest, StandingReply>;

// ---- events ----
struct Tick { TimeMs now_ms = 0; };                                   // every 10 ms or so; the only source of time
struct VoteReceived {                                                 // outer signature verified by the host; own votes
  NodeId from;                                                        // come back this way once they have left
  pbft::Message message;
  Bytes signature;
};
struct PeerReceived { NodeId from; PeerMessage message; };            // never BodyRequest or Bodies: the host's affair
struct PeerChanged { NodeId peer; bool connected = false; };
struct TransactionsAdmitted {                                         // bodies are in the host's body store
  std::vector<TxSummary> transactions;
  std::optional<NodeId> from;                                         // none: from a client of this node
  bool asked = false;                                                 // they answer a BodyRequest
};
struct Verified { std::uint64_t token = 0; bool good = false; };      // answers Verify
struct Executed { ExecutionSummary summary; };                        // answers Execute
struct Appended { BlockNumber number = 0; };                          // the block is durable in the ledger
using Event = std::variant<Tick, VoteReceived, PeerReceived, PeerChanged, TransactionsAdmitted, Verified,
                           Executed, Appended>;

// ---- records of the consensus log, and the effects that the consensus core asks for ----
using pbft::Discard;
using pbft::Execute;
using pbft::Halt;
using pbft::Note;
using pbft::Persist;
using pbft::PreparedRecord;
using pbft::Record;
using pbft::SendVote;
using pbft::SignatureCheck;
using pbft::Verify;
using pbft::ViewRecord;
using pbft::VotesLostRecord;
using pbft::VoteRecord;

// ---- effects ----
struct SendPeer { std::optional<NodeId> to; PeerMessage message; };   // none: to every connected member
struct Gossip { std::vector<Hash> hashes; };                          // bodies of client transactions, to all sealers
struct ServeBlocks { NodeId to; BlockNumber first = 0; std::uint32_t count = 0; };   // host reads the ledger, bounded
struct Append {                                                       // decided: ledger rows, state diff, certificate and
  Proposal proposal;                                                  // the erasure of consensus records <= number, one
  Certificate certificate;                                            // atomic batch; `barrier`: also acts as a Persist
  bool barrier = false;                                               // for what stands after it (end of an epoch)
};
struct DropBodies { std::vector<Hash> hashes; };                      // left the pool undecided (expired, refused)
struct Verdict { Hash hash; Code code; };                             // a client's transaction was refused, or left the pool
struct Accepted { std::vector<Hash> hashes; };                        // client transactions now in the pool
struct Decided { BlockNumber number = 0; Hash header; std::vector<Hash> hashes; };   // clients may be told
using Effect = std::variant<SendVote, SendPeer, Gossip, ServeBlocks, Persist, Verify, Execute, Discard, Append, DropBodies,
                            Verdict, Accepted, Decided, Halt, Note>;
using Effects = std::vector<Effect>;

// ---- what a core is built from: a restart is nothing else ----
struct DecidedHead {
  BlockNumber number = 0;
  Hash proposal;                    // proposal hash (genesis: the header hash of block 0)
  Hash header;
  TimeMs time_ms = 0;
  std::optional<Certificate> certificate;   // none for genesis
};
struct RecentBlock {                // of the last blocks, rising: what the pool and the leader rule look back on
  BlockNumber number = 0;
  Epoch epoch = 0;
  View first_view = 0;
  std::vector<Hash> hashes;         // run; only for the last block_limit_span blocks
  std::vector<Hash> nonce_keys;     // native ones of them
};
struct Restored {
  GroupConfig config;               // of the epoch that number + 1 belongs to
  NodeId self;
  DecidedHead head;                 // durable in the ledger
  std::vector<RecentBlock> recent;
  std::vector<Record> records;      // of the consensus log, in order, above head.number
  std::uint64_t next_position = 1;  // of the consensus log
};

}  // namespace hanse::group
