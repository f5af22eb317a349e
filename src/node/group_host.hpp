// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Runs the GroupCore of one group for real. One group lane takes events from a bounded inbox, steps the core and carries
// its effects out in order; everything that takes time is on another lane and comes back as an event:
//
//   gateway ──▶ incoming ──▶ inbox ──▶ group lane ──▶ writer ──▶ inbox          (durable, appended)
//   clients ──▶ admission ──▶ inbox        │      └───▶ execution ──▶ inbox     (executed)
//                                          └───▶ jobs ──▶ inbox, network        (verified, blocks served)
//
// The group lane never blocks and never reads the disk. Reads of clients go past it: view() and bodies(). In a process
// each lane is a thread (threads.hpp); "thread" in this room means a lane.
#pragma once

#include <functional>
#include <memory>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "node/body_store.hpp"
#include "node/client_waiters.hpp"
#include "node/network.hpp"
#include "node/runtime.hpp"
#include "scheduling/group/group_core.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {

struct GroupHostConfig {
  KeyPair key;                       // of the group's suite; its public key is this node's id in the group
  Genesis genesis;
  group::GroupLimits limits;
  std::size_t waiters_max = 100'000;             // clients that wait at once
  std::size_t spare_bodies_bytes_max = 128u << 20;   // of bodies that are in the ledger already
};

class GroupHost {
 public:
  // Restores what the store holds. Errors: wrong_genesis, corrupt, io. Nothing runs before start().
  static Result<std::unique_ptr<GroupHost>> open(GroupHostConfig config, std::unique_ptr<kv::KvStore> store,
                                                 Runtime& runtime, Registry& metrics, Log log);
  ~GroupHost();

  void start(Network network);
  void stop();                       // writes what was decided; after it, only reads are answered

  // From the network; any thread, between start() and stop().
  void on_message(const NodeId& from, Bytes message);
  void on_peer(const NodeId& peer, bool connected);
  bool is_member(const NodeId& node) const;

  // From clients; any thread, between start() and stop().
  void submit(EncodedTransaction transaction, ClientWaiters::SubmitReply reply);
  void wait_receipt(const Hash& hash, std::uint32_t timeout_ms, ClientWaiters::ReceiptReply reply);
  void pending_nonce(const Address& sender, std::uint64_t account_nonce, std::move_only_function<void(std::uint64_t)> reply);

  // What readers see; any thread.
  std::shared_ptr<const ledger::LedgerView> view() const;
  const BodyStore& bodies() const;
  struct Status {
    group::GroupStatus core;
    std::vector<NodeId> connected;
    std::string disk_trouble;        // empty: writes succeed, and what was read was sound
  };
  Status status() const;
  std::optional<Error> broken_store() const;   // see kv/kv_store.hpp
  const GroupHostConfig& config() const;
  Jobs& client_jobs();               // calls, estimates, log queries: they end before the host does

 private:
  struct Parts;
  explicit GroupHost(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hanse::node
