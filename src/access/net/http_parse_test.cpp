// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_parse.hpp"

#include <gtest/gtest.h>

namespace hanse::net {
namespace {

constexpr std::string_view kChunked =
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

// What the parser leaves is shown again, with more behind it, as a connection does.
TEST(HttpParse, AChunkedBodyMayComeInAnyThreePieces) {
  for (std::size_t first = 1; first < kChunked.size(); ++first)
    for (std::size_t second = first + 1; second < kChunked.size(); ++second) {
      HttpRequestParser parser({});
      std::size_t begin = 0;
      for (const std::size_t end : {first, second, kChunked.size()}) {
        const auto used = parser.put(kChunked.substr(begin, end - begin));
        ASSERT_TRUE(used) << first << ' ' << second;
        begin += *used;
      }
      ASSERT_TRUE(parser.done()) << first << ' ' << second;
      EXPECT_EQ(parser.take().body, "abcde");
    }
}

}  // namespace
}  // namespace hanse::net
