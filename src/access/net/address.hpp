// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Addresses as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hanse::net {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_host_port(std::string_view text);   // "127.0.0.1:30300", "node.example:30300"; bad_config

struct HttpUrl {
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";
};
Result<HttpUrl> parse_url(std::string_view text);   // "http://host[:port][/path]", or "host:port"; bad_config

}  // namespace hanse::net
