// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// One link from TLS to its end. The side that accepted introduces itself first; the side that dialled answers with its
// own hello when it has no better session with that process; the accepting side decides last and says welcome. Messages
// flow only then. The roster takes the decisions that need to know of other sessions; while it thinks, the link waits.
//   accepted: hello → · ← hello · (admit) · welcome →          dialled: ← hello · (offer) · hello → · ← welcome · (admit)
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>

#include "access/gateway/admission.hpp"
#include "access/net/link.hpp"

namespace hanse::gateway {

class Roster;

// What every session knows of this process. Outlives the sessions.
struct Local {
  Local(GatewayConfig settings, std::vector<GroupMembership> memberships)
      : config(std::move(settings)), groups(std::move(memberships)), admission(config.chain_id, groups) {}
  Local(const Local&) = delete;

  std::shared_ptr<const AccessLists> access_lists() const {   // second owner: whoever is judging by them
    std::lock_guard lock(lists_mutex);
    return lists;
  }

  GatewayConfig config;
  std::vector<GroupMembership> groups;
  std::vector<Bytes> message_heads;     // one a group
  Admission admission;
  Instance instance;
  Hash certificate;
  Log log;
  std::atomic<std::uint64_t> not_member_drops = 0, not_connected_drops = 0;
  mutable std::mutex lists_mutex;
  std::shared_ptr<const AccessLists> lists;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Local& local, Roster& roster, std::shared_ptr<net::Link> link, std::optional<std::size_t> target);

  void start();                               // on the link's loop

  // From the roster, on its own loop.
  void proceed();                             // dialled: there is no better session; say hello
  void welcome();                             // accepted: what is sent after this is taken by the peer
  void open();                                // from now on messages are handed over
  void refuse(Refused refused);               // any thread: says why, and closes
  void close(std::string why);                // any thread

  bool send(std::size_t group_index, std::shared_ptr<const net::FrameBody> body);   // any thread; false: dropped

  // Constant once the roster sees the session.
  bool is_dialed() const { return link_->role() == net::TlsRole::dialed; }
  const std::optional<std::size_t>& target() const { return target_; }   // the address it came of, if it was dialled
  const Hash& certificate() const { return link_->peer().certificate_hash; }
  const Instance& instance() const { return instance_; }
  const std::vector<ProvedGroup>& groups() const { return groups_; }
  std::string describe() const;               // "CN=node0 at 127.0.0.1:30300"

  // How it went between the two sides; of the roster, once the session is gone.
  enum class Outcome { open_question, agreed, refused_by_us } outcome = Outcome::open_question;

 private:
  enum class State { expects_hello, waits_for_roster, expects_welcome, open, closed };

  void on_frame(net::Frame frame);
  void on_hello(BytesView body);
  void on_message(std::string_view group_id, Bytes body);
  void say_hello();
  SessionView view() const;

  Local& local_;
  Roster& roster_;
  std::shared_ptr<net::Link> link_;           // second owner: its own pending operations
  std::optional<std::size_t> target_;
  State state_ = State::expects_hello;
  Instance instance_;
  std::vector<ProvedGroup> groups_;
};

}  // namespace hanse::gateway
