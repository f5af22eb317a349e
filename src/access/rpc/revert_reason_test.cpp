// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/revert_reason.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace hanse::rpc {
namespace {

std::string word(std::string_view digits) { return std::string(64 - digits.size(), '0') + std::string(digits); }
std::string text_of(const std::string& hex) { return revert_text(*from_hex(hex)); }

TEST(RevertReason, ReadsErrorAndPanic) {
  EXPECT_EQ(text_of("08c379a0" + word("20") + word("2") + "6f6b" + std::string(60, '0')), "execution reverted: ok");
  EXPECT_EQ(text_of("4e487b71" + word("11")), "execution reverted: panic 0x11 (arithmetic overflow or underflow)");
  EXPECT_EQ(text_of("4e487b71" + word("99")), "execution reverted: panic 0x99 (unknown cause)");
}

TEST(RevertReason, SaysNothingMoreOfOtherOutput) {
  const std::string plain = "execution reverted";
  EXPECT_EQ(text_of(""), plain);
  EXPECT_EQ(text_of("08c379"), plain);
  EXPECT_EQ(text_of("12345678" + word("20")), plain);
  EXPECT_EQ(text_of("08c379a0"), plain);
  EXPECT_EQ(text_of("08c379a0" + word("20")), plain);
  EXPECT_EQ(text_of("08c379a0" + word("20") + word("21") + word("0")), plain);
  EXPECT_EQ(text_of("08c379a0" + word("ffffffffffffffff") + word("2") + word("0")), plain);
  EXPECT_EQ(text_of("08c379a0" + std::string(64, 'f') + word("2")), plain);
  EXPECT_EQ(text_of("08c379a0" + word("20") + word("ffffffffffffffff") + word("0")), plain);
}

}  // namespace
}  // namespace hanse::rpc
