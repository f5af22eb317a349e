// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A node of the simulated chain: a disk that stays, and lives that come and go, each the real group host with the real
// ledger, state and executor on a machine of its own.
#pragma once

#include <memory>

#include "node/node_service.hpp"
#include "sim/whole/disk.hpp"
#include "sim/whole/machine.hpp"
#include "sim/whole/vote_watch.hpp"

namespace hanse::whole {

class World;

class Node {
 public:
  Node(World& world, NodeNumber number);
  ~Node();
  Node(const Node&) = delete;

  void boot();                               // again a little later when the disk does not let it
  void power_fails();                        // and comes back after a while
  void fail_at(Boundary boundary, std::uint64_t countdown) { doom_ = {boundary, countdown}; }
  void stop_in_order();
  void forget_doom() { doom_.reset(); }
  void switch_off();                         // for ever

  bool has_life() const { return life_ != nullptr; }
  bool up() const { return life_ && life_->service && life_->machine.on(); }
  std::uint64_t life() const { return lives_; }
  node::GroupHost& host() { return *life_->host; }
  node::NodeService& service() { return *life_->service; }
  Machine& machine() { return life_->machine; }
  Disk& disk() { return disk_; }
  NodeNumber number() const { return number_; }
  const NodeId& id() const;

 private:
  struct Life {
    Life(Schedule& schedule, Prng& prng, const NodePlan& plan, std::function<void()> after_write)
        : machine(schedule, prng, plan, std::move(after_write)) {}
    Machine machine;
    std::unique_ptr<node::GroupHost> host;
    std::unique_ptr<node::NodeService> service;
    BlockNumber seen = 0;                    // by look_at_view()
  };
  struct Doom {
    Boundary boundary = Boundary::before_write;
    std::uint64_t countdown = 0;
  };
  bool passes(Boundary boundary);            // false: the power is off
  void send(NodeNumber to, const node::SharedBytes& message);
  node::Network network();
  void look_at_view();                       // blocks that became visible
  void bury();

  World& world_;
  const NodeNumber number_;
  Disk disk_;
  std::uint64_t lives_ = 0;
  std::optional<Doom> doom_;
  std::unique_ptr<Life> life_;
};

}  // namespace hanse::whole
