// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/uint256.hpp"

#include <gtest/gtest.h>

namespace hanse {
namespace {

const U256 kMax = U256::from_be(Bytes(32, 0xff));
constexpr char kMaxDecimal[] = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

TEST(U256, GoesThroughBigEndianBytes) {
  Bytes bytes(32);
  for (int i = 0; i < 32; ++i) bytes[i] = static_cast<std::uint8_t>(i + 1);
  EXPECT_TRUE(equal(U256::from_be(bytes).to_be(), bytes));
  EXPECT_EQ(U256::from_be(Bytes{1, 0}), U256(256));
  EXPECT_EQ(U256::from_be({}), U256());
  bytes.insert(bytes.begin(), 0x77);
  EXPECT_EQ(U256::from_be(bytes).to_be().bytes[0], 1);
}

TEST(U256, WritesAndReadsDecimal) {
  for (const char* text : {"0", "9", "18446744073709551616", "10000000000000000000", "100000000000000000000000000000000000001",
                           kMaxDecimal})
    EXPECT_EQ(U256::from_decimal(text)->to_decimal(), text);
  EXPECT_EQ(U256::from_decimal(kMaxDecimal).value(), kMax);
}

TEST(U256, RefusesTextThatIsNoDecimalNumber) {
  EXPECT_EQ(U256::from_decimal("").error().code, Code::bad_encoding);
  EXPECT_EQ(U256::from_decimal("-1").error().code, Code::bad_encoding);
  EXPECT_EQ(U256::from_decimal("12 ").error().code, Code::bad_encoding);
  EXPECT_EQ(U256::from_decimal("115792089237316195423570985008687907853269984665640564039457584007913129639936").error().code,
            Code::too_large);
}

TEST(U256, WritesAndReadsQuantities) {
  for (const char* text : {"0x0", "0x1", "0x1f", "0x10000000000000000"})
    EXPECT_EQ(U256::from_quantity(text)->to_quantity(), text);
  EXPECT_EQ(U256::from_quantity("0x" + std::string(64, 'f')).value(), kMax);
  EXPECT_EQ(U256::from_quantity("0x0001").value(), U256(1));
  for (const char* text : {"", "0x", "1f", "0xg", "0x0x1", "-0x1"})
    EXPECT_EQ(U256::from_quantity(text).error().code, Code::bad_hex) << text;
  EXPECT_EQ(U256::from_quantity("0x" + std::string(65, '0')).error().code, Code::bad_hex);
  EXPECT_EQ(U256::from_quantity("0x0x" + std::string(62, '0')).error().code, Code::bad_hex);
}

TEST(U256, AddsWithCarryAndSaysWhenItOverflows) {
  U256 sum = U256::from_be(Bytes(24, 0xff));
  EXPECT_TRUE(add_to(sum, 1));
  EXPECT_EQ(sum.limbs[3], 1u);
  EXPECT_EQ(sum.limbs[0] | sum.limbs[1] | sum.limbs[2], 0u);
  U256 wrapped = kMax;
  EXPECT_FALSE(add_to(wrapped, 2));
  EXPECT_EQ(wrapped, U256(1));
}

TEST(U256, SubtractsWithBorrowAndSaysWhenItUnderflows) {
  U256 number;
  number.limbs[3] = 1;
  EXPECT_TRUE(subtract_from(number, 1));
  EXPECT_EQ(number, U256::from_be(Bytes(24, 0xff)));
  U256 wrapped = 1;
  EXPECT_FALSE(subtract_from(wrapped, 2));
  EXPECT_EQ(wrapped, kMax);
  U256 carried;
  carried.limbs[1] = 5;
  U256 subtrahend = kMax;
  EXPECT_FALSE(subtract_from(carried, subtrahend));
  EXPECT_EQ(carried.limbs[0], 1u);
  EXPECT_EQ(carried.limbs[1], 5u);
}

TEST(U256, MultipliesAndSaysWhenItOverflows) {
  U256 product = U256::from_decimal("1000000000000000000").value();
  EXPECT_TRUE(multiply_by(product, 10'000));
  EXPECT_EQ(product.to_decimal(), "10000000000000000000000");
  U256 wrapped = kMax;
  EXPECT_FALSE(multiply_by(wrapped, 2));
}

TEST(U256, ComparesByValue) {
  U256 high;
  high.limbs[3] = 1;
  EXPECT_LT(U256(~0ull), high);
  EXPECT_GT(kMax, high);
}

}  // namespace
}  // namespace hanse
