// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "codec/rlp.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace hanse {
namespace {

std::string encoded_uint(const U256& value) {
  Bytes out;
  rlp::put_uint(out, value);
  return to_hex(out);
}
std::string encoded_bytes(BytesView bytes) {
  Bytes out;
  rlp::put_bytes(out, bytes);
  return to_hex(out);
}

Result<std::string> read_text(std::string_view hex) {
  const Bytes bytes = from_hex(hex).value();
  rlp::Reader reader(bytes);
  std::string text(as_text(reader.read_bytes()));
  reader.finish();
  if (reader.failed()) return std::unexpected(reader.error());
  return text;
}
Result<std::uint64_t> read_u64(std::string_view hex) {
  const Bytes bytes = from_hex(hex).value();
  rlp::Reader reader(bytes);
  const std::uint64_t value = reader.read_u64();
  reader.finish();
  if (reader.failed()) return std::unexpected(reader.error());
  return value;
}

// The examples of the Ethereum documentation of RLP.
TEST(Rlp, WritesTheKnownExamples) {
  EXPECT_EQ(encoded_bytes(as_bytes("dog")), "83646f67");
  EXPECT_EQ(encoded_bytes(as_bytes("")), "80");
  EXPECT_EQ(encoded_bytes(Bytes{0x0f}), "0f");
  EXPECT_EQ(encoded_bytes(Bytes{0x00}), "00");
  EXPECT_EQ(encoded_bytes(Bytes{0x80}), "8180");
  EXPECT_EQ(encoded_uint(0), "80");
  EXPECT_EQ(encoded_uint(15), "0f");
  EXPECT_EQ(encoded_uint(1024), "820400");
  EXPECT_EQ(encoded_bytes(as_bytes("Lorem ipsum dolor sit amet, consectetur adipisicing elit")).substr(0, 6), "b8384c");
  EXPECT_EQ(encoded_bytes(Bytes(1024, 1)).substr(0, 6), "b90400");
  Bytes animals, list;
  rlp::put_bytes(animals, as_bytes("cat")), rlp::put_bytes(animals, as_bytes("dog"));
  rlp::put_list(list, animals);
  EXPECT_EQ(to_hex(list), "c88363617483646f67");
}

TEST(Rlp, ReadsWhatItWrites) {
  for (const std::size_t size : {0, 1, 2, 55, 56, 255, 256, 65536}) {
    const Bytes bytes(size, 0x7f);
    Bytes item, list;
    rlp::put_bytes(item, bytes);
    rlp::put_list(list, item);
    rlp::Reader reader(list);
    reader.enter_list();
    EXPECT_TRUE(equal(reader.read_bytes(), bytes));
    EXPECT_FALSE(reader.more());
    reader.leave_list();
    reader.finish();
    EXPECT_FALSE(reader.failed()) << size;
  }
  EXPECT_EQ(read_u64("88ffffffffffffffff").value(), 0xffffffffffffffff);
}

TEST(Rlp, RefusesEveryFormButTheShortest) {
  EXPECT_EQ(read_text("8100").error().code, Code::not_canonical);     // 0x00 stands for itself
  EXPECT_EQ(read_text("817f").error().code, Code::not_canonical);
  EXPECT_EQ(read_text("b801aa").error().code, Code::not_canonical);   // one byte needs no long head
  EXPECT_EQ(read_text("b90038" + std::string(112, 'a')).error().code, Code::not_canonical);   // length 0x0038
  EXPECT_EQ(read_u64("00").error().code, Code::not_canonical);        // zero is 0x80
  EXPECT_EQ(read_u64("820001").error().code, Code::not_canonical);
}

TEST(Rlp, RefusesWhatIsMalformed) {
  for (const char* hex : {"", "83646f", "b8", "b838", "c0", "83646f6700", "bf ", "bfffffffffffffffff", "bb80000000"}) {
    std::string text(hex);
    std::erase(text, ' ');
    EXPECT_FALSE(read_text(text)) << hex;
  }
  EXPECT_FALSE(read_u64("89010000000000000000"));
  rlp::Reader empty({});
  empty.enter_list();
  EXPECT_TRUE(empty.failed());
}

TEST(Rlp, BoundsDepthAndKeepsItemsInsideTheirList) {
  const Bytes deep(100, 0xc1);
  rlp::Reader reader(deep);
  for (int i = 0; i < 50; ++i) reader.enter_list();
  EXPECT_TRUE(reader.failed());
  const Bytes overrun = from_hex("c283646f67").value();               // the item is longer than its list
  rlp::Reader inside(overrun);
  inside.enter_list();
  inside.read_bytes();
  EXPECT_TRUE(inside.failed());
}

}  // namespace
}  // namespace hanse
