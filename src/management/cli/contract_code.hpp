// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The init code of a contract as compilers write it: hex text (solc's .bin), or JSON with `bytecode` or
// `evm.bytecode.object` and perhaps `abi` (Hardhat, Foundry, solc's standard output for one contract).
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace hanse::cli {

struct ContractCode {
  Bytes init_code;
  std::string abi;          // JSON text; empty when the file has none
};

// Errors: bad_encoding; libraries that were not linked are named as such.
Result<ContractCode> parse_contract_code(std::string_view text);

}  // namespace hanse::cli
