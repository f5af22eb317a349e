// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The ABI that a deployer stored with a contract, as a hint reader meets it. Whatever it says, a call meets others in few
// places, and in the same ones each time.
#include "base/fuzz_target.hpp"
#include "computing/executor/conflict_fields.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::executor {
namespace {

// The first four bytes are the selector that is called, the rest is the ABI.
FUZZ_TARGET(conflict_fields, .per_byte = 128, .fixed = 512u << 10) {
  constexpr std::size_t kSelector = 4, kFieldsMax = 64;
  if (input.size() < kSelector) return;
  Transaction call{.to = Address{{2}}, .input = to_bytes(input.first(kSelector))};
  call.input.resize(kSelector + 64, 7);
  state::MapState state;
  state.rows[state::table_key("abi", *call.to)] = to_bytes(input.subspan(kSelector));
  ConflictFields fields;
  const auto first = fields.of(Suite::standard, call, state);
  CHECK(!first || first->size() <= kFieldsMax);
  CHECK(first == fields.of(Suite::standard, call, state) && first == ConflictFields().of(Suite::standard, call, state));
}

}  // namespace
}  // namespace hanse::executor
