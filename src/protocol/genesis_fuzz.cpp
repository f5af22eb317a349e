// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "codec/tars_round_trip.hpp"
#include "protocol/genesis.hpp"

namespace hanse {
namespace {

// A genesis that is accepted has a canonical text that is accepted as the same.
FUZZ_TARGET(genesis, .per_byte = 512) {
  const auto genesis = Genesis::parse(as_text(input));
  if (!genesis) return;
  const std::string text = genesis->to_text();
  const auto again = Genesis::parse(text);
  CHECK(again && again->config == genesis->config && again->balances == genesis->balances);
  CHECK(again->timestamp_ms == genesis->timestamp_ms && again->to_text() == text);
  CHECK(genesis_difference(text, again->to_text()).empty());
}

// The text of another's genesis, as block 0 on a disk holds it: whatever it is, the difference can be told.
FUZZ_TARGET(genesis_difference, .per_byte = 512) {
  const std::string_view text = as_text(input);
  const std::string_view here = text.substr(0, text.size() / 2), there = text.substr(text.size() / 2);
  CHECK(genesis_difference(here, there).empty() == (here == there));
}

// A stored configuration: what check_config accepts has a hash that says so.
FUZZ_TARGET(group_config, .per_byte = 192) {
  const auto config = tars::round_trip<GroupConfig>(input);
  if (!config || !check_config(*config)) return;
  GroupConfig other = *config;
  ++other.epoch;
  CHECK(config_hash(other) != config_hash(*config));
}

}  // namespace
}  // namespace hanse
