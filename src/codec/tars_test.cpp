// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "codec/tars.hpp"

#include <gtest/gtest.h>

#include <iterator>

#include "base/hex.hpp"

namespace hanse {
namespace {

enum class Colour : std::uint8_t { red = 0, blue = 200 };

struct Inner {
  std::string name;
  U256 amount;
  bool operator==(const Inner&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.name), field(20, self.amount); }
};

struct Everything {
  std::int32_t version = 0;
  bool flag = false;
  std::int8_t i8 = 0;
  std::uint8_t u8 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  std::int64_t i64 = 0;
  Colour colour = Colour::red;
  std::string text;
  Bytes bytes;
  Hash hash;
  std::vector<Inner> inners;
  std::vector<std::uint32_t> numbers;
  std::optional<std::uint32_t> maybe;
  std::optional<Inner> maybe_inner;
  std::pair<Address, std::uint64_t> pair;
  std::variant<std::monostate, std::int64_t, Inner> choice;
  std::vector<std::vector<Hash>> nested;
  bool operator==(const Everything&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, tars::required(self.version)), field(2, self.flag), field(3, self.i8), field(4, self.u8);
    field(5, self.u32), field(6, self.u64), field(7, self.i64), field(8, self.colour), field(9, self.text);
    field(10, self.bytes), field(11, self.hash), field(12, self.inners), field(13, self.numbers);
    field(14, self.maybe), field(15, self.maybe_inner), field(16, self.pair), field(17, self.choice);
    field(18, self.nested);
  }
};

Everything filled() {
  Everything all;
  all.version = -3, all.flag = true, all.i8 = -128, all.u8 = 255, all.u32 = 0xffffffff, all.u64 = 0xffffffffffffffff;
  all.i64 = std::numeric_limits<std::int64_t>::min(), all.colour = Colour::blue, all.text = std::string(300, 'x');
  all.bytes = Bytes(128, 7), all.hash.bytes[31] = 1, all.inners = {{"a", 256}, {"", {}}}, all.numbers = {0, 1, 70000};
  all.maybe = 0, all.maybe_inner = Inner{"b", 1}, all.pair.second = 9, all.choice = Inner{"c", 0};
  all.nested = {{}, {all.hash, Hash{}}};
  return all;
}

struct Number {
  std::int64_t value = 0;
  static void fields(auto& self, auto&& field) { field(1, tars::required(self.value)); }
};
struct Narrow {
  std::int8_t value = 0;
  static void fields(auto& self, auto&& field) { field(1, self.value); }
};
struct Twice {
  std::uint32_t low = 0, high = 0;
  static void fields(auto& self, auto&& field) { field(1, self.low), field(3, self.high); }
};

struct Data {
  std::string nonce;
  Bytes input;
  static void fields(auto& self, auto&& field) { field(5, self.nonce), field(7, self.input); }
};

Bytes bytes_of(std::string_view spaced_hex) {
  std::string hex;
  std::ranges::copy_if(spaced_hex, std::back_inserter(hex), [](char c) { return c != ' '; });
  return from_hex(hex).value();
}

TEST(Tars, WritesIntegersInTheSmallestType) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "1c"}, {1, "1001"}, {-1, "10ff"}, {127, "107f"}, {128, "110080"}, {-129, "11ff7f"}, {500, "1101f4"},
      {40000, "1200009c40"}, {1ll << 32, "130000000100000000"}};
  for (const auto& [value, hex] : cases) EXPECT_EQ(to_hex(tars::encode(Number{value})), hex);
}

TEST(Tars, WritesByteVectorsAndTextAsFiscoClientsDo) {
  EXPECT_EQ(to_hex(tars::encode(Data{"66", from_hex("6d4ce63c").value()})), "560236367d0000046d4ce63c");
  EXPECT_EQ(to_hex(tars::encode(Data{"", Bytes(128, 0)})).substr(0, 10), "7d00010080");
  EXPECT_EQ(to_hex(tars::encode(Data{})), "");
}

TEST(Tars, ReadsBackEveryKindOfMember) {
  for (const Everything& value : {Everything{}, filled()}) {
    const auto decoded = tars::decode_canonical<Everything>(tars::encode(value));
    ASSERT_TRUE(decoded) << decoded.error().text;
    EXPECT_EQ(*decoded, value);
  }
}

