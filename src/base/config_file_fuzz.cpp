// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What is read can be asked for, and written down it reads the same.
#include "base/config_file.hpp"
#include "base/fuzz_target.hpp"

namespace {

constexpr std::string_view kSections[] = {"", "a", "chain", "p2p"};

// The entries of these sections, as text of one form.
std::string text_of(hanse::ConfigFile& file) {
  std::string text;
  for (const std::string_view section : kSections) {
    if (!section.empty()) text += fmt::format("[{}]\n", section);
    for (const std::string& key : file.keys(section)) {
      const auto value = file.text(section, key);
      CHECK(value.has_value());
      text += fmt::format("{} = {}\n", key, *value);
    }
  }
  return text;
}

}  // namespace

FUZZ_TARGET(config_file, .per_byte = 512) {
  auto file = hanse::ConfigFile::parse(hanse::as_text(input), "fuzz");
  if (!file) return;
  for (const std::string& key : file->keys("a")) {
    const auto number = file->number("a", key, 1, 100);
    if (number) CHECK(*number >= 1 && *number <= 100);
    (void)file->flag_or("a", key, false);
  }
  const std::string text = text_of(*file);
  auto again = hanse::ConfigFile::parse(text, "fuzz");
  CHECK(again && text_of(*again) == text);
  CHECK(again->check_all_read().has_value());
}
