// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Small files with keys, certificates and configuration: read whole with a bound, written so that a crash leaves the old
// file or the new one, never a part.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hanse {

constexpr std::size_t kSmallFileSizeMax = 4u << 20;
constexpr unsigned kSecretMode = 0600, kPublicMode = 0644;

// Errors: io (with the system's reason), too_large.
Result<std::string> read_small_file(const std::string& path);

// Writes a neighbour with `mode` from its first byte on, syncs it, renames it over `path` and syncs the folder. Without
// `durable` nothing is synced: for files that mean nothing after the machine stopped.
Result<void> write_small_file(const std::string& path, std::string_view text, unsigned mode, bool durable = true);

}  // namespace hanse
