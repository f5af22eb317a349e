// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/revert_reason.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/uint256.hpp"

namespace hanse::rpc {
namespace {

constexpr std::size_t kReasonBytesMax = 1'024;   // of the text; the data carries the whole
constexpr std::uint8_t kErrorSelector[] = {0x08, 0xc3, 0x79, 0xa0};   // Error(string)
constexpr std::uint8_t kPanicSelector[] = {0x4e, 0x48, 0x7b, 0x71};   // Panic(uint256)

// The word at `offset`, when it is there and fits.
std::optional<std::uint64_t> word_at(BytesView data, std::size_t offset) {
  if (data.size() < 32 || offset > data.size() - 32) return std::nullopt;
  const U256 word = U256::from_be(data.subspan(offset, 32));
  return word.fits_u64() ? std::optional(word.limbs[0]) : std::nullopt;
}

// Meanings as the Solidity documentation lists them.
const char* panic_meaning(std::uint64_t code) {
  switch (code) {
    case 0x01: return "assertion failed";
    case 0x11: return "arithmetic overflow or underflow";
    case 0x12: return "division by zero";
    case 0x21: return "not a value of the enum";
    case 0x22: return "storage byte array badly encoded";
    case 0x31: return "pop of an empty array";
    case 0x32: return "array index out of bounds";
    case 0x41: return "too much memory allocated";
    case 0x51: return "call of an uninitialised internal function";
    default: return "unknown cause";
  }
}

std::optional<std::string> error_string(BytesView arguments) {
  const auto offset = word_at(arguments, 0);
  const auto length = offset ? word_at(arguments, *offset) : std::nullopt;
  if (!length || *length > arguments.size() - *offset - 32) return std::nullopt;
  return std::string(as_text(arguments.subspan(*offset + 32, std::min<std::size_t>(*length, kReasonBytesMax))));
}

}  // namespace

std::string revert_text(BytesView output) {
  std::string text = "execution reverted";
  if (output.size() < 4) return text;
  const BytesView selector = output.first(4), arguments = output.subspan(4);
  if (equal(selector, kErrorSelector)) {
    if (const auto reason = error_string(arguments)) text += ": " + *reason;
  } else if (equal(selector, kPanicSelector)) {
    if (const auto code = word_at(arguments, 0)) text += fmt::format(": panic {:#x} ({})", *code, panic_meaning(*code));
  }
  return text;
}

}  // namespace hanse::rpc
