// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The contract ABI as people write it and as contracts answer it.
#include "base/fuzz_target.hpp"
#include "management/cli/abi_text.hpp"

namespace hanse::cli {
namespace {

constexpr std::string_view kSignatures[] = {
    "f(uint256,int8[],string[2],bytes[][],bool,bytes4,address)", "f(uint8[][][])", "f(string,bytes)", "f(int256[3][2])",
};

// Any bytes as the answer of a contract: an error, or values for each type. Each byte gives up to 16 characters, and each
// two of them may be a text of its own.
FUZZ_TARGET(abi_decode, .per_byte = 2048, .fixed = 1u << 20) {
  if (input.empty()) return;
  static const std::vector<AbiFunction> functions = [] {
    std::vector<AbiFunction> all;
    for (const std::string_view text : kSignatures) all.push_back(*parse_signature(text));
    return all;
  }();
  const AbiFunction& function = functions[input[0] % functions.size()];
  const auto values = decode_values(function.inputs, input.subspan(1));
  if (values) CHECK(values->size() == function.inputs.size());
}

// The first line is a signature, the others its values. What encodes decodes, and what that gives encodes to the same.
FUZZ_TARGET(abi_text, .per_byte = 1024, .fixed = 1u << 20) {
  std::string_view text = as_text(input);
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.empty()) return;
  const auto function = parse_signature(lines.front());
  if (!function) return;
  const auto again = parse_signature(function->canonical);
  CHECK(again && again->canonical == function->canonical && again->inputs.size() == function->inputs.size());
  lines.erase(lines.begin());
  const auto encoded = encode_values(function->inputs, lines);
  if (!encoded) return;
  CHECK(encoded->size() % 32 == 0);
  const auto values = decode_values(function->inputs, *encoded);
  CHECK(values && values->size() == lines.size());
}

}  // namespace
}  // namespace hanse::cli
