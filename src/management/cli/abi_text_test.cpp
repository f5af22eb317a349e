// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/abi_text.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "base/uint256.hpp"

namespace hanse::cli {
namespace {

using Values = std::vector<std::string>;

std::string encoded(std::string_view signature, const Values& values) {
  return to_hex(*encode_call(Suite::standard, *parse_signature(signature), values));
}

// The examples of the ABI's specification.
TEST(AbiText, EncodesTheExamplesOfTheSpecification) {
  EXPECT_EQ(encoded("baz(uint32,bool)", {"69", "true"}),
            "cdcd77c0"
            "0000000000000000000000000000000000000000000000000000000000000045"
            "0000000000000000000000000000000000000000000000000000000000000001");
  EXPECT_EQ(encoded("bar(bytes3[2])", {"[0x616263,0x646566]"}),
            "fce353f6"
            "6162630000000000000000000000000000000000000000000000000000000000"
            "6465660000000000000000000000000000000000000000000000000000000000");
  EXPECT_EQ(encoded("sam(bytes,bool,uint256[])", {"0x64617665", "true", "[1,2,3]"}),
            "a5643bf2"
            "0000000000000000000000000000000000000000000000000000000000000060"
            "0000000000000000000000000000000000000000000000000000000000000001"
            "00000000000000000000000000000000000000000000000000000000000000a0"
            "0000000000000000000000000000000000000000000000000000000000000004"
            "6461766500000000000000000000000000000000000000000000000000000000"
            "0000000000000000000000000000000000000000000000000000000000000003"
            "0000000000000000000000000000000000000000000000000000000000000001"
            "0000000000000000000000000000000000000000000000000000000000000002"
            "0000000000000000000000000000000000000000000000000000000000000003");
}

TEST(AbiText, ReadsBackWhatItWrote) {
  const auto function = parse_signature("f(string,uint256[][2],int8,address,bytes,string[],bool)").value();
  const Values values = {"grüezi",   "[[1,2],[]]", "-128", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
                         "0x010203", "[a,bb]",     "true"};
  EXPECT_EQ(decode_values(function.inputs, *encode_values(function.inputs, values)).value(), values);
}

TEST(AbiText, UsesTheHashOfTheSuite) {
  const auto function = parse_signature("get()(uint)").value();
  EXPECT_EQ(to_hex(*encode_call(Suite::standard, function, {})), "6d4ce63c");
  EXPECT_NE(to_hex(*encode_call(Suite::sm, function, {})), "6d4ce63c");
  EXPECT_EQ(parse_signature("f(uint, int)")->canonical, "f(uint256,int256)");
  EXPECT_EQ(parse_signature("f(uint[],int[2][],uint08)")->canonical, "f(uint256[],int256[2][],uint8)");
}

TEST(AbiText, RefusesValuesThatDoNotFit) {
  const std::pair<const char*, const char*> wrong[] = {
      {"f(uint8)", "256"},   {"f(uint8)", "-1"},      {"f(int8)", "128"},         {"f(int8)", "-129"}, {"f(bool)", "1"},
      {"f(address)", "0x1"}, {"f(bytes2)", "0x0102ff"}, {"f(uint8[2])", "[1]"},   {"f(uint8[])", "1"}, {"f(uint256)", "ten"},
  };
  for (const auto& [signature, value] : wrong)
    EXPECT_EQ(encode_values(parse_signature(signature)->inputs, {value}).error().code, Code::bad_request) << signature << ' ' << value;
  EXPECT_TRUE(encode_values(parse_signature("f(int8)")->inputs, {"-128"}).has_value());
  EXPECT_FALSE(encode_values(parse_signature("f(int8)")->inputs, {}).has_value());
}

TEST(AbiText, RefusesSignaturesItDoesNotKnow) {
  for (const char* text : {"", "f", "f(", "f)(", "f(uint7)", "f(uint264)", "f((uint8,uint8))", "f(bytes33)", "f(uint8[0])",
                           "f(uint8[][][][][])", "f(uint8)x", "f(,)"})
    EXPECT_FALSE(parse_signature(text).has_value()) << text;
}

TEST(AbiText, RefusesOffsetsThatMakeMuchOfLittleData) {
  const auto types = parse_signature("f(uint8[][][])")->inputs;
  constexpr std::size_t kCount = 24;      // lists of lists whose offsets all lead to the same words, which are zeros
  Bytes data;
  const auto word = [&](std::uint64_t value) { append(data, U256(value).to_be()); };
  word(32);
  for (int level = 0; level < 2; ++level) {
    word(kCount);
    for (std::size_t i = 0; i < kCount; ++i) word(32 * kCount);
  }
  word(kCount);
  for (std::size_t i = 0; i < kCount; ++i) word(0);
  const auto values = decode_values(types, data);
  ASSERT_FALSE(values.has_value());
  EXPECT_EQ(values.error().code, Code::too_large);
}

TEST(AbiText, RefusesDataThatClaimsMoreThanItHas) {
  const auto types = parse_signature("f(uint256[],string)")->inputs;
  const Bytes good = *encode_values(types, {"[1,2]", "text"});
  for (std::size_t size = 0; size < good.size(); ++size) (void)decode_values(types, BytesView(good).first(size));
  for (std::size_t i = 0; i < good.size(); ++i)
    for (std::uint8_t flip : {0x01, 0x80, 0xff}) {
      Bytes bad = good;
      bad[i] ^= flip;
      (void)decode_values(types, bad);
    }
  EXPECT_FALSE(decode_values(types, BytesView(good).first(100)).has_value());
  // Each element of the outer array points at the outer array again: the text, not the data, would explode.
  const auto nested = parse_signature("f(uint8[][][][])")->inputs;
  Bytes bomb(32 * 400);
  for (std::size_t at = 0; at < bomb.size(); at += 32) bomb[at + 31] = 32;
  (void)decode_values(nested, bomb);
}

}  // namespace
}  // namespace hanse::cli
