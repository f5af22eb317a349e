// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/bytes.hpp"
#include "base/config_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto file = hanse::ConfigFile::parse(hanse::as_text({data, size}), "fuzz");
  if (!file) return 0;
  for (const std::string& key : file->keys("a")) {
    (void)file->number("a", key, 1, 100);
    (void)file->flag_or("a", key, false);
  }
  (void)file->check_all_read();
  return 0;
}
