// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/address.hpp"
#include "base/fuzz_target.hpp"

// An address that is accepted, written again, is the same.
FUZZ_TARGET(address) {
  using namespace hanse;
  const std::string_view text = as_text(input);
  if (const auto address = net::parse_host_port(text)) {
    const auto again = net::parse_host_port(fmt::format("{}:{}", address->host, address->port));
    CHECK(again && again->host == address->host && again->port == address->port);
  }
  if (const auto url = net::parse_url(text)) {
    const auto again = net::parse_url(fmt::format("http://{}:{}{}", url->host, url->port, url->target));
    CHECK(again && again->host == url->host && again->port == url->port && again->target == url->target);
  }
}
