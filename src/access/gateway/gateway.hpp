// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The gateway connects organisations: mutual TLS sessions between node processes, each carrying the messages of many
// groups. It decides who may connect (CA, allow and deny lists, proof of the node key) and who may send what (only a
// member of a group reaches that group); it does not look into messages. Runs its own io threads; every method may be
// called from any thread; callbacks arrive on io threads and must not block.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "protocol/types.hpp"

namespace hanse::gateway {

struct GatewayConfig {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 0;
  std::vector<std::string> peers;            // "host:port"
  std::string ca_file, cert_file, key_file;  // PEM; P-256
  std::string chain_id;
  std::vector<std::string> allow, deny;      // node ids (hex); an empty allow list admits every id that the CA admits
  std::size_t frame_bytes_max = 32u << 20;
  std::size_t queue_bytes_max = 64u << 20;   // per session, outgoing; a message beyond it is dropped and counted
  std::uint64_t peer_bytes_per_second_max = 0;   // incoming, per session; 0: unlimited
};

// A group as the gateway knows it. `key` proves the node id of this process in that group. Messages of one peer arrive
// after its on_peer(true), in the order in which it sent them unless it reconnected in between; those of several peers
// arrive on several threads. A peer that restarted is reported as gone and come.
struct GroupMembership {
  std::string group_id;                                                       // at most 200 bytes
  KeyPair key;
  std::function<bool(const NodeId&)> is_member;                               // asked for each session and message
  std::function<void(const NodeId& from, Bytes message)> on_message;
  std::function<void(const NodeId& peer, bool connected)> on_peer;
};

struct GatewayStats {
  std::size_t sessions = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0, frames_in = 0, frames_out = 0;
  std::uint64_t queue_full_drops = 0;     // outgoing
  std::uint64_t not_connected_drops = 0;  // outgoing
  std::uint64_t not_member_drops = 0;     // incoming: the sender is no member, or has not proved to be one
  std::map<std::string, std::uint64_t> refused;   // by reason: "certificate", "denied", …
};

class Gateway {
 public:
  // `metrics` outlives the gateway. Errors: bad_config, bad_certificate, io (the port is taken: names it).
  static Result<std::unique_ptr<Gateway>> start(GatewayConfig config, std::vector<GroupMembership> groups, Registry& metrics,
                                                Log log = {});
  ~Gateway();   // closes every session and joins the io threads; not from a callback

  void send(const std::string& group_id, const NodeId& to, std::shared_ptr<const Bytes> message);
  void broadcast(const std::string& group_id, std::shared_ptr<const Bytes> message);   // to every connected member
  std::vector<NodeId> connected(const std::string& group_id) const;   // in order
  // Takes the place of `allow` and `deny` at once, and ends the sessions that they do not let in any more. Errors: bad_config,
  // and the lists stay as they were.
  Result<void> set_lists(const std::vector<std::string>& allow, const std::vector<std::string>& deny);
  std::uint16_t port() const;
  GatewayStats stats() const;

 private:
  explicit Gateway(std::unique_ptr<class Roster> roster);
  std::unique_ptr<class Roster> roster_;
};

}  // namespace hanse::gateway
