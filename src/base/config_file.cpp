// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/config_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace hanse {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Result<ConfigFile> ConfigFile::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::io, "{} cannot be opened", path);
  std::string text(kSizeMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail(Code::io, "{} cannot be read", path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse(text, path);
}

Result<ConfigFile> ConfigFile::parse(std::string_view text, std::string name) {
  if (text.size() > kSizeMax) return fail(Code::too_large, "{}: longer than {} bytes", name, kSizeMax);
  ConfigFile file;
  std::string section;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      if (line.back() != ']' || trimmed(line.substr(1, line.size() - 2)).empty())
        return fail(Code::bad_config, "{}:{}: a section reads [name]", name, number);
      section = trimmed(line.substr(1, line.size() - 2));
      file.sections_.insert(section);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == line.npos || equals == 0)
      return fail(Code::bad_config, "{}:{}: neither [section] nor key = value", name, number);
    const std::string key(trimmed(line.substr(0, equals)));
    const auto [known, added] = file.places_.try_emplace({section, key}, file.entries_.size());
    if (!added)
      return fail(Code::bad_config, "{}:{}: [{}] {} stands in line {} already", name, number, section, key,
                  file.entries_[known->second].line);
    file.entries_.push_back({section, key, std::string(trimmed(line.substr(equals + 1))), number});
  }
  file.name_ = std::move(name);
  return file;
}

const ConfigFile::Entry* ConfigFile::entry(std::string_view section, std::string_view key) const {
  const auto place = places_.find({std::string(section), std::string(key)});
  return place == places_.end() ? nullptr : &entries_[place->second];
}

std::optional<std::string> ConfigFile::find(std::string_view section, std::string_view key) {
  const auto place = places_.find({std::string(section), std::string(key)});
  if (place == places_.end()) return std::nullopt;
  entries_[place->second].read = true;
  return entries_[place->second].value;
}

Result<std::string> ConfigFile::text(std::string_view section, std::string_view key) {
  auto value = find(section, key);
  if (!value) return std::unexpected(error_at(section, key, "is missing"));
  return *std::move(value);
}

std::string ConfigFile::text_or(std::string_view section, std::string_view key, std::string_view fallback) {
  return find(section, key).value_or(std::string(fallback));
}

Result<std::uint64_t> ConfigFile::number(std::string_view section, std::string_view key, std::uint64_t min,
                                         std::uint64_t max) {
  const auto value = text(section, key);
  if (!value) return pass(value);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc() || end != value->data() + value->size() || number < min || number > max)
    return std::unexpected(error_at(section, key, fmt::format("= {} is not a number from {} to {}", *value, min, max)));
  return number;
}

Result<std::uint64_t> ConfigFile::number_or(std::string_view section, std::string_view key, std::uint64_t fallback,
                                            std::uint64_t min, std::uint64_t max) {
  return entry(section, key) ? number(section, key, min, max) : fallback;
}

Result<bool> ConfigFile::flag_or(std::string_view section, std::string_view key, bool fallback) {
  const auto value = find(section, key);
  if (!value) return fallback;
  if (*value == "true") return true;
  if (*value == "false") return false;
  return std::unexpected(error_at(section, key, fmt::format("= {} is neither true nor false", *value)));
}

bool ConfigFile::has_section(std::string_view section) const {
  return sections_.contains(section);
}

std::vector<std::string> ConfigFile::keys(std::string_view section) const {
  std::vector<std::string> keys;
  for (const Entry& entry : entries_)
    if (entry.section == section) keys.push_back(entry.key);
  return keys;
}

Result<void> ConfigFile::check_all_read() const {
  for (const Entry& entry : entries_)
    if (!entry.read) return std::unexpected(error_at(entry.section, entry.key, "is not known here; is it misspelt?"));
  return {};
}

Error ConfigFile::error_at(std::string_view section, std::string_view key, std::string_view text) const {
  const Entry* found = entry(section, key);
  const std::string place = found ? fmt::format("{}:{}", name_, found->line) : name_;
  return {Code::bad_config, fmt::format("{}: [{}] {} {}", place, section, key, text)};
}

}  // namespace hanse
