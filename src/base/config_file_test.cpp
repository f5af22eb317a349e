// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/config_file.hpp"

#include <gtest/gtest.h>

namespace hanse {
namespace {

constexpr char kText[] =
    "; a node\n"
    "name = n0\r\n"
    "[rpc]\n"
    "  listen = 127.0.0.1:20200   \n"
    "# comment\n"
    "threads=4\n"
    "token = a=b#c\n"
    "[peers]\n"
    "node.0 = one\n"
    "node.1 =\n"
    "[rpc]\n"
    "tls = true";

ConfigFile parsed(std::string_view text) { return ConfigFile::parse(text, "node.ini").value(); }
std::string refusal(std::string_view text) { return ConfigFile::parse(text, "node.ini").error().text; }

TEST(ConfigFile, ReadsSectionsKeysAndComments) {
  ConfigFile file = parsed(kText);
  EXPECT_EQ(file.text("", "name").value(), "n0");
  EXPECT_EQ(file.text("rpc", "listen").value(), "127.0.0.1:20200");
  EXPECT_EQ(file.text("rpc", "token").value(), "a=b#c");
  EXPECT_EQ(file.text("peers", "node.1").value(), "");
  EXPECT_EQ(file.number("rpc", "threads", 1, 8).value(), 4u);
  EXPECT_TRUE(file.flag_or("rpc", "tls", false).value());
  EXPECT_EQ(file.keys("peers"), (std::vector<std::string>{"node.0", "node.1"}));
  EXPECT_TRUE(file.has_section("peers"));
  EXPECT_FALSE(file.has_section("storage"));
}

TEST(ConfigFile, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refusal("[a]\nx=1\n[b]\nx=1\n[a]\nx=2\n"), "node.ini:6: [a] x stands in line 2 already");
}

TEST(ConfigFile, RefusesLinesThatAreNeitherSectionNorKey) {
  EXPECT_EQ(refusal("\n[a\n"), "node.ini:2: a section reads [name]");
  EXPECT_EQ(refusal("[ ]"), "node.ini:1: a section reads [name]");
  EXPECT_EQ(refusal("hello"), "node.ini:1: neither [section] nor key = value");
  EXPECT_EQ(refusal("= 3"), "node.ini:1: neither [section] nor key = value");
}

TEST(ConfigFile, RefusesMoreThanItsSize) {
  EXPECT_EQ(ConfigFile::parse(std::string(ConfigFile::kSizeMax + 1, '\n'), "x").error().code, Code::too_large);
}

TEST(ConfigFile, NumbersKeepTheirBounds) {
  ConfigFile file = parsed("[a]\nlow=1\nhigh=99\nbad=7x\nnegative=-1\nhuge=99999999999999999999\n");
  EXPECT_EQ(file.number("a", "low", 2, 9).error().text, "node.ini:2: [a] low = 1 is not a number from 2 to 9");
  for (const char* key : {"high", "bad", "negative", "huge"}) EXPECT_FALSE(file.number("a", key, 2, 9)) << key;
  EXPECT_EQ(file.number_or("a", "absent", 5, 2, 9).value(), 5u);
  EXPECT_FALSE(file.number_or("a", "bad", 5, 2, 9));
}

TEST(ConfigFile, SaysWhatIsMissing) {
  ConfigFile file = parsed("[a]\nflag=yes\n");
  EXPECT_EQ(file.text("a", "x").error().text, "node.ini: [a] x is missing");
  EXPECT_EQ(file.flag_or("a", "flag", true).error().text, "node.ini:2: [a] flag = yes is neither true nor false");
}

TEST(ConfigFile, FindsKeysThatNobodyRead) {
  ConfigFile file = parsed("[rpc]\nlisten=1\nlissten=2\n");
  EXPECT_TRUE(file.find("rpc", "listen"));
  EXPECT_EQ(file.check_all_read().error().text, "node.ini:3: [rpc] lissten is not known here; is it misspelt?");
  EXPECT_EQ(file.text_or("rpc", "lissten", ""), "2");
  EXPECT_TRUE(file.check_all_read());
}

TEST(ConfigFile, SaysWhichFileCannotBeOpened) {
  EXPECT_EQ(ConfigFile::load("/no/such/node.ini").error().text, "/no/such/node.ini cannot be opened");
}

}  // namespace
}  // namespace hanse
