// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// PBFT in three message delays, in which the commit vote carries the executed result. The statements that hold are in
// docs/CONSENSUS.md; each rule stands in the function that is named after the vote it allows.
//
// One Pbft orders proposals of one group. It is a core: events come in as calls, effects go out in a list, and a Send
// that stands after a Persist leaves only when that is durable. Own votes count only when they come back through
// on_vote, that is, after they were durable and left. A restart builds a new Pbft from the records; nothing else is
// remembered. Numbers decided + 1 … decided + window_max are undecided and have a Slot; everything else is refused or
// answered with what is decided, so all containers are bounded by the window and the sealers.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "scheduling/consensus/pbft/effects.hpp"
#include "scheduling/consensus/pbft/leader_rule.hpp"
#include "scheduling/consensus/pbft/lost_votes.hpp"
#include "scheduling/consensus/pbft/new_view.hpp"
#include "scheduling/consensus/pbft/sealer_set.hpp"
#include "scheduling/consensus/pbft/votes.hpp"

namespace hanse::pbft {

struct Limits {
  TimeMs view_timeout_ms = 600;          // without progress, while there is work; down to half of it where blocks are quick
  TimeMs view_timeout_ms_max = 60'000;   // cap of the exponential back-off
  TimeMs leave_out_timeout_ms = 5'000;   // a known includable transaction may be left out that long
  TimeMs execution_budget_ms = 10'000;   // the view timer stands still that long while the lowest prepared number executes
  TimeMs resend_ms = 200;
  TimeMs proposal_ahead_ms_max = 5'000;  // a proposal further ahead of our clock waits
  std::uint32_t window_max = 8;          // undecided numbers
};

struct Head {                            // the last decided block
  BlockNumber number = 0;
  Hash proposal;                         // genesis: its header hash
  Hash header;
  TimeMs time_ms = 0;
  std::optional<Certificate> certificate;
};

struct HeadStep { BlockNumber number = 0; Epoch epoch = 0; View first_view = 0; };   // a decided block, for the leader rule

struct Start {                           // what a Pbft is built from
  GroupConfig config;                    // of the epoch of head.number + 1
  NodeId self;
  Head head;
  std::vector<HeadStep> steps;           // of the last kLeaderHistory blocks, rising
  std::vector<Record> records;           // above head.number, in order
  std::uint64_t next_position = 1;
};

class Pbft {
 public:
  Pbft(Start start, Limits limits);

  void start(Effects& effects);
  void on_vote(const NodeId& from, const Message& message, const Bytes& signature, Effects& effects);
  void on_verified(std::uint64_t token, bool good, Effects& effects);
  void on_standing(const NodeId& from, std::uint64_t question, Epoch of, BlockNumber decided, View view);   // answers:
  std::optional<std::uint64_t> question() const;   // asked while this replica does not know what it voted for
  void on_peer_view(const NodeId& from, Epoch of, View view, Effects& effects);   // what a peer's status says
  void on_considered(const Hash& proposal, Effects& effects);      // bodies at hand, stateless checks passed
  void on_executed(const ExecutionSummary& summary, Effects& effects);
  void on_proposal(const Proposal& proposal, Effects& effects);    // the answer to a FetchProposal
  // `waiting_since`: when the oldest transaction that could be included arrived; `backlog`: blocks' worth that wait.
  // `behind`: peers in good standing claim to have decided more.
  void on_tick(TimeMs now, std::optional<TimeMs> waiting_since, std::uint64_t backlog, bool behind, Effects& effects);

  // Sync. takes_certified: the next call of on_certified may be this one.
  bool takes_certified(const Certificate& certificate) const;
  void on_certified(const Proposal& proposal, const Certificate& certificate, Effects& effects);

  // Sealing: the number that this node leads and may propose now, if there is one; then propose().
  std::optional<BlockNumber> may_propose() const;
  void propose(Bytes payload, Effects& effects);

  const Head& decided() const { return decided_; }
  const GroupConfig& config() const { return config_; }
  Epoch epoch() const { return config_.epoch; }
  View view() const { return view_; }
  bool in_view() const { return in_view_; }
  std::optional<NodeIndex> self() const { return self_index_; }
  NodeIndex leader(BlockNumber number) const;
  bool halted() const { return halted_; }
  std::size_t kept() const;               // messages, certificates and proposals in memory: bounded
  bool undecided_in_flight() const { return next_free() > decided_.number + 1; }

  // Undecided proposals: by hash, and the undecided ancestors of a proposal, nearest first.
  const Proposal* find(const Hash& proposal) const;
  const ExecutionSummary* executed(const Hash& proposal) const;
  std::vector<Hash> undecided_ancestors(const Hash& parent) const;
  std::optional<Hash> tip() const;                                 // the proposal that the next one would extend

 private:
  struct Known {                          // a proposal whose hash was computed here
    Proposal proposal;
    bool considered = false;
    bool executing = false;
    TimeMs executing_since = 0;
    std::optional<ExecutionSummary> executed;
  };
  struct OwnClaim {                       // the prepared record of the highest view
    PreparedCertificate prepared;
    ProposalHead head;
    Hash header;
  };
  struct Slot {                           // an undecided number
    PrepareVotes prepares;                // of all views
    CommitVotes commits;
    std::optional<Certificate> certificate;
    std::optional<OwnClaim> claim;
    std::optional<std::pair<NodeIndex, PrePrepare>> early;   // for a view that is not entered here yet
    // of the current view only:
    std::optional<Hash> proposal;
    std::optional<PreparedCertificate> prepared;
    std::optional<PrePrepare> my_pre_prepare;
    std::optional<Hash> my_prepare;
    std::optional<Commit> my_commit;
  };
  struct StoredViewChange {
    ViewChange message;
    Bytes signature;
    bool proved = false;                  // its proofs were checked here
  };
  struct PendingVerify {                  // what a Verified answers
    std::optional<NodeIndex> view_change_of;
    View view = 0;
    std::optional<NewView> new_view;
    std::optional<std::pair<Proposal, Certificate>> certified;
  };

