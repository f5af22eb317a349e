// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// TransactionStatus of FISCO BCOS: what `status` of a receipt says, and the codes of admission. Numbers and names are
// those that their clients know.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/errors.hpp"

namespace hanse {

enum class TransactionStatus : std::int32_t {
  none = 0,                          // success
  unknown = 1,
  out_of_gas_limit = 2,
  not_enough_cash = 7,
  bad_instruction = 10,
  bad_jump_destination = 11,
  out_of_gas = 12,
  out_of_stack = 13,
  stack_underflow = 14,
  precompiled_error = 15,
  revert_instruction = 16,
  contract_address_already_used = 17,
  permission_denied = 18,
  call_address_error = 19,
  gas_overflow = 20,
  contract_frozen = 21,
  account_frozen = 22,
  account_abolished = 23,
  contract_abolished = 24,
  wasm_validation_failure = 32,
  wasm_argument_out_of_range = 33,
  wasm_unreachable_instruction = 34,
  wasm_trap = 35,
};

constexpr std::int32_t number_of(TransactionStatus status) { return static_cast<std::int32_t>(status); }

// The client's name of a status or of an admission code (errors.hpp, 10000 …); "Unknown" for any other number.
std::string_view status_name(std::int32_t status);
inline std::string_view status_name(Code admission) { return status_name(static_cast<std::int32_t>(admission)); }

// Why a transaction was refused and what its sender can do, as a sentence; for codes of admission.
std::string_view refusal_sentence(Code admission);

}  // namespace hanse
