// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/plant.hpp"
#include "sim/mutate.hpp"

namespace hanse::sim {
namespace {

TEST(Runner, OneSeedIsOneTrace) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<std::string> once, again;
    const auto first = run_seed(seed, std::nullopt, Mood::everything, [&](const std::string& line) { once.push_back(line); }, nullptr);
    const auto second = run_seed(seed, std::nullopt, Mood::everything, [&](const std::string& line) { again.push_back(line); }, nullptr);
    EXPECT_EQ(first.trace_hash, second.trace_hash) << seed;
    EXPECT_EQ(once, again) << seed;
    EXPECT_EQ(run_seed(seed, std::nullopt, Mood::everything, nullptr, nullptr).trace_hash, first.trace_hash) << seed;  // watched or not
  }
}

TEST(Runner, SeedsDiffer) {
  EXPECT_NE(run_seed(1, 4, Mood::everything, nullptr, nullptr).trace_hash, run_seed(2, 4, Mood::everything, nullptr, nullptr).trace_hash);
}

TEST(Runner, SaysHowToReplay) {
  EXPECT_EQ(replay_command(7, 4, Mood::everything, "small_quorum"), "hanse-sim --seed 7 --trace --nodes 4 --plant small_quorum");
  EXPECT_EQ(replay_command(7, std::nullopt, Mood::everything, ""), "hanse-sim --seed 7 --trace");
  EXPECT_EQ(replay_command(7, std::nullopt, Mood::byzantine, ""), "hanse-sim --seed 7 --trace --byzantine-only");
}

TEST(Plan, ToleratesWhoMisbehavesOrLosesItsDiskInEveryEpoch) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const Plan plan = draw_plan(seed, std::nullopt, seed % 4 == 0 ? Mood::byzantine : Mood::everything);
    for (const auto& config : plan.configs) {
      Weight total = 0, faulty = 0;
      for (const Sealer& sealer : config->sealers) {
        const NodePlan& node = plan.nodes[sealer.node.bytes[63]];
        total += sealer.weight;
        if (node.byzantine || node.away()) faulty += sealer.weight;
      }
      ASSERT_GT(total, 0u) << seed;
      EXPECT_LE(faulty, (total - 1) / 3) << seed;
    }
  }
}

TEST(Plan, ByzantineOnlyMeansThatSomebodyMisbehavesOnGoodMachines) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const Plan plan = draw_plan(seed, std::nullopt, Mood::byzantine);
    const bool tries = std::ranges::any_of(
        plan.nodes, [](const NodePlan& node) { return node.byzantine && (node.twin || node.has(Trait::mutates)); });
    EXPECT_TRUE(tries) << seed;
    EXPECT_EQ(plan.faults.crash_every, 0) << seed;
  }
}

TEST(Mutate, ChangesEveryFieldOfAMessageSometimes) {
  Prng prng(3);
  const pbft::Commit commit{1, 2, 3, Checksum(1).hash(), Checksum(2).hash()};
  bool epoch = false, view = false, number = false, proposal = false, header = false;
  for (int round = 0; round < 200; ++round) {
    pbft::Message message = commit;
    EXPECT_TRUE(mutate(message, prng).starts_with("Commit.")) << round;
    const auto& changed = std::get<pbft::Commit>(message);
    epoch |= changed.epoch != commit.epoch, view |= changed.view != commit.view,
        number |= changed.number != commit.number;
    proposal |= changed.proposal != commit.proposal, header |= changed.header != commit.header;
  }
  EXPECT_TRUE(epoch && view && number && proposal && header);
}

TEST(Mutate, KnowsTheFieldsInsideEveryMessage) {
  const auto paths = mutable_paths();
  EXPECT_EQ(std::set<std::string>(paths.begin(), paths.end()).size(), paths.size());
  for (const char* path : {"PrePrepare.proposal.head.time_ms", "ViewChange.list.claims.*.proposal",
                           "NewView.proofs.*.prepared.signatures.*.signature", "SyncStatus.number",
                           "BlockReply.blocks.*.certificate.header", "Bodies.transactions.*.bytes"})
    EXPECT_NE(std::ranges::find(paths, path), paths.end()) << path;
}

}  // namespace
}  // namespace hanse::sim
