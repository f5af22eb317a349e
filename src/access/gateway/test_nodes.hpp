// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Gateways on loopback for tests: what each group of each node received, and waiting for it.
#pragma once

#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>

#include "access/gateway/gateway.hpp"
#include "access/net/test_certificates.hpp"

namespace hanse::gateway {

inline std::shared_ptr<const Bytes> text_message(std::string_view text) { return std::make_shared<const Bytes>(to_bytes(text)); }

// One group at one node.
struct Inbox {
  std::vector<std::pair<NodeId, Bytes>> messages;
  std::set<NodeId> peers;
  std::vector<bool> peer_events;
};

class TestNode {
 public:
  explicit TestNode(std::string name) : name(std::move(name)) {}
  ~TestNode() { stop(); }

  void join(const std::string& group_id, Suite suite = Suite::standard) { keys.emplace(group_id, KeyPair::generate(suite)); }
  NodeId id(const std::string& group_id = "group0") const { return keys.at(group_id).public_key; }

  // `members` by group; asked under this node's lock, so a test may change them.
  Result<void> start(const net::TestCertificates& files, GatewayConfig config) {
    config.ca_file = files.path("ca.crt");
    config.cert_file = files.path(name + ".crt");
    config.key_file = files.path(name + ".key");
    if (config.chain_id.empty()) config.chain_id = "chain0";
    std::vector<GroupMembership> groups;
    for (const auto& [group_id, key] : keys)
      groups.push_back({group_id, key,
                        [this, group_id](const NodeId& node) { std::lock_guard lock(mutex); return members[group_id].contains(node); },
                        [this, group_id](const NodeId& from, Bytes message) {
                          note([&] { inboxes[group_id].messages.emplace_back(from, std::move(message)); });
                        },
                        [this, group_id](const NodeId& peer, bool connected) {
                          note([&] {
                            inboxes[group_id].peer_events.push_back(connected);
                            connected ? (void)inboxes[group_id].peers.insert(peer) : (void)inboxes[group_id].peers.erase(peer);
                          });
                        }});
    log_file = files.path(name + ".log");
    auto opened = Log::open({.level = LogLevel::debug, .file = log_file});
    CHECK(opened);
    log = *opened;
    auto started = Gateway::start(std::move(config), std::move(groups), metrics, log);
    if (!started) return pass(started);
    gateway = std::move(*started);
    return {};
  }
  void stop() { gateway.reset(); }

  void note(auto&& change) {
    std::lock_guard lock(mutex);
    change();
    changed.notify_all();
  }
  bool wait(auto&& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), condition);
  }
  bool wait_for_peers(std::size_t count, const std::string& group_id = "group0") {
    return wait([&] { return inboxes[group_id].peers.size() == count; });
  }
  bool wait_for_messages(std::size_t count, const std::string& group_id = "group0") {
    return wait([&] { return inboxes[group_id].messages.size() >= count; });
  }
  bool wait_for_log(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline)
      if (log_text().find(text) != std::string::npos) return true;
    return false;
  }
  std::string log_text() const {
    log.flush();
    std::stringstream text;
    text << std::ifstream(log_file).rdbuf();
    return text.str();
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", gateway->port()); }

  std::string name;
  std::map<std::string, KeyPair> keys;
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::set<NodeId>> members;
  std::map<std::string, Inbox> inboxes;
  Registry metrics;
  Log log;
  std::string log_file;
  std::unique_ptr<Gateway> gateway;
};

// Everyone a member of every group that it has joined.
inline void make_members(std::initializer_list<TestNode*> nodes) {
  for (TestNode* node : nodes)
    for (const TestNode* other : nodes)
      for (const auto& [group_id, key] : other->keys) {
        std::lock_guard lock(node->mutex);
        node->members[group_id].insert(key.public_key);
      }
}

}  // namespace hanse::gateway
