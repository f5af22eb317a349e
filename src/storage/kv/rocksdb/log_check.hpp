// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Whether the logs of a store (write-ahead logs and the MANIFEST, one format: github.com/facebook/rocksdb/wiki/
// Write-Ahead-Log-File-Format) are what was synced. RocksDB takes a record that reaches beyond the end of its file for
// one that a crash tore, and one of a kind that it does not expect for the end of the log: one flipped bit in a length
// or kind makes it forget everything after it, votes too, without a word. This check knows the difference: it says so
// whenever anything but the end of a write that was cut off stands in a log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rocksdb {
class Env;
}

namespace hanse::kv {

struct LogDamage {
  std::size_t at = 0;      // the record that does not hold
  std::string what;
};

struct LogEnd {
  std::size_t whole = 0;   // bytes up to the end of the last whole record
  bool zeros = false;      // what follows has its length but not its content: it is cut off before the store is opened
};

// `log` is the whole content of a file. A LogEnd with whole == log.size() is a log that was closed or killed, not torn.
std::optional<LogDamage> check_log(std::string_view log, LogEnd& end);

// Checks every log of a store that no process has open. With `mend` the end of a write that was cut off is removed where
// RocksDB would take it for damage. Errors: corrupt (names the file), io.
Result<void> check_logs(rocksdb::Env& env, const std::string& folder, bool mend);

}  // namespace hanse::kv
