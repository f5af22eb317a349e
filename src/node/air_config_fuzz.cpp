// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "node/air_config.hpp"

// A config.ini that is accepted, written as a program writes it, is accepted as the same.
FUZZ_TARGET(air_config, .per_byte = 1024) {
  using namespace hanse;
  const auto config = node::parse_air_config(as_text(input), "/node0");
  if (!config) return;
  const std::string text = node::to_text(*config);
  const auto again = node::parse_air_config(text, "/node0");
  CHECK(again && node::to_text(*again) == text);
}
