// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The first byte cuts the rest in two: what a parser makes of bytes must not depend on how they arrive.
#include "access/net/http_parse.hpp"
#include "base/check.hpp"

namespace {

constexpr hanse::net::HttpLimits kLimits{.header_bytes_max = 1024, .body_bytes_max = 4096};

template <class Parser>
std::string bodies_of(std::string_view bytes, std::size_t cut) {
  Parser parser(kLimits);
  std::string bodies;
  std::size_t begin = 0;
  for (const std::size_t end : {std::min(cut, bytes.size()), bytes.size()}) {
    while (begin < end) {
      const auto used = parser.put(bytes.substr(begin, end - begin));
      if (!used) return bodies;
      begin += *used;
      if (!parser.done()) break;
      auto message = parser.take();
      CHECK(message.body.size() <= kLimits.body_bytes_max);
      bodies += message.body + "|";
    }
  }
  return bodies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  using hanse::net::HttpRequestParser;
  CHECK(bodies_of<HttpRequestParser>(bytes, data[0]) == bodies_of<HttpRequestParser>(bytes, bytes.size()));
  bodies_of<hanse::net::HttpResponseParser>(bytes, data[0]);
  return 0;
}
