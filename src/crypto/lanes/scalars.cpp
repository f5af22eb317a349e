// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/lanes/scalars.hpp"

#include <vector>

#include "base/check.hpp"

namespace hanse::lanes {
namespace {

using Wide = unsigned __int128;

constexpr std::uint64_t kRest[2] = {0x402da1732fc9bebf, 0x4551231950b75fc4};   // 2^256 - n = 2^128 + this

U256 order() {
  U256 n;
  std::ranges::copy(kOrder, n.limbs);
  return n;
}

// out[0, N + M) = a * b.
template <std::size_t N, std::size_t M>
void multiply(const std::uint64_t (&a)[N], const std::uint64_t (&b)[M], std::uint64_t (&out)[N + M]) {
  std::ranges::fill(out, 0);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < N; ++i) {
    std::uint64_t carry = 0;
#pragma GCC unroll 4
    for (std::size_t k = 0; k < M; ++k) {
      const Wide sum = static_cast<Wide>(a[i]) * b[k] + out[i + k] + carry;
      out[i + k] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    out[i + M] = carry;
  }
}

// low + high * 2^256, but shorter: low + high * (2^256 - n).
template <std::size_t N>
void fold(const std::uint64_t (&low)[4], const std::uint64_t (&high)[N], std::uint64_t (&out)[N + 3]) {
  std::uint64_t part[N + 2];
  multiply(high, kRest, part);
  Wide carry = 0;
#pragma GCC unroll 7
  for (std::size_t i = 0; i < N + 3; ++i) {
    carry += i < 4 ? low[i] : 0;
    carry += i < N + 2 ? part[i] : 0;
    carry += i >= 2 && i < N + 2 ? high[i - 2] : 0;
    out[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
}

struct Sum {
  U256 number;
  bool carry;
};
template <std::size_t N>
Sum sum_of(const std::uint64_t (&a)[N], const U256& b) {     // of the low four words
  Sum out;
  Wide carry = 0;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 4; ++i) {
    carry += static_cast<Wide>(a[i]) + b.limbs[i];
    out.number.limbs[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  out.carry = carry != 0;
  return out;
}
U256 times_rest(std::uint64_t factor) {                      // (2^256 - n) * factor, below 8
  const Wide low = static_cast<Wide>(kRest[0]) * factor, high = static_cast<Wide>(kRest[1]) * factor + static_cast<std::uint64_t>(low >> 64);
  U256 out(static_cast<std::uint64_t>(low));
  out.limbs[1] = static_cast<std::uint64_t>(high);
  out.limbs[2] = factor + static_cast<std::uint64_t>(high >> 64);
  return out;
}

U256 inverse(const U256& number) {
  // number^(n - 2), four bits at a time.
  U256 power[16];
  power[0] = U256(1);
  for (int i = 1; i < 16; ++i) power[i] = product(power[i - 1], number);
  std::uint64_t exponent[4];
  std::ranges::copy(kOrder, exponent);
  exponent[0] -= 2;
  U256 out(1);
  for (int bit = 252; bit >= 0; bit -= 4) {
    for (int i = 0; i < 4; ++i) out = product(out, out);
    const auto digit = exponent[bit / 64] >> (bit % 64) & 15;
    if (digit != 0) out = product(out, power[digit]);
  }
  return out;
}

// Short vectors (a, b) with a + b lambda = 0 mod n: (kA1, -kB1) and (kA2, kA1), from the extended Euclidean algorithm on n
// and lambda (Gallant, Lambert, Vanstone 2001, section 4).
constexpr std::uint64_t kA1[2] = {0xe86c90e49284eb15, 0x3086d221a7d46bcd};
constexpr std::uint64_t kB1[2] = {0x6f547fa90abfe4c3, 0xe4437ed6010e8828};
constexpr std::uint64_t kA2[3] = {0x57c1108d9d44cfd8, 0x14ca50f7a8e2f3f6, 1};
// 2^384 kA1 / n and 2^384 kB1 / n, rounded: what replaces two divisions.
constexpr std::uint64_t kA1OverN[4] = {0xe893209a45dbb031, 0x3daa8a1471e8ca7f, 0xe86c90e49284eb15, 0x3086d221a7d46bcd};
constexpr std::uint64_t kB1OverN[4] = {0x1571b4ae8ac47f71, 0x221208ac9df506c6, 0x6f547fa90abfe4c4, 0xe4437ed6010e8828};

struct Quotient {
  std::uint64_t word[2];
};
Quotient rounded_quotient(const U256& number, const std::uint64_t (&over_n)[4]) {
  std::uint64_t out[8];
  multiply(number.limbs, over_n, out);
  const Wide sum = ((static_cast<Wide>(out[7]) << 64) | out[6]) + (out[5] >> 63);
  return {{static_cast<std::uint64_t>(sum), static_cast<std::uint64_t>(sum >> 64)}};
}

// Three words modulo 2^192, enough for numbers that are known to be between -2^128 and 2^128.
struct Triple {
  std::uint64_t word[3];
};
template <std::size_t M>
Triple low_product(const Quotient& a, const std::uint64_t (&b)[M]) {
  std::uint64_t out[M + 2];
  multiply(a.word, b, out);
  return {{out[0], out[1], out[2]}};
}
Triple difference(const Triple& a, const Triple& b) {
  Triple out;
  std::uint64_t borrow = 0;
  for (int i = 0; i < 3; ++i) {
    const Wide rest = static_cast<Wide>(a.word[i]) - b.word[i] - borrow;
    out.word[i] = static_cast<std::uint64_t>(rest);
    borrow = static_cast<std::uint64_t>(rest >> 64) & 1;
  }
  return out;
}
Split::Part part_of(const Triple& number) {
  const bool negative = number.word[2] >> 63 != 0;
  const Triple size = negative ? difference(Triple{}, number) : number;
  CHECK(size.word[2] == 0);
  return {size.word[0], size.word[1], negative};
}

}  // namespace

bool is_below_order(const U256& number) { return number < order(); }

U256 reduced(const U256& number) {
  const Sum less = sum_of(number.limbs, times_rest(1));       // number - n + 2^256
  return less.carry ? less.number : number;
}

U256 negated(const U256& number) {
  if (number.is_zero()) return number;
  U256 out = order();
  CHECK(subtract_from(out, number));
  return out;
}

U256 product(const U256& a, const U256& b) {
  std::uint64_t whole[8];
  multiply(a.limbs, b.limbs, whole);
  const std::uint64_t low[4] = {whole[0], whole[1], whole[2], whole[3]}, high[4] = {whole[4], whole[5], whole[6], whole[7]};
  std::uint64_t first[7];                             // < 2^256 + 2^256 (2^129)
  fold(low, high, first);
  const std::uint64_t low_first[4] = {first[0], first[1], first[2], first[3]}, high_first[3] = {first[4], first[5], first[6]};
  std::uint64_t second[6];                            // < 2^256 + 2^130 * 2^129, so its words above the fourth are below 8
  fold(low_first, high_first, second);
  // second[4] times 2^256 - n, which is below 2^132, and again if that passes 2^256: then there is room.
  Sum out = sum_of(second, times_rest(second[4]));
  if (out.carry) out = sum_of(out.number.limbs, times_rest(1));
  return reduced(out.number);
}

void invert_all(std::span<U256> numbers) {
  std::vector<U256> prefix(numbers.size());
  U256 all(1);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    prefix[i] = all;
    all = product(all, numbers[i]);
  }
  U256 rest = inverse(all);
  for (std::size_t i = numbers.size(); i-- > 0;) {
    const U256 number = numbers[i];
    numbers[i] = product(rest, prefix[i]);
    rest = product(rest, number);
  }
}

// The nearest lattice point to (number, 0) is c1 (kA1, -kB1) + c2 (kA2, kA1); what is left is at most half the sum of both
// vectors in each coordinate: 0.64 * 2^128 and 0.55 * 2^128.
Split split(const U256& number) {
  const Quotient c1 = rounded_quotient(number, kA1OverN), c2 = rounded_quotient(number, kB1OverN);
  const Triple whole{{number.limbs[0], number.limbs[1], number.limbs[2]}};
  const Triple first = difference(difference(whole, low_product(c1, kA1)), low_product(c2, kA2));
  const Triple second = difference(low_product(c1, kB1), low_product(c2, kA1));
  return {{part_of(first), part_of(second)}};
}

}  // namespace hanse::lanes
