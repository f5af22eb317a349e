// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/whole/world.hpp"

#include "base/hex.hpp"
#include "node/group_metrics.hpp"

namespace hanse::whole {
namespace {

constexpr TimeUs kHealingMax = 30'000'000;
constexpr std::uint64_t kStepsMax = 5'000'000;

KeyPair node_key(Suite suite, NodeNumber number) {
  SecretKey secret;
  secret.bytes[31] = static_cast<std::uint8_t>(number + 1);
  return *KeyPair::from_secret(suite, secret);
}

Genesis genesis_of(const Plan& plan, const std::vector<KeyPair>& keys) {
  Genesis genesis;
  genesis.config = plan.config;
  genesis.timestamp_ms = Machine::kEpochMs - 100'000;
  for (std::size_t i = 0; i < keys.size(); ++i) genesis.config.sealers.push_back({keys[i].public_key, plan.weights[i]});
  return genesis;
}

std::vector<KeyPair> keys_of(const Plan& plan) {
  std::vector<KeyPair> keys;
  for (NodeNumber node = 0; node < plan.nodes.size(); ++node) keys.push_back(node_key(plan.config.suite, node));
  return keys;
}

}  // namespace

World::World(Plan plan, sim::TraceSink sink)
    : plan_(std::move(plan)), sink_(std::move(sink)), keys_(keys_of(plan_)), genesis_(genesis_of(plan_, keys_)),
      prng_(plan_.seed ^ 0x5eed), chain_(genesis_, violations_, probes_),
      votes_({plan_.config.suite, plan_.config.chain_id, plan_.config.group_id}, violations_), links_(plan_.network),
      clients_(*this) {
  for (const Address& address : clients_.addresses()) genesis_.balances[address] = U256(1'000'000'000'000'000);
  CHECK(check_config(genesis_.config).has_value());
  for (NodeNumber node = 0; node < keys_.size(); ++node) nodes_.push_back(std::make_unique<Node>(*this, node));
}

World::~World() {
  for (const auto& node : nodes_) node->switch_off();   // what they have in hand must not reach the rest, which goes now
}

sim::RunResult World::run() {
  trace("{}", plan_.describe());
  for (NodeNumber node = 0; node < nodes_.size(); ++node) restart_after(node, between(prng_, 0, 20'000));
  start_faults();
  clients_.start();
  while (!violations_.first() && !(healed_ && level())) {
    schedule_.happen_next();
    if (healed_ && schedule_.now() > healed_at_ + kHealingMax)
      violations_.add("progress", "{} ms after everything healed: {}", kHealingMax / 1'000, where_everybody_is());
    if (schedule_.steps() > kStepsMax) violations_.add("progress", "{} steps", kStepsMax);
  }
  sim::RunResult result{plan_.seed, {}, schedule_.trace_hash(), schedule_.steps()};
  result.healing_time = schedule_.now() - healed_at_;
  if (!violations_.first()) finish();
  result.violation = violations_.first();
  if (!chain_.blocks().empty()) result.blocks = chain_.blocks().rbegin()->first;
  return result;
}

void World::finish() {
  std::vector<ChainWatch::Holder> holders;
  for (const auto& node : nodes_) {
    holders.push_back({node->host().view(), &node->disk().rows()});
    probes_.hit(Probe::write_refused, node->disk().refused());
  }
  probes_.hit(Probe::block_in_parts, node::GroupMetrics(metrics_, genesis_.config.group_id).blocks_in_parts.value());
  chain_.at_end(holders);
}

// ---- nodes come and go ----
void World::restart_after(NodeNumber node, TimeUs delay) {
  schedule_.after(delay, [this, node] {
    if (!nodes_[node]->has_life()) nodes_[node]->boot();
  });
}

void World::joins(NodeNumber node) {
  for (NodeNumber other = 0; other < nodes_.size(); ++other)
    if (other != node && nodes_[other]->up()) connect_after(node, other, between(prng_, 500, 20'000));
}

void World::connect_after(NodeNumber a, NodeNumber b, TimeUs delay) {
  schedule_.after(delay, [this, a, b, life_a = nodes_[a]->life(), life_b = nodes_[b]->life()] {
    if (!nodes_[a]->up() || !nodes_[b]->up() || nodes_[a]->life() != life_a || nodes_[b]->life() != life_b) return;
    if (links_.are_connected(a, b)) return;
    if (links_.is_cut(a, b)) return connect_after(a, b, 50'000);
    links_.connect(a, b);
    nodes_[a]->host().on_peer(keys_[b].public_key, true);
    nodes_[b]->host().on_peer(keys_[a].public_key, true);
  });
}

void World::leaves(NodeNumber node) {
  for (NodeNumber other = 0; other < nodes_.size(); ++other)
    if (other != node && links_.disconnect(node, other) && nodes_[other]->up())
      nodes_[other]->host().on_peer(keys_[node].public_key, false);
}

// ---- messages ----
void World::transmit(NodeNumber from, NodeNumber to, const node::SharedBytes& message) {
  watch_votes(from, message);
  for (const TimeUs delay : links_.arrivals(prng_, from, to))
    schedule_.after(delay, [this, from, to, message] {
      if (!links_.are_connected(from, to) || !nodes_[to]->up()) return;
      nodes_[to]->host().on_message(keys_[from].public_key, *message);
    });
}

void World::watch_votes(NodeNumber from, const node::SharedBytes& message) {
  if (message == watched_ && from == watched_from_) return;
  watched_ = message, watched_from_ = from;
  schedule_.mix(sim::Checksum(from).add(BytesView(*message)).word());
  const auto envelope = node::decode_envelope(*message);
  if (!envelope) return violations_.add("well formed", "node {} sends what does not decode: {}", from, envelope.error().text);
  if (const auto* vote = std::get_if<node::SignedVote>(&*envelope)) {
    if (sink_) trace("node {} sends {}", from, vote_text(vote->message));
    votes_.leaves(from, vote->message, nodes_[from]->disk().durable());
  } else if (const auto* peer = std::get_if<group::PeerMessage>(&*envelope)) {
    if (std::holds_alternative<group::BlockReply>(*peer)) probes_.hit(Probe::served_blocks);
  }
}

void World::visible(NodeNumber node, BlockNumber number, const Hash& header) {
  trace("node {} shows block {} {}", node, number, to_hex(header).substr(0, 8));
  schedule_.mix(static_cast<std::uint64_t>(number));
  chain_.shown(node, number, header);
}

// ---- the end ----
bool World::level() const {
  if (clients_.still_waiting()) return false;
  BlockNumber number = -1;
  for (const auto& node : nodes_) {
    if (!node->up()) return false;
    const BlockNumber head = node->disk().durable().head();
    if (head != (number < 0 ? head : number) || node->host().view()->head().number != head) return false;
    number = head;
  }
  return chain_.blocks().empty() || chain_.blocks().rbegin()->first == number;
}

std::string World::where_everybody_is() const {
  std::string out = clients_.still_waiting().value_or("nobody") + " waits";
  for (const auto& node : nodes_) {
    if (!node->up()) {
      out += fmt::format("; {} is down", node->number());
      continue;
    }
    const auto status = node->host().status();
    out += fmt::format("; {} shows {}, has decided {}, view {}{}, {} in the pool{}{}{}", node->number(),
                       node->host().view()->head().number, status.core.decided, status.core.view,
                       status.core.in_view ? "" : " asked for", status.core.pending, status.core.syncing ? ", syncs" : "",
                       status.core.halted ? ", halted: " + status.core.halt_reason : "", status.disk_trouble);
  }
  return out;
}

}  // namespace hanse::whole