  // pbft.cpp: votes of the current view
  void on(const PrePrepare& message, NodeIndex from, const Bytes& signature, Effects& effects);
  void on(const Prepare& vote, NodeIndex from, const Bytes& signature, Effects& effects);
  void on(const Commit& vote, NodeIndex from, const Bytes& signature, Effects& effects);
  void accept_proposal(BlockNumber number, const Proposal& proposal, Effects& effects);
  void advance(Effects& effects);
  void execute_ready(Effects& effects);
  void prepare_if(BlockNumber number, Effects& effects);
  void note_prepared(BlockNumber number, Effects& effects);
  void commit_if(BlockNumber number, Effects& effects);
  void note_certificate(BlockNumber number, Effects& effects);
  bool decide_next(Effects& effects);
  void check_results_agree(BlockNumber number, Effects& effects);
  bool parent_allows_prepare(const ProposalHead& head) const;
  bool parent_allows_commit(const ProposalHead& head) const;
  bool plan_allows(BlockNumber number, const Hash& proposal) const;
  bool ends_epoch_below(BlockNumber number) const;
  bool time_is_come(const ProposalHead& head) const;
  TimeMs parent_time(const ProposalHead& head) const;

  // pbft_view.cpp: leaving and entering views
  void on(const ViewChange& message, NodeIndex from, const Bytes& signature, Effects& effects);
  void on(const NewView& message, NodeIndex from, const Bytes& signature, Effects& effects);
  void leave_view(View next, Effects& effects);
  void prove(NodeIndex from, Effects& effects);
  void join_higher_view(Effects& effects);
  void try_new_view(Effects& effects);
  NewView new_view_of(const std::vector<NodeIndex>& nodes) const;
  std::optional<Reproposal> first_not_held(const ViewPlan& plan) const;
  bool claims(NodeIndex node, const Hash& proposal) const;
  bool is_claimed(const Hash& proposal) const;
  void enter_view(const NewView& message, const ViewPlan& plan, Effects& effects);
  void take_reproposals(Effects& effects);
  void take_early(Effects& effects);
  void fetch(const Hash& proposal, const std::vector<NodeIndex>& from, Effects& effects);
  ViewChange my_view_change() const;
  void switch_epoch(const GroupConfig& next, Effects& effects);
  void forget_unreferenced(Effects& effects);
  void clear_view_state();
  bool may_answer(NodeIndex from);
  void pass_new_view(NodeIndex to, Effects& effects);
  void answer_stale(NodeIndex from, Epoch epoch, BlockNumber number, View view, Effects& effects);
  void resend(Effects& effects);
  bool view_timer_expired(std::optional<TimeMs> waiting_since, std::uint64_t backlog, bool behind) const;
  TimeMs view_timeout() const;
  TimeMs new_view_timeout() const;
  TimeMs backed_off(TimeMs timeout) const;
  void note_pace();

  void restore(const std::vector<Record>& records);
  void restore_vote(const VoteRecord& record);
  void vote_again_if(Effects& effects);
  void restore_prepared(const PreparedRecord& record);
  void persist(Record record, Effects& effects);
  void halt(std::string reason, Effects& effects);
  Slot* slot_of(BlockNumber number);
  const Slot* slot_at(BlockNumber number) const;
  BlockNumber next_free() const;          // the lowest number without a proposal in this view
  bool votes() const { return self_index_ && !halted_ && !stopped_ && !lost_; }

  GroupConfig config_;
  GroupName group_;
  Limits limits_;
  NodeId self_;
  SealerSet sealers_;
  LeaderRule leaders_;
  std::optional<NodeIndex> self_index_;
  std::uint64_t next_position_;
  std::uint64_t next_token_ = 1;

  Head decided_;
  BlockNumber epoch_base_ = 0;            // the last block of the epoch before
  std::deque<std::pair<BlockNumber, TimeMs>> decided_at_;   // of the last window_max numbers
  View view_ = 0;
  bool in_view_ = true;
  std::optional<NewView> new_view_;       // entered by, for views > 0
  std::optional<ViewPlan> plan_;
  std::map<BlockNumber, Slot> slots_;
  std::map<Hash, Known> known_;
  std::map<NodeIndex, StoredViewChange> view_changes_;      // the highest of each sealer
  std::map<std::uint64_t, PendingVerify> verifying_;
  std::map<NodeIndex, TimeMs> answered_at_;

  bool halted_ = false, stopped_ = false;
  std::optional<LostVotes> lost_;         // set: this replica is silent
  TimeMs now_ = 0, progress_at_ = 0, view_entered_at_ = 0, sent_at_ = 0;
  TimeMs slowest_ms_ = 0;                 // of the last decisions, each from when there was work; fades
  TimeMs fetched_at_ = 0;                 // proposals asked for
  std::optional<TimeMs> view_change_quorum_at_;
  std::optional<View> new_view_sent_;     // by this node, as the leader of that view
  int failed_views_ = 0;                  // since the last decision
};

}  // namespace hanse::pbft
