// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/workload.hpp"

#include "sim/world.hpp"

namespace hanse::sim {

TimeUs Workload::next_in() {
  const auto interval = static_cast<std::uint64_t>(std::max<TimeUs>(world_.plan().load.interval, 1'000));
  return static_cast<TimeUs>(prng_.between(0, 2 * interval));
}

void Workload::act() {
  limit_ = world_.plan().load.transactions;
  ++issued_;
  const LoadPlan& load = world_.plan().load;
  if (prng_.chance(1, 4)) read();
  if (!sent_.empty() && prng_.below(100) < static_cast<std::uint64_t>(load.repeat_percent))
    return submit(sent_[prng_.below(sent_.size())]);
  ModelTransaction tx = draw();
  if (prng_.below(100) < static_cast<std::uint64_t>(load.invalid_percent)) tx.signature ^= 1;
  else sent_.push_back(tx);
  submit(tx);
  if (prng_.below(100) < static_cast<std::uint64_t>(load.repeat_percent)) submit(tx);
}

ModelTransaction Workload::draw() {
  const LoadPlan& load = world_.plan().load;
  const auto from = static_cast<std::uint8_t>(prng_.below(kLoadAccounts));
  ModelTransaction tx = prng_.chance(1, 2) ? web3(from) : native(from);
  const Knowledge& known = world_.checkers().known();
  const Epoch epoch = known.reference(known.reference_head()).state.epoch;
  if (load.reconfigure_every > 0 && issued_ % load.reconfigure_every == 0 && epoch + 1 < world_.plan().configs.size()) {
    tx = native(from);
    tx.operation = Operation::reconfigure;
    tx.target = epoch + 1;
  }
  seal_transaction(tx);
  return tx;
}

ModelTransaction Workload::web3(std::uint8_t from) {
  ModelTransaction tx{TransactionKind::web3, Operation::transfer, from,
                      static_cast<std::uint8_t>(prng_.below(kLoadAccounts))};
  const Knowledge& known = world_.checkers().known();
  const std::uint64_t account_nonce = known.reference(known.reference_head()).state.accounts[from].nonce;
  if (prng_.chance(1, 3)) tx.nonce = account_nonce + prng_.below(2);  // fills the gap that a lost one left, or competes
  else tx.nonce = nonces_[from] = std::max(nonces_[from] + 1, account_nonce);
  tx.gas = prng_.between(20, 140);
  tx.gas_limit = tx.gas + prng_.below(10);
  tx.amount = prng_.below(60);
  return tx;
}

ModelTransaction Workload::native(std::uint8_t from) {
  ModelTransaction tx = web3(from);
  tx.kind = TransactionKind::native;
  tx.nonce = prng_.chance(1, 12) ? std::max<std::uint64_t>(native_nonce_, 4) - prng_.below(3) : ++native_nonce_;
  const GroupConfig& config = *world_.plan().configs.front();
  tx.block_limit =
      world_.checkers().known().reference_head() + static_cast<BlockNumber>(prng_.between(1, config.block_limit_span));
  return tx;
}

void Workload::submit(const ModelTransaction& tx) {
  const auto& hosts = world_.hosts();
  const Host& host = *hosts[prng_.below(hosts.size())];
  if (host.up()) world_.after(host, 0, Submitted{tx});
}

void Workload::read() {
  const auto& hosts = world_.hosts();
  const Host& host = *hosts[prng_.below(hosts.size())];
  if (host.up() && host.honest()) world_.checkers().on_read(host, *host.read_state());
}

void Workload::submit_last(const Host& host) {
  auto [at, first] = last_.try_emplace(host.node());
  if (first) {
    ModelTransaction& tx = at->second;
    tx.from = tx.to = static_cast<std::uint8_t>(kLoadAccounts + host.node());
    tx.gas = tx.gas_limit = 21;
    seal_transaction(tx);
  }
  world_.after(host, 0, Submitted{at->second});
}

bool Workload::last_are_run() const {
  const Knowledge& known = world_.checkers().known();
  for (const auto& [node, tx] : last_)
    if (known.reference(known.reference_head()).state.accounts[tx.from].nonce == 0) return false;
  return true;
}

}  // namespace hanse::sim
