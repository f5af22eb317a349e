// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The execution lane of a group: runs proposals one after the other, each on the state of its parent, which is the
// ledger's view with the diffs of undecided ancestors on top. Jobs are values in, executed proposals out.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>

#include "base/log.hpp"
#include "computing/executor/execute_block.hpp"
#include "node/body_store.hpp"
#include "node/lane_queue.hpp"
#include "protocol/scheduling.hpp"
#include "storage/ledger/ledger_view.hpp"

namespace hanse::node {

// A proposal that was executed here: everything that the ledger keeps of it. Shared by the group thread, its children
// in execution, the writer and those who wait for a receipt.
struct ExecutedProposal {
  Proposal proposal;
  Hash hash;
  std::shared_ptr<const GroupConfig> config;   // of its epoch
  std::vector<Body> bodies;                    // of the payload, in order
  executor::ExecutedBlock block;
};
using ExecutedPtr = std::shared_ptr<const ExecutedProposal>;

struct ExecutionJob {
  Proposal proposal;
  Hash hash;
  std::shared_ptr<const GroupConfig> config;
  std::vector<Body> bodies;
  std::vector<ExecutedPtr> ancestors;                    // undecided ones: parent, grandparent, … down to the view
  std::shared_ptr<const ledger::LedgerView> view;
  std::shared_ptr<const std::atomic<bool>> discarded;    // shared with the group thread, which may give it up meanwhile
};

// What scheduling has to know of it.
ExecutionSummary summary_of(const ExecutedProposal& executed);

class Execution {
 public:
  // `done` is called on the execution lane, once for each job that was not discarded.
  Execution(Runtime& runtime, std::function<void(ExecutedPtr)> done, Log log);
  ~Execution();   // waits for the job that runs; those that wait are dropped

  void start(ExecutionJob job);
  std::size_t size() const { return jobs_.size(); }

 private:
  std::chrono::milliseconds turn();
  bool execute(ExecutionJob& job);   // false: this node's own trouble, to be tried again

  std::function<void(ExecutedPtr)> done_;
  Log log_;
  executor::Spreading spreading_;
  std::deque<ExecutionJob> in_hand_;
  std::atomic<bool> stopping_{false};
  LaneQueue<ExecutionJob> jobs_;
};

}  // namespace hanse::node
