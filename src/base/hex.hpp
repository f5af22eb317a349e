// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Hexadecimal text. Parsing accepts an optional 0x and both cases; an odd number of digits or a foreign character is an
// error that names its position.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace hanse {

std::string to_hex(BytesView bytes);                  // lower case, no prefix
std::string to_hex0x(BytesView bytes);                // "0x" + to_hex
Result<Bytes> from_hex(std::string_view text);

template <std::size_t N>
Result<FixedBytes<N>> fixed_from_hex(std::string_view text) {
  auto bytes = from_hex(text);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() != N) return fail(Code::bad_hex, "{} bytes of hex expected, got {}", N, bytes->size());
  return FixedBytes<N>::of(*bytes);
}

}  // namespace hanse
