// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What an operator sees of a gateway in /metrics. Labels come from our own configuration: a peer is a member of the group,
// named by the first digits of its node id.
#pragma once

#include "access/gateway/gateway.hpp"

namespace hanse::gateway {

class GatewayMetrics {
 public:
  explicit GatewayMetrics(Registry& registry)
      : registry_(registry), sessions_(registry.gauge("hanse_gateway_sessions", "Open sessions with other processes.")) {}

  void publish(const GatewayStats& now);           // the sums since the start
  void set_connected(const std::string& group_id, const NodeId& member, bool connected);

 private:
  void add(const char* name, const char* help, Labels labels, std::uint64_t before, std::uint64_t now);

  Registry& registry_;                             // outlives this
  Gauge& sessions_;
  GatewayStats published_;
};

}  // namespace hanse::gateway
