// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The console port, as far as machines use it: GET /metrics (Prometheus text), /healthz (every group can go on) and
// /readyz (and is not behind); else 503 and a line for each group that names the cause.
#pragma once

#include <memory>
#include <vector>

#include "access/net/http_server.hpp"
#include "access/rpc/server.hpp"
#include "base/metrics.hpp"

namespace hanse::rpc {

net::HttpHandler monitoring_handler(std::vector<GroupEndpoint> groups, Registry& metrics);

}  // namespace hanse::rpc
