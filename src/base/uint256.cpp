// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/uint256.hpp"

#include <algorithm>

#include "base/hex.hpp"

namespace hanse {
namespace {

using Wide = unsigned __int128;

constexpr int kHexDigitsMax = 64;
constexpr std::uint64_t kTenTo19 = 10'000'000'000'000'000'000ull;   // the largest power of ten in one limb

// Divides in place and answers the remainder.
std::uint64_t divide_by(U256& number, std::uint64_t divisor) {
  Wide remainder = 0;
  for (int i = 3; i >= 0; --i) {
    const Wide part = remainder << 64 | number.limbs[i];
    number.limbs[i] = static_cast<std::uint64_t>(part / divisor);
    remainder = part % divisor;
  }
  return static_cast<std::uint64_t>(remainder);
}

}  // namespace

Hash U256::to_be() const {
  Hash out;
  for (int i = 0; i < 32; ++i) out.bytes[31 - i] = static_cast<std::uint8_t>(limbs[i / 8] >> (i % 8 * 8));
  return out;
}

U256 U256::from_be(BytesView bytes) {
  U256 out;
  const std::size_t count = std::min<std::size_t>(bytes.size(), 32);
  for (std::size_t i = 0; i < count; ++i)
    out.limbs[i / 8] |= static_cast<std::uint64_t>(bytes[bytes.size() - 1 - i]) << (i % 8 * 8);
  return out;
}

std::string U256::to_decimal() const {
  U256 rest = *this;
  std::string text;
  while (!rest.fits_u64() || rest.limbs[0] >= kTenTo19)
    text = fmt::format("{:019}", divide_by(rest, kTenTo19)) + text;
  return fmt::format("{}", rest.limbs[0]) + text;
}

std::string U256::to_quantity() const {
  const std::string digits = to_hex(to_be());
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return "0x" + digits.substr(first);
}

Result<U256> U256::from_decimal(std::string_view text) {
  if (text.empty()) return fail(Code::bad_encoding, "an empty text is not a decimal number");
  U256 out;
  for (const char c : text) {
    if (c < '0' || c > '9') return fail(Code::bad_encoding, "a decimal number has digits only");
    if (!multiply_by(out, 10) || !add_to(out, static_cast<std::uint64_t>(c - '0')))
      return fail(Code::too_large, "a decimal number beyond 256 bits");
  }
  return out;
}

Result<U256> U256::from_quantity(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X"))
    return fail(Code::bad_hex, "a quantity starts with 0x");
  text.remove_prefix(2);
  if (text.empty() || text.size() > kHexDigitsMax)
    return fail(Code::bad_hex, "a quantity has 1 to {} hex digits after 0x, got {}", kHexDigitsMax, text.size());
  std::string padded(kHexDigitsMax - text.size(), '0');
  padded += text;
  if (padded.starts_with("0x") || padded.starts_with("0X")) return fail(Code::bad_hex, "a quantity has one 0x");
  const auto bytes = from_hex(padded);
  if (!bytes) return pass(bytes);
  return from_be(*bytes);
}

bool add_to(U256& sum, const U256& addend) {
  Wide carry = 0;
  for (int i = 0; i < 4; ++i) {
    carry += static_cast<Wide>(sum.limbs[i]) + addend.limbs[i];
    sum.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

bool subtract_from(U256& difference, const U256& subtrahend) {
  const bool fits = difference >= subtrahend;
  std::uint64_t borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const Wide part = static_cast<Wide>(difference.limbs[i]) - subtrahend.limbs[i] - borrow;
    difference.limbs[i] = static_cast<std::uint64_t>(part);
    borrow = static_cast<std::uint64_t>(part >> 64) & 1;
  }
  return fits;
}

bool multiply_by(U256& product, std::uint64_t factor) {
  Wide carry = 0;
  for (int i = 0; i < 4; ++i) {
    carry += static_cast<Wide>(product.limbs[i]) * factor;
    product.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

}  // namespace hanse
