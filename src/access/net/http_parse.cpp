// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_parse.hpp"

// Beast asserts what a peer decides: with 1.81 the end of a chunked body that comes in two pieces ends the process (it
// wants five bytes where three are enough). What it does without its asserts is sound, and fuzzed. No other source has Beast.
#define BOOST_DISABLE_ASSERTS
#include <boost/beast/http/basic_parser.hpp>

#include <optional>

#include "base/check.hpp"

namespace hanse::net {
namespace {

namespace http = boost::beast::http;
using BeastError = boost::beast::error_code;
using BeastText = boost::beast::string_view;

std::string_view text_of(BeastText text) { return {text.data(), text.size()}; }

// Body memory is taken as bytes arrive, beyond this only after as much has come: an announced length costs nothing.
constexpr std::size_t kBodyReserveMax = 64u << 10;

template <bool is_request>
class Message : public http::basic_parser<is_request> {
 public:
  explicit Message(HttpLimits limits) : header_bytes_left_(limits.header_bytes_max) {
    this->eager(true);
    this->header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    this->body_limit(limits.body_bytes_max);
  }

  std::conditional_t<is_request, HttpRequest, HttpResponse> message;
  bool expects_continue = false;
  bool is_http_1_0 = false;

 private:
  // Beast bounds one line; the sum of all lines is bounded here.
  void spend(std::size_t bytes, BeastError& error) {
    if (bytes > header_bytes_left_)
      error = http::error::header_limit;
    else
      header_bytes_left_ -= bytes;
  }
  void on_request_impl(http::verb, BeastText method, BeastText target, int version, BeastError& error) override {
    if constexpr (is_request) {
      message.method = text_of(method);
      message.target = text_of(target);
    }
    is_http_1_0 = version == 10;
    spend(method.size() + target.size() + sizeof("  HTTP/1.1\r"), error);
  }
  void on_response_impl(int status, BeastText reason, int version, BeastError& error) override {
    if constexpr (!is_request) {
      message.status = status;
      message.content_type.clear();
    }
    is_http_1_0 = version == 10;
    spend(reason.size() + sizeof("HTTP/1.1 200 \r"), error);
  }
  void on_field_impl(http::field name, BeastText name_text, BeastText value, BeastError& error) override {
    if constexpr (is_request) {
      if (name == http::field::expect) expects_continue = equal_ignoring_case(text_of(value), "100-continue");
    } else {
      if (name == http::field::content_type) {
        message.content_type = text_of(value);
        return spend(name_text.size() + value.size() + sizeof(": \r"), error);
      }
    }
    message.fields.push_back({std::string(text_of(name_text)), std::string(text_of(value))});
    spend(name_text.size() + value.size() + sizeof(": \r"), error);
  }
  void on_header_impl(BeastError&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, BeastError&) override {
    if (length) message.body.reserve(std::min<std::size_t>(*length, kBodyReserveMax));
  }
  std::size_t on_body_impl(BeastText body, BeastError&) override {
    message.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastText, BeastError&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastText body, BeastError&) override {
    message.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(BeastError&) override {}

  std::size_t header_bytes_left_;
};

HttpStatus status_of(const BeastError& error) {
  if (error == http::error::body_limit) return 413;
  if (error == http::error::header_limit) return 431;
  return 400;
}

template <bool is_request>
std::expected<std::size_t, HttpStatus> put_bytes(Message<is_request>& message, std::string_view bytes) {
  BeastError error;
  const std::size_t used = message.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error && error != http::error::need_more) return std::unexpected(status_of(error));
  return used;
}

}  // namespace

struct HttpRequestParser::Parts {
  HttpLimits limits;
  std::optional<Message<true>> message;
};
HttpRequestParser::HttpRequestParser(HttpLimits limits) : parts_(new Parts{limits, {}}) {
  parts_->message.emplace(limits);
}
HttpRequestParser::~HttpRequestParser() = default;
std::expected<std::size_t, HttpStatus> HttpRequestParser::put(std::string_view bytes) {
  CHECK(!done());
  return put_bytes(*parts_->message, bytes);
}
bool HttpRequestParser::started() const { return parts_->message->got_some(); }
bool HttpRequestParser::done() const { return parts_->message->is_done(); }
bool HttpRequestParser::keep_alive() const { return parts_->message->keep_alive(); }
bool HttpRequestParser::is_http_1_0() const { return parts_->message->is_http_1_0; }
bool HttpRequestParser::take_expects_continue() {
  if (!parts_->message->is_header_done() || done() || !parts_->message->message.body.empty()) return false;
  return std::exchange(parts_->message->expects_continue, false);
}
HttpRequest HttpRequestParser::take() {
  CHECK(done());
  HttpRequest request = std::move(parts_->message->message);
  parts_->message.emplace(parts_->limits);
  return request;
}

struct HttpResponseParser::Parts {
  HttpLimits limits;
  std::optional<Message<false>> message;
};
HttpResponseParser::HttpResponseParser(HttpLimits limits) : parts_(new Parts{limits, {}}) {
  parts_->message.emplace(limits);
}
HttpResponseParser& HttpResponseParser::operator=(HttpResponseParser&&) = default;
HttpResponseParser::~HttpResponseParser() = default;
std::expected<std::size_t, HttpStatus> HttpResponseParser::put(std::string_view bytes) {
  CHECK(!done());
  return put_bytes(*parts_->message, bytes);
}
void HttpResponseParser::put_end() {
  BeastError incomplete;   // then done() stays false
  if (parts_->message->got_some()) parts_->message->put_eof(incomplete);
}
bool HttpResponseParser::done() const { return parts_->message->is_done(); }
bool HttpResponseParser::keep_alive() const { return parts_->message->keep_alive(); }
HttpResponse HttpResponseParser::take() {
  CHECK(done());
  HttpResponse response = std::move(parts_->message->message);
  parts_->message.emplace(parts_->limits);
  return response;
}

}  // namespace hanse::net
