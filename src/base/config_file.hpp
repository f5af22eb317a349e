// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Configuration files: `[section]`, `key = value`, comments on lines of their own that begin with # or ;. A key that
// stands twice is an error that names both lines. Reading a key marks it, so that check_all_read() finds what nobody
// asked for: a misspelt key is refused instead of silently ignored. Errors name file, line and key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hanse {

class ConfigFile {
 public:
  static constexpr std::size_t kSizeMax = 4u << 20;

  static Result<ConfigFile> load(const std::string& path);
  static Result<ConfigFile> parse(std::string_view text, std::string name);   // `name` stands in errors

  // Each marks what it finds. Those without a fallback fail with bad_config when the key is absent.
  std::optional<std::string> find(std::string_view section, std::string_view key);
  Result<std::string> text(std::string_view section, std::string_view key);
  std::string text_or(std::string_view section, std::string_view key, std::string_view fallback);
  Result<std::uint64_t> number(std::string_view section, std::string_view key, std::uint64_t min, std::uint64_t max);
  Result<std::uint64_t> number_or(std::string_view section, std::string_view key, std::uint64_t fallback,
                                  std::uint64_t min, std::uint64_t max);
  Result<bool> flag_or(std::string_view section, std::string_view key, bool fallback);   // true or false

  bool has_section(std::string_view section) const;
  std::vector<std::string> keys(std::string_view section) const;   // in the order of the file

  Result<void> check_all_read() const;                             // names the first key that nobody read
  // bad_config with file, line (0 when the key is absent), section and key before `text`.
  Error error_at(std::string_view section, std::string_view key, std::string_view text) const;

 private:
  struct Entry {
    std::string section, key, value;
    std::size_t line = 0;
    bool read = false;
  };
  const Entry* entry(std::string_view section, std::string_view key) const;

  std::string name_;
  std::set<std::string, std::less<>> sections_;
  std::vector<Entry> entries_;                                     // in the order of the file
  std::map<std::pair<std::string, std::string>, std::size_t> places_;   // (section, key) -> place in entries_
};

}  // namespace hanse
