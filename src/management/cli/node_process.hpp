// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Which process runs a node's folder. The process holds a lock on node.pid for its life, and the kernel says who holds it:
// a file that a killed process left behind, or a process number that was given to another program, deceives nobody.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace hanse::cli {

class NodeLock {
 public:
  // Errors: in_use (names the process), io.
  static Result<NodeLock> take(const std::string& node_folder);
  ~NodeLock();
  NodeLock(NodeLock&& other) noexcept;
  NodeLock& operator=(NodeLock&&) = delete;

 private:
  explicit NodeLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

std::optional<pid_t> running_process(const std::string& node_folder);

// SIGINT and SIGTERM, and SIGHUP where it has a meaning, are kept from every thread that is started after the constructor
// and wait for wait(), which answers the one that came.
class StopSignals {
 public:
  explicit StopSignals(bool with_hangup = false);
  int wait() const;
  std::optional<int> wait_for(std::chrono::milliseconds limit) const;   // none: no signal came

 private:
  sigset_t set_;
};

}  // namespace hanse::cli
