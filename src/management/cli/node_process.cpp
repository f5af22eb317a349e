// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/node_process.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace hanse::cli {
namespace {

std::string pid_file(const std::string& node_folder) { return node_folder + "/node.pid"; }

struct flock whole_file() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Result<NodeLock> NodeLock::take(const std::string& node_folder) {
  const std::string path = pid_file(node_folder);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return fail(Code::io, "{} cannot be opened: {}", path, std::strerror(errno));
  NodeLock taken(descriptor);
  struct flock lock = whole_file();
  if (::fcntl(descriptor, F_SETLK, &lock) != 0) {
    const auto holder = running_process(node_folder);
    return fail(Code::in_use, "process {} runs {} already; stop it first (`hanse chain stop` or SIGTERM)", holder.value_or(0),
                node_folder);
  }
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return fail(Code::io, "{} cannot be written: {}", path, std::strerror(errno));
  return taken;
}

NodeLock::NodeLock(NodeLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

NodeLock::~NodeLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<pid_t> running_process(const std::string& node_folder) {
  const int descriptor = ::open(pid_file(node_folder).c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  struct flock lock = whole_file();
  const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
  ::close(descriptor);
  if (!asked || lock.l_type == F_UNLCK || lock.l_pid <= 0) return std::nullopt;
  return lock.l_pid;
}

StopSignals::StopSignals(bool with_hangup) {
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  if (with_hangup) sigaddset(&set_, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

std::optional<int> StopSignals::wait_for(std::chrono::milliseconds limit) const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timespec patience{seconds.count(), std::chrono::nanoseconds(limit - seconds).count()};
  const int signal = ::sigtimedwait(&set_, nullptr, &patience);
  return signal > 0 ? std::optional(signal) : std::nullopt;
}

int StopSignals::wait() const {
  int signal = 0;
  ::sigwait(&set_, &signal);
  return signal;
}

}  // namespace hanse::cli
