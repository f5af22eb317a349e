// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// State rows as a disk gives them back. A row that is no account is a fault of this execution; one that is, and is not
// changed, leaves no difference.
#include "base/fuzz_target.hpp"
#include "storage/state/journal.hpp"
#include "storage/state/map_state.hpp"

namespace hanse::state {
namespace {

// The first byte is the size of an account's row, the rest that of its slot. The code that an account may name is missing.
FUZZ_TARGET(state_rows, .per_byte = 64, .fixed = 256u << 10) {
  constexpr Address kAddress{{2}};
  if (input.empty()) return;
  const std::size_t size = std::min<std::size_t>(input[0], input.size() - 1);
  MapState state;
  state.rows[to_bytes(account_key(kAddress))] = to_bytes(input.subspan(1, size));
  state.rows[to_bytes(slot_key(kAddress, Hash{}))] = to_bytes(input.subspan(1 + size));
  CodeCache codes([](BytesView) { return std::shared_ptr<const void>(); }, 1u << 10);
  Journal journal(Suite::standard, state, codes);
  journal.begin_transaction();
  const Journal::AccountState* account = nullptr;
  U256 value;
  const Load loaded = journal.load(kAddress, false, true, account);
  CHECK((loaded == Load::fault) == journal.error().has_value());
  (void)journal.load_slot(kAddress, U256(), false, value);
  journal.end_transaction(true);
  const auto diff = journal.diff();
  CHECK(diff.has_value() != journal.error().has_value());
  if (diff && account != nullptr && !account->is_empty()) CHECK(diff->empty());   // no writer stores an empty account
}

}  // namespace
}  // namespace hanse::state