TEST(Tars, ReadsBackValuesThatAreNotStructs) {
  std::vector<std::pair<std::uint64_t, Hash>> list{{1, {}}, {2, {}}};
  EXPECT_EQ(tars::decode<decltype(list)>(tars::encode(list)).value(), list);
  EXPECT_EQ(tars::decode<std::uint64_t>(tars::encode(std::uint64_t{0})).value(), 0u);
  const std::variant<std::monostate, std::string> text = "here";
  EXPECT_EQ((tars::decode<std::variant<std::monostate, std::string>>(tars::encode(text)).value()), text);
}

struct Initialised {
  std::int32_t count = 7;
  std::string name = "name";
  std::optional<std::int32_t> maybe = 3;
  bool operator==(const Initialised&) const = default;
  static void fields(auto& self, auto&& field) { field(1, self.count), field(2, self.name), field(3, self.maybe); }
};

TEST(Tars, ReadsZeroWhereNothingIsWritten) {
  const Initialised zero{0, "", std::nullopt};
  EXPECT_EQ(tars::decode<Initialised>(tars::encode(zero)).value(), zero);
}

TEST(Tars, SkipsUnknownTagsOfEveryType) {
  // Between tags 1 and 3: floats, a map, a list, a struct and a byte vector, each under a tag of its own in other structs.
  for (const char* unknown : {"24 00000000", "25 0000000000000000", "26 0161", "27 0000000161", "2c",
                              "28 0001 0001 1002", "29 0002 0c 0c", "2a 1c 3a 0b 0b", "2d 00 0001 ff"}) {
    const auto decoded = tars::decode<Twice>(bytes_of(std::string("1007") + unknown + "3008 f0200c"));
    ASSERT_TRUE(decoded) << unknown << ": " << decoded.error().text;
    EXPECT_EQ(decoded->low, 7u);
    EXPECT_EQ(decoded->high, 8u);
  }
}

TEST(Tars, RefusesWhatIsMalformed) {
  for (const char* hex : {"1007 1008", "3008 1007", "10", "11 01", "10ff", "160161", "0b", "1a", "2a 0c", "1e", "1f",
                          "13 0000000100000000", "29 00 7f 0c", "29 00 ff", "2d 01 0001 ff", "2d 00 000f ff", "f0"}) {
    EXPECT_FALSE(tars::decode<Twice>(bytes_of(hex))) << hex;
  }
  EXPECT_FALSE(tars::decode<Narrow>(bytes_of("11 0080")));
  EXPECT_TRUE(tars::decode<Narrow>(bytes_of("11 007f")));
}

TEST(Tars, TheStrictFormIsOneOnly) {
  EXPECT_TRUE(tars::decode_canonical<Narrow>(from_hex("107f").value()));
  EXPECT_EQ(tars::decode_canonical<Narrow>(from_hex("11007f").value()).error().code, Code::not_canonical);
  EXPECT_EQ(tars::decode_canonical<Narrow>(from_hex("1c").value()).error().code, Code::not_canonical);
  EXPECT_EQ(tars::decode_canonical<Narrow>(from_hex("107f2c").value()).error().code, Code::not_canonical);
}

TEST(Tars, BoundsDepthAndMemory) {
  EXPECT_EQ(tars::decode<Narrow>(Bytes(50000, 0x2a)).error().code, Code::too_large);   // a struct in a struct …
  Bytes lists;
  for (int i = 0; i < 1000; ++i) append(lists, bytes_of("29 0001"));
  EXPECT_EQ(tars::decode<Narrow>(lists).error().code, Code::too_large);
  Bytes empty_structs = bytes_of("09 02000f4240");                 // a million: two bytes each here, hundreds in memory
  for (int i = 0; i < 1000000; ++i) append(empty_structs, bytes_of("0a0b"));
  EXPECT_EQ(tars::decode<std::vector<Everything>>(empty_structs).error().code, Code::too_large);
}

TEST(Tars, EveryWrongByteIsAnErrorOrAnotherValue) {
  const Everything value = filled();
  const Bytes encoded = tars::encode(value);
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    for (const int flip : {0x01, 0x10, 0x80, 0xff}) {
      Bytes wrong = encoded;
      wrong[i] ^= static_cast<std::uint8_t>(flip);
      const auto decoded = tars::decode_canonical<Everything>(wrong);
      EXPECT_TRUE(!decoded || *decoded != value) << i;
    }
    EXPECT_FALSE(tars::decode_canonical<Everything>(BytesView(encoded).first(i)) == value);
  }
}

}  // namespace
}  // namespace hanse
