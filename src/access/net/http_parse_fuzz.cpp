// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The first byte cuts the rest in two: what a parser makes of bytes must not depend on how they arrive.
#include "access/net/http_parse.hpp"
#include "base/fuzz_target.hpp"

namespace hanse::net {
namespace {

constexpr HttpLimits kLimits{.header_bytes_max = 1024, .body_bytes_max = 4096};

std::string text_of(const HttpRequest& request) {
  std::string text = request.method + ' ' + request.target + '\n';
  for (const HttpField& field : request.fields) text += field.name + ": " + field.value + '\n';
  return text + request.body;
}

std::string text_of(const HttpResponse& response) {
  std::string text = std::to_string(response.status) + ' ' + response.content_type + '\n';
  for (const HttpField& field : response.fields) text += field.name + ": " + field.value + '\n';
  return text + response.body;
}

struct Read {
  std::string messages;      // one after the other, until one is refused or incomplete
  HttpStatus refused = 0;
};

template <class Parser>
Read read_in_two(std::string_view bytes, std::size_t cut) {
  Parser parser(kLimits);
  Read read;
  std::size_t begin = 0;
  [[maybe_unused]] bool expects = false;      // of the present message; a client of HTTP 1.0 cannot (RFC 9110 §10.1.1)
  for (const std::size_t end : {std::min(cut, bytes.size()), bytes.size()}) {
    while (begin < end) {
      const auto used = parser.put(bytes.substr(begin, end - begin));
      if (!used) {
        read.refused = used.error();
        CHECK(read.refused == 400 || read.refused == 413 || read.refused == 431);
        return read;
      }
      begin += *used;
      if constexpr (std::same_as<Parser, HttpRequestParser>) expects = expects || parser.take_expects_continue();
      if (!parser.done()) break;
      read.messages += parser.keep_alive() ? "open " : "last ";
      if constexpr (std::same_as<Parser, HttpRequestParser>) CHECK(parser.started() && !(parser.is_http_1_0() && expects));
      expects = false;
      const auto message = parser.take();
      CHECK(message.body.size() <= kLimits.body_bytes_max);
      read.messages += text_of(message) + '|';
    }
  }
  return read;
}

// Beast counts a head that is not whole yet by what is there: near its limit one may be refused in two parts and taken
// in one. Nothing else may differ.
void check_same(const Read& a, const Read& b) {
  if (a.refused == 431 || b.refused == 431) CHECK(a.messages.starts_with(b.messages) || b.messages.starts_with(a.messages));
  else CHECK(a.messages == b.messages);
}

FUZZ_TARGET(http_request, .per_byte = 128) {
  if (input.empty()) return;
  const std::string_view bytes = as_text(input.subspan(1));
  check_same(read_in_two<HttpRequestParser>(bytes, input[0]), read_in_two<HttpRequestParser>(bytes, bytes.size()));
}

FUZZ_TARGET(http_response, .per_byte = 128) {
  if (input.empty()) return;
  const std::string_view bytes = as_text(input.subspan(1));
  check_same(read_in_two<HttpResponseParser>(bytes, input[0]), read_in_two<HttpResponseParser>(bytes, bytes.size()));
  HttpResponseParser parser(kLimits);
  if (parser.put(bytes) && !parser.done()) parser.put_end();      // a body that ends with the connection
  if (parser.done()) CHECK(parser.take().body.size() <= kLimits.body_bytes_max);
}

}  // namespace
}  // namespace hanse::net
