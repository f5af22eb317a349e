// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Reads HTTP/1.1 messages from bytes as they arrive (RFC 9112). Every length is bounded: the head by header_bytes_max
// (field names, values and the first line together), the body by body_bytes_max, whether its length is announced or it
// comes in chunks. The body is appended to the message's own string: one copy.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string_view>

#include "access/net/http_message.hpp"

namespace hanse::net {

struct HttpLimits {
  std::size_t header_bytes_max = 8u << 10;
  std::size_t body_bytes_max = 8u << 20;
};

// Why a message was refused, as the status that the server answers: 400, 413, 431.
using HttpStatus = int;

class HttpRequestParser {
 public:
  explicit HttpRequestParser(HttpLimits limits);
  ~HttpRequestParser();

  // Takes bytes from the front of `bytes` and says how many. Show the rest again, with more behind it. Once done() it
  // takes no more: take() the message and go on with the next.
  std::expected<std::size_t, HttpStatus> put(std::string_view bytes);
  bool started() const;           // some byte of the present message was seen
  bool done() const;
  bool keep_alive() const;        // meaningful when done
  bool is_http_1_0() const;
  bool take_expects_continue();   // true once, when the head asked for "100 Continue" and the body has not come
  HttpRequest take();             // requires done(); starts the next message

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

class HttpResponseParser {
 public:
  explicit HttpResponseParser(HttpLimits limits);
  HttpResponseParser& operator=(HttpResponseParser&&);
  ~HttpResponseParser();

  std::expected<std::size_t, HttpStatus> put(std::string_view bytes);
  void put_end();                 // the peer closed: completes a message whose body lasts until then
  bool done() const;
  bool keep_alive() const;
  HttpResponse take();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hanse::net
