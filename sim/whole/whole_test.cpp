// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The simulated disk below real group hosts, and runs of whole chains.
#include <gtest/gtest.h>

#include "base/plant.hpp"
#include "sim/whole/runner.hpp"

namespace hanse::whole {
namespace {

kv::WriteBatch put(std::uint8_t key, std::uint8_t value) {
  kv::WriteBatch batch;
  batch.put({key}, {value});
  return batch;
}
std::optional<Bytes> value_of(const Disk& disk, std::uint8_t key) { return disk.rows().get(Bytes{key}).value(); }

struct Fixture {
  Prng prng{1};
  bool power = true;
  Boundary fails_at = Boundary::sent;
  Disk disk{prng, [this](Boundary boundary) { return power && boundary != fails_at; }};
  std::unique_ptr<kv::KvStore> store = disk.open();
};

TEST(WholeDisk, KeepsWhatWasSyncedAndLosesTheRestFromSomeBatchOn) {
  std::set<std::size_t> kept;
  for (int round = 0; round < 50; ++round) {
    Fixture fixture;
    fixture.prng = Prng(static_cast<std::uint64_t>(round));
    ASSERT_TRUE(fixture.store->write(put(0, 1), true));
    for (std::uint8_t key = 1; key <= 3; ++key) ASSERT_TRUE(fixture.store->write(put(key, 1), false));
    fixture.disk.power_fails();
    EXPECT_FALSE(fixture.store->write(put(9, 1), true));
    fixture.disk.lose_unsynced();
    EXPECT_TRUE(value_of(fixture.disk, 0));
    EXPECT_FALSE(value_of(fixture.disk, 9));
    std::size_t count = 0;
    while (count < 3 && value_of(fixture.disk, static_cast<std::uint8_t>(count + 1))) ++count;
    for (std::size_t key = count + 1; key <= 3; ++key) EXPECT_FALSE(value_of(fixture.disk, static_cast<std::uint8_t>(key)));
    kept.insert(count);
  }
  EXPECT_EQ(kept, (std::set<std::size_t>{0, 1, 2, 3}));
}

TEST(WholeDisk, ASyncCoversEveryEarlierBatch) {
  Fixture fixture;
  ASSERT_TRUE(fixture.store->write(put(1, 1), false));
  ASSERT_TRUE(fixture.store->write({}, true));
  fixture.disk.power_fails();
  EXPECT_EQ(fixture.disk.lose_unsynced(), 0u);
  EXPECT_EQ(value_of(fixture.disk, 1), Bytes{1});
}

TEST(WholeDisk, AFullDiskRefusesAndShowsNothingOfIt) {
  Fixture fixture;
  fixture.disk.set_trouble({.refuse_permille = 1000});
  EXPECT_EQ(fixture.store->write(put(1, 1), true).error().code, Code::io);
  EXPECT_FALSE(value_of(fixture.disk, 1));
  fixture.disk.set_trouble({});
  EXPECT_TRUE(fixture.store->write(put(1, 1), true));
}

TEST(WholeDisk, ThePowerFailsBetweenAWriteAndItsSync) {
  Fixture fixture;
  fixture.fails_at = Boundary::written;
  EXPECT_FALSE(fixture.store->write(put(1, 1), true));
  EXPECT_TRUE(value_of(fixture.disk, 1)) << "written, and not yet durable";
}

TEST(WholeChain, TheSameSeedGoesTheSameWay) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Probes first, second;
    const sim::RunResult one = run_seed(seed, {}, first), other = run_seed(seed, {}, second);
    ASSERT_FALSE(one.violation) << one.violation->text;
    EXPECT_EQ(one.trace_hash, other.trace_hash);
    EXPECT_EQ(first.counts, second.counts);
    EXPECT_GT(one.blocks, 0);
  }
}

TEST(WholeChain, AnAnswerBeforeTheDecisionIsSeen) {
  plant::selected = plant::Name::told_at_execution;
  const Report report = run_seeds({.count = 50, .threads = 1});
  plant::selected = plant::Name::none;
  ASSERT_TRUE(report.failure);
  EXPECT_EQ(report.failure->violation->invariant, "told when decided");
}

}  // namespace
}  // namespace hanse::whole
