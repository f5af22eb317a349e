// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Numbers and bytes as text: what is read is written back as the shortest text of the same value.
#include "base/fuzz_target.hpp"
#include "base/hex.hpp"
#include "base/uint256.hpp"

namespace {

std::string_view without_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return digits;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

FUZZ_TARGET(numbers, .per_byte = 16) {
  using namespace hanse;
  const std::string_view text = as_text(input);
  if (const auto bytes = from_hex(text)) CHECK(lower(text).ends_with(to_hex(*bytes)) && *from_hex(to_hex0x(*bytes)) == *bytes);
  if (const auto number = U256::from_decimal(text)) CHECK(number->to_decimal() == without_zeros(text));
  if (const auto number = U256::from_quantity(text))
    CHECK(number->to_quantity() == "0x" + std::string(without_zeros(lower(text.substr(2)))));
  const U256 number = U256::from_be(input.first(std::min<std::size_t>(input.size(), 32)));
  CHECK(U256::from_be(number.to_be()) == number);
  CHECK(*U256::from_decimal(number.to_decimal()) == number && *U256::from_quantity(number.to_quantity()) == number);
}
