// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "base/hex.hpp"
#include "management/cli/account_store.hpp"
#include "management/cli/contract_code.hpp"

namespace hanse::cli {
namespace {

// A compiler's output, hex or JSON.
FUZZ_TARGET(contract_code, .per_byte = 512) {
  const auto contract = parse_contract_code(as_text(input));
  if (!contract) return;
  CHECK(!contract->init_code.empty());
  const auto again = parse_contract_code(to_hex(contract->init_code));
  CHECK(again && again->init_code == contract->init_code);
}

// A key as a person gives it: 64 hex digits, or PEM.
FUZZ_TARGET(account_key, .fixed = 256u << 10) {
  if (input.empty()) return;
  const Suite suite = input[0] & 1 ? Suite::sm : Suite::standard;
  const auto key = parse_key(as_text(input.subspan(1)), suite);
  if (!key) return;
  const auto again = parse_key(to_hex(key->secret), key->suite);
  CHECK(again && again->secret == key->secret);
}

}  // namespace
}  // namespace hanse::cli
