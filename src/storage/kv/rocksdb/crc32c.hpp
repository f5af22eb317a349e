// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// CRC-32C (RFC 3720 §12.1, Castagnoli's polynomial), the checksum of RocksDB's files, with the processor's instruction
// where there is one.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hanse::kv {
namespace crc {

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0x82f63b78u : 0u);
    table[byte] = crc;
  }
  return table;
}();

constexpr std::uint32_t by_table(std::uint32_t crc, std::string_view bytes) {
  for (const char byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<std::uint8_t>(byte)) & 0xff];
  return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) inline std::uint32_t by_instruction(std::uint32_t crc, std::string_view bytes) {
  std::uint64_t wide = crc;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (const char byte : bytes) crc = __builtin_ia32_crc32qi(crc, static_cast<std::uint8_t>(byte));
  return crc;
}
#endif

}  // namespace crc

// Goes on from the checksum of what stands before `bytes`; 0 for nothing.
inline std::uint32_t crc32c(std::uint32_t before, std::string_view bytes) {
#ifdef __x86_64__
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) return ~crc::by_instruction(~before, bytes);
#endif
  return ~crc::by_table(~before, bytes);
}

// As RocksDB stores it: rotated and with a constant added, because what it covers may itself hold checksums.
constexpr std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; }

static_assert(~crc::by_table(~0u, "123456789") == 0xe3069283u);   // the check value of its polynomial

}  // namespace hanse::kv
