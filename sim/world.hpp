// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// One seed's whole run in one thread: a virtual clock, a queue of what happens next, the hosts, the network between them,
// the clients, the faults, and the checkers that look at every step. The order of everything follows from the seed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/byzantine.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/clock.hpp"
#include "sim/faults.hpp"
#include "sim/host.hpp"
#include "sim/network.hpp"
#include "sim/plan.hpp"
#include "sim/probes.hpp"
#include "sim/run_result.hpp"
#include "sim/workload.hpp"

namespace hanse::sim {

class World {
 public:
  World(Plan plan, TraceSink sink);
  RunResult run();

  // For those who live here:
  const Plan& plan() const { return plan_; }
  const KeyRing& keys() const { return keys_; }
  const pbft::GroupName& group_name() const { return checkers_.known().group_name(); }
  const std::shared_ptr<const Outcome>& genesis() const { return genesis_; }
  Prng& prng() { return prng_; }
  Probes& probes() { return probes_; }
  Checkers& checkers() { return checkers_; }
  Network& network() { return network_; }
  const std::vector<std::unique_ptr<Host>>& hosts() const { return hosts_; }
  Byzantine* byzantine(std::size_t instance) { return byzantine_[instance].get(); }
  bool stopped() const { return checkers_.violation().has_value(); }
  bool healed() const { return faults_.healed(); }

  TimeUs now() const { return now_; }
  Clock& clock(NodeNumber node) { return clocks_[node]; }
  TimeUs between(TimeUs low, TimeUs high) { return static_cast<TimeUs>(prng_.between(static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high))); }
  TimeUs slowness(NodeNumber node) const { return healed() ? 1 : plan_.nodes[node].slowness; }
  TimeUs disk_slowness(NodeNumber node) const { return healed() ? 1 : plan_.nodes[node].slowness * plan_.nodes[node].disk_slowness; }
  void after(const Host& host, TimeUs delay, Happening what);
  void fault_after(TimeUs delay, Fault fault);

  void transmit(Host& from, NodeNumber to, WirePtr wire);          // through the actor, if `from` misbehaves
  void network_send(const Host& from, NodeNumber to, const WirePtr& wire);
  void boot(std::size_t instance);
  void crash(std::size_t instance);
  void pause(std::size_t instance, TimeUs time);
  void lose_disk(std::size_t instance);
  void on_appended(const Host& host, BlockNumber number);

  bool tracing() const { return static_cast<bool>(sink_); }
  void trace(const std::string& text);

 private:
  struct ClientDue {};
  struct LastDue {};
  using What = std::variant<Happening, Fault, ClientDue, LastDue>;
  struct Due {
    TimeUs at = 0;
    std::uint64_t order = 0;
    std::size_t instance = 0;
    std::uint64_t life = 0;                      // 0: any
    What what;
  };
  struct Place { TimeUs at; std::uint64_t order; std::uint32_t slot; };   // small, since the heap moves them often
  static bool later(const Place& a, const Place& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }

  void push(TimeUs at, std::size_t instance, std::uint64_t life, What what);
  void push(Due due);
  Due pop();
  void happen(Due& due);
  void happen_at_host(Due& due, const Happening& what);
  void mix(const Due& due);
  void trace_happening(const Due& due, const Happening& what);
  bool hears(const Host& twin, NodeNumber other) const;
  void submit_last();
  std::string where_everybody_is() const;
  bool level() const;                            // everybody honest at one number, the last transactions run

  const Plan plan_;
  TraceSink sink_;
  KeyRing keys_;
  std::shared_ptr<const Outcome> genesis_;
  Prng prng_;
  Probes probes_;
  Checkers checkers_;
  Network network_;
  Faults faults_;
  Workload workload_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Byzantine>> byzantine_;
  std::vector<Clock> clocks_;                    // of the nodes
  std::vector<TimeUs> paused_until_;
  std::vector<Place> queue_;                     // a heap by later()
  std::vector<Due> dues_;                        // at the slots of those; the other slots are free
  std::vector<std::uint32_t> free_;
  TimeUs now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  Checksum trace_hash_{1};
  std::set<BlockNumber> appended_somewhere_;
};

}  // namespace hanse::sim
