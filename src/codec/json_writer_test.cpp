// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "codec/json_writer.hpp"

#include <gtest/gtest.h>

namespace hanse {
namespace {

TEST(JsonWriter, SetsCommasBetweenValues) {
  JsonWriter json;
  json.begin_object().key("a").number(std::int64_t{-1}).key("b").begin_array().boolean(true).null().begin_object();
  json.end_object().text("x").end_array().key("c").begin_array().end_array().end_object();
  EXPECT_EQ(json.take(), R"({"a":-1,"b":[true,null,{},"x"],"c":[]})");
}

TEST(JsonWriter, WritesQuantitiesWithoutLeadingZeros) {
  JsonWriter json;
  U256 large(1);
  large.limbs[1] = 2;
  json.begin_array().quantity(std::uint64_t{0}).quantity(std::uint64_t{0x4ee8}).quantity(large).end_array();
  EXPECT_EQ(json.take(), R"(["0x0","0x4ee8","0x20000000000000001"])");
}

TEST(JsonWriter, WritesBytesAsHex) {
  JsonWriter json;
  const Bytes bytes{0x00, 0xff};
  json.begin_array().hex(bytes).bare_hex(bytes).hex({}).end_array();
  EXPECT_EQ(json.take(), R"(["0x00ff","00ff","0x"])");
}

TEST(JsonWriter, EscapesTextAndReplacesWhatIsNotUtf8) {
  JsonWriter json;
  json.text(std::string_view("\"\\\n\x01 \xc3\xa9 \xff\xc0\x80\xed\xa0\x80", 14));
  EXPECT_EQ(json.take(), "\"\\\"\\\\\\n\\u0001 \xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace hanse
