// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Features of a group: one bit each, set in its configuration and so active from a known block on. There is no version
// comparison anywhere else. Append to the table; a number is never used again.
#pragma once

#include <cstdint>
#include <string_view>

namespace hanse {

enum class Feature : std::uint8_t {
  evm_osaka = 0,            // EVM rules of the Osaka fork (revm SpecId OSAKA)
  write_set_root = 1,       // state root = Merkle root of the block's sorted write set
};

struct NamedFeature { Feature feature; std::string_view name; };   // the name in a genesis file
constexpr NamedFeature kFeatures[] = {
    {Feature::evm_osaka, "evm_osaka"},
    {Feature::write_set_root, "write_set_root"},
};

struct Features {
  std::uint64_t bits = 0;

  static constexpr Features newest() { return {1ull << int(Feature::evm_osaka) | 1ull << int(Feature::write_set_root)}; }
  constexpr bool has(Feature feature) const { return bits >> static_cast<int>(feature) & 1; }
  constexpr void set(Feature feature) { bits |= 1ull << static_cast<int>(feature); }
  bool operator==(const Features&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.bits); }
};

}  // namespace hanse
