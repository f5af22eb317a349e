// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/node.hpp"

#include "sim/whole/world.hpp"

namespace hanse::whole {

Node::Node(World& world, NodeNumber number)
    : world_(world), number_(number), disk_(world.prng(), [this](Boundary boundary) { return passes(boundary); }) {}
Node::~Node() = default;

const NodeId& Node::id() const { return world_.keys()[number_].public_key; }

void Node::boot() {
  CHECK(!life_);
  ++lives_;
  world_.trace("node {} starts", number_);
  life_ = std::make_unique<Life>(world_.schedule(), world_.prng(), world_.plan().nodes[number_],
                                 [this] { look_at_view(); });
  if (world_.healed()) life_->machine.heal();
  auto host = node::GroupHost::open({world_.keys()[number_], world_.genesis(), world_.plan().limits}, disk_.open(),
                                    life_->machine, world_.metrics(), Log());
  if (!life_->machine.on()) return;          // the power failed: somebody buries it
  if (!host) {
    if (host.error().code != Code::io) world_.violations().add("restart", "node {}: {}", number_, host.error().text);
    life_.reset();
    return world_.restart_after(number_, 50'000);
  }
  life_->host = std::move(*host);
  life_->service = std::make_unique<node::NodeService>(*life_->host, "node");
  life_->host->start(network());
  look_at_view();
  world_.joins(number_);
}

void Node::power_fails() {
  if (!life_ || !life_->machine.on()) return;
  world_.trace("node {} loses power", number_);
  doom_.reset();
  life_->machine.power_fails();
  disk_.power_fails();
  world_.schedule().after(0, [this] { bury(); });   // it may be in the middle of a turn
}

void Node::bury() {
  world_.leaves(number_);
  const BlockNumber seen = life_->seen;
  life_.reset();
  world_.probes().hit(Probe::lost_writes, disk_.lose_unsynced() > 0);
  world_.probes().hit(Probe::lost_visible_block, disk_.durable().head() < seen);
  world_.restart_after(number_, world_.healed() ? 1'000 : between(world_.prng(), 100, world_.prng().chance(1, 2) ? 20'000 : 600'000));
}

void Node::stop_in_order() {
  if (!up()) return;
  world_.trace("node {} is stopped", number_);
  world_.leaves(number_);
  life_->host->stop();
  if (!life_->machine.on()) return;          // the power failed meanwhile
  look_at_view();
  life_.reset();
  world_.restart_after(number_, between(world_.prng(), 1'000, 300'000));
}

void Node::switch_off() {
  if (life_) life_->machine.power_fails();
  life_.reset();
}

bool Node::passes(Boundary boundary) {
  if (!life_ || !life_->machine.on()) return false;
  if (!doom_ || doom_->boundary != boundary || doom_->countdown-- > 0) return true;
  world_.probes().hit(static_cast<Probe>(static_cast<int>(Probe::crash_before_write) + static_cast<int>(boundary)));
  power_fails();
  return false;
}

void Node::send(NodeNumber to, const node::SharedBytes& message) {
  if (!passes(Boundary::before_send)) return;
  world_.transmit(number_, to, message);
  passes(Boundary::sent);
}

node::Network Node::network() {
  return {[this](const NodeId& to, node::SharedBytes message) {
            for (NodeNumber peer = 0; peer < world_.keys().size(); ++peer)
              if (world_.keys()[peer].public_key == to) send(peer, message);
          },
          [this](node::SharedBytes message) {
            for (NodeNumber peer = 0; peer < world_.keys().size(); ++peer)
              if (peer != number_) send(peer, message);
          },
          [] { return std::vector<NodeId>{}; }};
}

void Node::look_at_view() {
  if (!life_->host || !life_->machine.on()) return;
  const auto view = life_->host->view();
  for (BlockNumber number = life_->seen + 1; number <= view->head().number; ++number) {
    const auto hash = view->header_hash(number);
    if (!hash && hash.error().code == Code::io) return;   // a sector that cannot be read: later
    if (!hash) return world_.violations().add("readable", "node {}, block {}: {}", number_, number, hash.error().text);
    world_.visible(number_, number, *hash);
    life_->seen = number;
  }
}

}  // namespace hanse::whole
