// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Sends signed transactions to several nodes and finds out when each could be read back. The open loop never waits for an
// answer: transaction i leaves at start + i / rate. A transaction is committed when the node that took it answers with its
// block, receipts included; each node is asked for one block at a time, not for each transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "crypto/suite.hpp"

namespace hanse::cli {

struct SignedTransaction {
  std::string request;               // the whole JSON-RPC text
  Hash hash;
};

struct LoadPlan {
  std::vector<std::string> urls;     // transaction i goes to urls[i % urls.size()]
  std::vector<SignedTransaction> transactions;
  double rate = 0;                   // a second; 0: as fast as the nodes commit, with a window of undecided ones
  std::vector<int> pids;             // whose CPU time is counted
  bool may_refuse = false;           // a node that is busy is no error: what it refuses is counted and not sent again
};

struct LoadReport {
  std::size_t committed = 0, refused = 0;
  double seconds = 0;                // from the first send to the last commit
  double latency_ms_mean = 0, latency_ms_p50 = 0, latency_ms_p99 = 0;
  std::optional<double> cpu_us_per_tx;             // of the nodes
  double generator_cpu_us_per_tx = 0;              // of this process while it sent and looked
};

// Errors: refused (a node took a transaction not: its first message), timeout (commits stopped), unreachable.
Result<LoadReport> run_load(const LoadPlan& plan);

// User and system time of a process so far, in microseconds. Errors: not_found.
Result<double> process_cpu_us(int pid);

}  // namespace hanse::cli
