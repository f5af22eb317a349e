// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The clients: transfers by web3 and native transactions, some to several nodes, some again much later, some invalid or
// with a nonce that is taken; now and then one that changes the configuration; reads. After the faults one last
// transaction for each honest node, from an account of its own, which must be decided in time.
#pragma once

#include <vector>

#include "sim/host.hpp"

namespace hanse::sim {

class Workload {
 public:
  Workload(World& world, std::uint64_t seed) : world_(world), prng_(seed) {}

  void act();                                    // one client does one thing
  bool finished() const { return issued_ >= limit_; }
  TimeUs next_in();
  void submit_last(const Host& host);            // again and again until it is run
  bool last_are_run() const;

 private:
  ModelTransaction draw();
  ModelTransaction web3(std::uint8_t from);
  ModelTransaction native(std::uint8_t from);
  void submit(const ModelTransaction& tx);
  void read();

  static constexpr std::uint8_t kLoadAccounts = 14;

  World& world_;
  Prng prng_;
  int issued_ = 0;
  int limit_ = 0;
  std::array<std::uint64_t, kAccounts> nonces_{};
  std::uint64_t native_nonce_ = 1;
  std::vector<ModelTransaction> sent_;
  std::map<NodeNumber, ModelTransaction> last_;
};

}  // namespace hanse::sim
