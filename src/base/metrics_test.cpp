// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/metrics.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace hanse {
namespace {

TEST(Registry, RendersPrometheusText) {
  Registry registry;
  registry.counter("hanse_blocks_total", "Blocks decided.", {{"group", "group0"}}).add(3);
  registry.gauge("hanse_pool_size", "Transactions that wait.").set(2.5);
  Histogram& seconds = registry.histogram("hanse_commit_seconds", "From proposal to commit.",
                                          std::vector<double>{0.01, 1}, {{"group", "group0"}});
  seconds.observe(0.01);
  seconds.observe(0.5);
  seconds.observe(7);
  EXPECT_EQ(registry.render(),
            "# HELP hanse_blocks_total Blocks decided.\n"
            "# TYPE hanse_blocks_total counter\n"
            "hanse_blocks_total{group=\"group0\"} 3\n"
            "# HELP hanse_commit_seconds From proposal to commit.\n"
            "# TYPE hanse_commit_seconds histogram\n"
            "hanse_commit_seconds_bucket{group=\"group0\",le=\"0.01\"} 1\n"
            "hanse_commit_seconds_bucket{group=\"group0\",le=\"1\"} 2\n"
            "hanse_commit_seconds_bucket{group=\"group0\",le=\"+Inf\"} 3\n"
            "hanse_commit_seconds_sum{group=\"group0\"} 7.51\n"
            "hanse_commit_seconds_count{group=\"group0\"} 3\n"
            "# HELP hanse_pool_size Transactions that wait.\n"
            "# TYPE hanse_pool_size gauge\n"
            "hanse_pool_size 2.5\n");
}

TEST(Registry, GivesTheSameSeriesForTheSameNameAndLabels) {
  Registry registry;
  Counter& first = registry.counter("a_total", "A.", {{"group", "g0"}});
  EXPECT_EQ(&first, &registry.counter("a_total", "A.", {{"group", "g0"}}));
  EXPECT_NE(&first, &registry.counter("a_total", "A.", {{"group", "g1"}}));
}

TEST(Registry, EscapesLabelValues) {
  Registry registry;
  registry.counter("a_total", "A.", {{"path", "x\"y\\z\n"}}).add();
  EXPECT_NE(registry.render().find("a_total{path=\"x\\\"y\\\\z\\n\"} 1"), std::string::npos);
}

TEST(Registry, KeepsEachGroupApart) {
  Registry one, other;
  one.counter("a_total", "A.").add();
  EXPECT_EQ(other.render(), "");
}

TEST(Counter, CountsFromSeveralThreads) {
  Counter counter;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&counter] { for (int n = 0; n < 1000; ++n) counter.add(); });
  }
  EXPECT_EQ(counter.value(), 4000u);
}

}  // namespace
}  // namespace hanse
