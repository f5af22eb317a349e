// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/pem_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hanse {
namespace {

class File {
 public:
  File(const std::string& path, int flags, unsigned mode = 0) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> read_small_file(const std::string& path) {
  const File file(path, O_RDONLY);
  if (!file) return fail(Code::io, "{} cannot be opened: {}", path, std::strerror(errno));
  std::string text;
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(file.descriptor(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Code::io, "{} cannot be read: {}", path, std::strerror(errno));
    if (got == 0) return text;
    text.append(chunk, static_cast<std::size_t>(got));
    if (text.size() > kSmallFileSizeMax) return fail(Code::too_large, "{} is longer than {} bytes", path, kSmallFileSizeMax);
  }
}

Result<void> write_small_file(const std::string& path, std::string_view text, unsigned mode, bool durable) {
  const std::string neighbour = fmt::format("{}.{}.new", path, ::getpid());
  ::unlink(neighbour.c_str());                       // left by a process of that number that was killed
  {
    const File file(neighbour, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file) return fail(Code::io, "{} cannot be made: {}", neighbour, std::strerror(errno));
    if (!write_all(file.descriptor(), text) || (durable && ::fsync(file.descriptor()) != 0)) {
      const int reason = errno;
      ::unlink(neighbour.c_str());
      return fail(Code::io, "{} cannot be written: {}", neighbour, std::strerror(reason));
    }
  }
  if (::rename(neighbour.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(neighbour.c_str());
    return fail(Code::io, "{} cannot be replaced: {}", path, std::strerror(reason));
  }
  if (!durable) return {};
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const File parent(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  if (!parent || ::fsync(parent.descriptor()) != 0)
    return fail(Code::io, "the folder of {} cannot be synced: {}", path, std::strerror(errno));
  return {};
}

}  // namespace hanse
