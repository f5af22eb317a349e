// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// For fuzz targets: what decodes as T, whatever its form, has one canonical encoding, which decodes to the same value.
#pragma once

#include <concepts>

#include "base/check.hpp"
#include "codec/tars.hpp"

namespace hanse::tars {

// Answers the value, for what else a target knows about it; none when the input does not decode.
template <class T>
std::optional<T> round_trip(BytesView input) {
  auto value = decode<T>(input);
  if (!value) return std::nullopt;
  const Bytes form = encode(*value);
  const auto again = decode_canonical<T>(form);      // so its encoding is `form` again
  CHECK(again.has_value());
  if constexpr (std::equality_comparable<T> && !detail::is_variant<T>) CHECK(*again == *value);
  CHECK(decode_canonical<T>(input).has_value() == equal(form, input));
  return std::move(*value);
}

}  // namespace hanse::tars
