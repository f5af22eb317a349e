// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/runner.hpp"

#include <gtest/gtest.h>

#include "base/plant.hpp"
#include "sim/mutate.hpp"

namespace hanse::sim {
namespace {

TEST(Runner, OneSeedIsOneTrace) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<std::string> once, again;
    const auto first = run_seed(seed, std::nullopt, [&](const std::string& line) { once.push_back(line); }, nullptr);
    const auto second = run_seed(seed, std::nullopt, [&](const std::string& line) { again.push_back(line); }, nullptr);
    EXPECT_EQ(first.trace_hash, second.trace_hash) << seed;
    EXPECT_EQ(once, again) << seed;
    EXPECT_EQ(run_seed(seed, std::nullopt, nullptr, nullptr).trace_hash, first.trace_hash) << seed;  // watched or not
  }
}

TEST(Runner, SeedsDiffer) {
  EXPECT_NE(run_seed(1, 4, nullptr, nullptr).trace_hash, run_seed(2, 4, nullptr, nullptr).trace_hash);
}

TEST(Runner, SaysHowToReplay) {
  EXPECT_EQ(replay_command(7, 4, "small_quorum"), "hanse-sim --seed 7 --trace --nodes 4 --plant small_quorum");
  EXPECT_EQ(replay_command(7, std::nullopt, ""), "hanse-sim --seed 7 --trace");
}

TEST(Plan, ToleratesItsMisbehavingSealersInEveryEpoch) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const Plan plan = draw_plan(seed, std::nullopt);
    for (const auto& config : plan.configs) {
      Weight total = 0, byzantine = 0;
      for (const Sealer& sealer : config->sealers) {
        total += sealer.weight;
        if (plan.nodes[sealer.node.bytes[63]].byzantine) byzantine += sealer.weight;
      }
      ASSERT_GT(total, 0u) << seed;
      EXPECT_LE(byzantine, (total - 1) / 3) << seed;
    }
  }
}

TEST(Mutate, ChangesEveryFieldOfAMessageSometimes) {
  Prng prng(3);
  const pbft::Commit commit{1, 2, 3, Checksum(1).hash(), Checksum(2).hash()};
  bool epoch = false, view = false, number = false, proposal = false, header = false;
  for (int round = 0; round < 200; ++round) {
    pbft::Message message = commit;
    mutate(message, prng);
    const auto& changed = std::get<pbft::Commit>(message);
    epoch |= changed.epoch != commit.epoch, view |= changed.view != commit.view,
        number |= changed.number != commit.number;
    proposal |= changed.proposal != commit.proposal, header |= changed.header != commit.header;
  }
  EXPECT_TRUE(epoch && view && number && proposal && header);
}

}  // namespace
}  // namespace hanse::sim
