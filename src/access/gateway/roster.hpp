// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// All sessions of a gateway: which one stands for a peer, who can be reached, whom to dial. Decisions are taken on one
// loop, "home", one after the other, so that callers of on_peer see them in their order; only the table that send()
// reads is shared, under a mutex.
//
// When two processes dial each other at the same time, the session dialled by the one with the smaller certificate hash
// stands in the end, whatever the order of events. A session that another takes over from is still read for a while and
// closed later, so that nothing on its way is lost and no peer seems gone in between.
#pragma once

#include <condition_variable>
#include <mutex>

#include "access/gateway/dial_plan.hpp"
#include "access/gateway/gateway_metrics.hpp"
#include "access/gateway/session.hpp"
#include "access/net/rate_limit.hpp"
#include "base/prng.hpp"

namespace hanse::gateway {

Bytes message_head(std::string_view group_id);   // of the frames that carry a group's messages

class Roster {
 public:
  static Result<std::unique_ptr<Roster>> start(GatewayConfig config, std::vector<GroupMembership> groups, Registry& metrics,
                                               Log log);
  ~Roster();

  void send(const std::string& group_id, const NodeId& to, std::shared_ptr<const Bytes> message);
  void broadcast(const std::string& group_id, std::shared_ptr<const Bytes> message);
  std::vector<NodeId> connected(const std::string& group_id) const;
  std::uint16_t port() const { return listener_->port(); }
  GatewayStats stats() const;
  void set_lists(AccessLists lists);               // any thread

  // From sessions, on any loop.
  void offer(std::shared_ptr<Session> session);    // dialled and verified: proceed or end it
  void admit(std::shared_ptr<Session> session);    // both sides agree: open or end it
  void gone(std::shared_ptr<Session> session, const Error& why);
  void note_refusal(const Refused& refused);

 private:
  struct Target {
    std::string address, host;
    std::uint16_t port = 0;
    DialPlan plan;
    std::optional<Hash> certificate;   // of the process that was found there last
    bool is_self = false;
    std::string last_problem;          // told once
  };
  struct Admitted {
    std::shared_ptr<Session> session;  // second owner: its link, until that closes
    std::chrono::steady_clock::time_point since;
  };
  using Table = std::map<NodeId, std::shared_ptr<Session>>;

  Roster(std::shared_ptr<const net::TlsContext> tls, GatewayConfig config, std::vector<GroupMembership> groups,
         Registry& metrics, Log log);
  Result<void> read_targets();
  std::optional<std::size_t> group_index(const std::string& group_id) const;

  void begin_session(std::shared_ptr<net::Link> link, std::optional<std::size_t> target);   // on the link's loop
  void note_failed_link(const Error& error);
  net::IoLoop& home() { return io_.at(0); }

  // On the home loop.
  void tick();
  void dial(std::size_t index);
  void dial_failed(std::size_t index, const Error& error);
  bool is_preferred(const Session& session) const;
  enum class Place { stands, in_use_by_peer, none };
  Place place_of(const Session& arrived, const std::shared_ptr<Session>& present);
  void make_way_for_nodes_of(const Session& arrived);
  void end_later(std::shared_ptr<Session> session);
  void note_ended_early(const Session& session, const Error& why);
  void note_refusal_by_peer(const Session& session, const Error& why);
  void remove(const Hash& certificate, std::string why);
  bool is_let_in(Session& session);                // by the lists as they are now; else it is refused
  void refresh();
  void tell_peer(std::size_t group_index, const NodeId& peer, bool connected);
  void end_sessions_without_membership();
  double chance();

  net::IoPool io_;                             // first: what lives on its loops goes before it
  Local local_;
  GatewayMetrics metrics_;                     // of the home loop
  net::LinkConfig link_config_;
  Prng prng_;
  std::vector<Target> targets_;
  std::map<Hash, Admitted> admitted_;          // by certificate: the session that stands for each process
  std::uint64_t tick_count_ = 0;
  std::atomic<std::size_t> session_count_ = 0;

  std::mutex live_mutex_;
  std::condition_variable live_changed_;
  std::set<std::shared_ptr<Session>> live_;    // every session from TLS to its end
  bool stopping_ = false;

  mutable std::mutex tables_mutex_;
  std::vector<Table> tables_;                  // by group: whom a message reaches now

  mutable std::mutex refusals_mutex_;
  std::array<std::uint64_t, kRefusalCount> refused_{};
  net::TokenBucket refusal_lines_;             // a stranger must not fill the log

  std::unique_ptr<net::LinkListener> listener_;
};

}  // namespace hanse::gateway
