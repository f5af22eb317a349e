// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Episodes of trouble until the plan says that everything heals: partitions, crashes of one, some or all (with restarts,
// and crashes again right after), pauses, clocks that are set wrong by up to a day, a disk that is lost for good.
#pragma once

#include "sim/host.hpp"

namespace hanse::sim {

struct PartitionDue {};
struct PartitionOver {};
struct CrashDue {};
struct RestartDue { std::size_t instance = 0; };
struct CrashAgainDue { std::size_t instance = 0; };
struct PauseDue {};
struct ClockJumpDue {};
struct DiskLostDue {};
struct HealDue {};
using Fault = std::variant<PartitionDue, PartitionOver, CrashDue, RestartDue, CrashAgainDue, PauseDue, ClockJumpDue, DiskLostDue, HealDue>;

class Faults {
 public:
  Faults(World& world, std::uint64_t seed) : world_(world), prng_(seed) {}

  void start();
  void happen(const Fault& fault);
  bool healed() const { return healed_; }
  TimeUs healed_at() const { return healed_at_; }

 private:
  void on(const PartitionDue&);
  void on(const PartitionOver&);
  void on(const CrashDue&);
  void on(const RestartDue& due);
  void on(const CrashAgainDue& due);
  void on(const PauseDue&);
  void on(const ClockJumpDue&);
  void on(const DiskLostDue&);
  void on(const HealDue&);

  void cut(NodeNumber a, NodeNumber b, bool both_ways);
  void crash(std::size_t instance, TimeUs restart_in_max);
  TimeUs somewhen(TimeUs mean) { return static_cast<TimeUs>(prng_.between(1, 2 * static_cast<std::uint64_t>(mean))); }

  World& world_;
  Prng prng_;
  bool healed_ = false;
  TimeUs healed_at_ = 0;
  std::set<View> restarted_views_;               // since the last crash of all
  std::size_t restarted_ = 0;
};

}  // namespace hanse::sim
