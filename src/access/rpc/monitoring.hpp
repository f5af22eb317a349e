// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The console port, as far as machines use it: GET /metrics (Prometheus text), /healthz (the process answers) and /readyz
// (every group is at work and not behind; else 503 and the reasons).
#pragma once

#include <memory>
#include <vector>

#include "access/net/http_server.hpp"
#include "access/rpc/server.hpp"
#include "base/metrics.hpp"

namespace hanse::rpc {

net::HttpHandler monitoring_handler(std::vector<GroupEndpoint> groups, Registry& metrics);

}  // namespace hanse::rpc
