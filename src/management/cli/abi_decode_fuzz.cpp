// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/check.hpp"
#include "management/cli/abi_text.hpp"

// Any bytes as the answer of a contract: an error, or values for each type.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse::cli;
  static const AbiFunction function = *parse_signature("f(uint256,int8[],string[2],bytes[][],bool,bytes4,address)");
  if (const auto values = decode_values(function.inputs, {data, size})) CHECK(values->size() == function.inputs.size());
  return 0;
}
