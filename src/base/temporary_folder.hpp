// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A folder that goes away, with all that is in it, when its owner does.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "base/check.hpp"

namespace hanse {

class TemporaryFolder {
 public:
  // Below the system's folder for such, readable by this user only, as hanse-<what>-<six random characters>.
  explicit TemporaryFolder(std::string_view what) {
    std::string name = (std::filesystem::temp_directory_path() / "hanse-").string().append(what).append("-XXXXXX");
    CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace hanse
