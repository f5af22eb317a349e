// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/gateway_metrics.hpp"

#include "base/hex.hpp"

namespace hanse::gateway {
namespace {

constexpr std::size_t kPeerDigits = 16;

}  // namespace

void GatewayMetrics::add(const char* name, const char* help, Labels labels, std::uint64_t before, std::uint64_t now) {
  registry_.counter(name, help, std::move(labels)).add(now - before);
}

void GatewayMetrics::publish(const GatewayStats& now) {
  const GatewayStats& last = published_;
  sessions_.set(static_cast<double>(now.sessions));
  constexpr auto kBytes = "hanse_gateway_bytes_total", kBytesHelp = "Bytes on the wire, encrypted.";
  add(kBytes, kBytesHelp, {{"direction", "in"}}, last.bytes_in, now.bytes_in);
  add(kBytes, kBytesHelp, {{"direction", "out"}}, last.bytes_out, now.bytes_out);
  constexpr auto kFrames = "hanse_gateway_frames_total", kFramesHelp = "Messages, and the empty frames of quiet sessions.";
  add(kFrames, kFramesHelp, {{"direction", "in"}}, last.frames_in, now.frames_in);
  add(kFrames, kFramesHelp, {{"direction", "out"}}, last.frames_out, now.frames_out);
  constexpr auto kDrops = "hanse_gateway_drops_total", kDropsHelp = "Messages that were not sent or not handed over.";
  add(kDrops, kDropsHelp, {{"reason", "queue_full"}}, last.queue_full_drops, now.queue_full_drops);
  add(kDrops, kDropsHelp, {{"reason", "not_connected"}}, last.not_connected_drops, now.not_connected_drops);
  add(kDrops, kDropsHelp, {{"reason", "not_member"}}, last.not_member_drops, now.not_member_drops);
  for (const auto& [reason, count] : now.refused) {
    const auto before = last.refused.find(reason);
    add("hanse_gateway_refused_total", "Sessions that were refused.", {{"reason", reason}},
        before == last.refused.end() ? 0 : before->second, count);
  }
  published_ = now;
}

void GatewayMetrics::set_connected(const std::string& group_id, const NodeId& member, bool connected) {
  registry_.gauge("hanse_gateway_peer_connected", "1 while there is a session with this member of the group.",
                  {{"group", group_id}, {"peer", to_hex(member).substr(0, kPeerDigits)}}).set(connected ? 1 : 0);
}

}  // namespace hanse::gateway
