// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Byte sequences. Bytes owns, BytesView borrows, FixedBytes<N> is a value of exactly N bytes that compares as a
// big-endian number.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hanse {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(BytesView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }
inline void append(Bytes& out, BytesView more) { out.insert(out.end(), more.begin(), more.end()); }
inline bool equal(BytesView a, BytesView b) { return std::ranges::equal(a, b); }

template <std::size_t N>
struct FixedBytes {
  static constexpr std::size_t kSize = N;
  std::array<std::uint8_t, N> bytes{};

  // The first N bytes of `view`, which holds at least N; `from` in hex.hpp parses text.
  static FixedBytes of(BytesView view) {
    FixedBytes out;
    std::memcpy(out.bytes.data(), view.data(), std::min(N, view.size()));
    return out;
  }
  bool is_zero() const { return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; }); }
  operator BytesView() const { return {bytes.data(), N}; }
  auto operator<=>(const FixedBytes&) const = default;
};

using Hash = FixedBytes<32>;
using Address = FixedBytes<20>;

// Big-endian integers, as they stand on every wire of ours.
template <class Int>
void append_be(Bytes& out, Int value) {
  for (int shift = (sizeof(Int) - 1) * 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(static_cast<std::make_unsigned_t<Int>>(value) >> shift));
}
template <class Int>
Int read_be(const std::uint8_t* at) {
  std::make_unsigned_t<Int> value = 0;
  for (std::size_t i = 0; i < sizeof(Int); ++i) value = static_cast<std::make_unsigned_t<Int>>(value << 8 | at[i]);
  return static_cast<Int>(value);
}

}  // namespace hanse

// Keys of our hash maps are outputs of a cryptographic hash or public keys: their first bytes are spread well. Where an
// outsider chooses the key freely (a storage slot), use a seeded hash instead.
template <std::size_t N>
struct std::hash<hanse::FixedBytes<N>> {
  std::size_t operator()(const hanse::FixedBytes<N>& value) const noexcept {
    static_assert(N >= 8);
    std::uint64_t head, tail;
    std::memcpy(&head, value.bytes.data(), 8);
    std::memcpy(&tail, value.bytes.data() + N - 8, 8);
    return head ^ (tail * 0x9e3779b97f4a7c15ull);
  }
};
