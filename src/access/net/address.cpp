// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/address.hpp"

#include <charconv>

namespace hanse::net {

Result<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  HostPort parsed{std::string(text.substr(0, colon)), 0};
  const std::string_view digits = colon == text.npos ? std::string_view() : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  if (error != std::errc() || end != digits.data() + digits.size() || parsed.port == 0)
    return fail(Code::bad_config, "\"{}\" is not host:port: \"{}\" is not a port", text, digits);
  if (parsed.host.empty() || parsed.host.find_first_of(" \r\n\t:/") != std::string::npos)
    return fail(Code::bad_config, "\"{}\" is not host:port: \"{}\" is not a host", text, parsed.host);
  return parsed;
}

Result<HttpUrl> parse_url(std::string_view text) {
  const std::string_view whole = text;
  if (text.starts_with("http://")) text.remove_prefix(7);
  HttpUrl url;
  if (const auto slash = text.find('/'); slash != text.npos) {
    url.target = text.substr(slash);
    text = text.substr(0, slash);
  }
  const std::string with_port = text.find(':') == text.npos ? fmt::format("{}:{}", text, url.port) : std::string(text);
  auto address = parse_host_port(with_port);
  if (!address || url.target.find_first_of(" \r\n\t") != std::string::npos)
    return fail(Code::bad_config, "\"{}\" is not an http://host:port address", whole);
  url.host = std::move(address->host);
  url.port = address->port;
  return url;
}

}  // namespace hanse::net
