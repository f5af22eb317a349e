// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A genesis that is accepted has a canonical text that is accepted as the same.
#include "base/check.hpp"
#include "protocol/genesis.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  const auto genesis = Genesis::parse(as_text({data, size}));
  if (!genesis) return 0;
  const std::string text = genesis->to_text();
  const auto again = Genesis::parse(text);
  CHECK(again && again->config == genesis->config && again->balances == genesis->balances);
  CHECK(genesis_difference(text, again->to_text()).empty());
  return 0;
}
