// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/client.hpp"

#include "access/net/http_client.hpp"
#include "access/sdk/jsonrpc_text.hpp"

namespace hanse::sdk {

struct JsonRpcClient::Parts {
  std::string url;
  std::uint32_t timeout_ms = kAnswerWithinMs;
  net::IoPool io{1};
  std::string target;
  std::unique_ptr<net::HttpClient> http;            // none until the first call
};

JsonRpcClient::JsonRpcClient(std::string url, std::uint32_t timeout_ms) : parts_(std::make_unique<Parts>()) {
  parts_->url = std::move(url);
  parts_->timeout_ms = timeout_ms;
}
JsonRpcClient::~JsonRpcClient() = default;
JsonRpcClient::JsonRpcClient(JsonRpcClient&&) noexcept = default;

const std::string& JsonRpcClient::url() const { return parts_->url; }

Result<std::string> JsonRpcClient::call(std::string_view method, std::string_view params) {
  if (!parts_->http) {
    const auto url = net::parse_url(parts_->url);
    if (!url) return pass(url);
    const net::HttpClientConfig config{.host = url->host, .port = url->port, .connection_count = 1, .timeout_ms = parts_->timeout_ms};
    parts_->target = url->target;
    parts_->http = std::make_unique<net::HttpClient>(parts_->io, config);
  }
  const auto response = parts_->http->post_and_wait(parts_->target, request_text(method, params));
  if (!response) return pass(response);
  if (response->status != 200)
    return fail(Code::bad_encoding, "{}: {} was answered with HTTP status {}; is it a JSON-RPC port?", parts_->url, method,
                response->status);
  return result_of(response->body);
}

}  // namespace hanse::sdk
