// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace hanse {
namespace {

TEST(BoundedQueue, RefusesWhenFullAndLeavesTheItem) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(std::move(second)));
  EXPECT_TRUE(second);
}

TEST(BoundedQueue, GivesEverythingInOrder) {
  BoundedQueue<int> queue(8);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.push(int{i}));
  std::vector<int> items{99};
  EXPECT_TRUE(queue.pop_all(items));
  EXPECT_EQ(items, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(queue.size(), 0u);
}

TEST(BoundedQueue, AcceptsAnswersBeyondItsBound) {
  BoundedQueue<int> queue(1);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push_answer(2));
  EXPECT_FALSE(queue.push(3));
  EXPECT_EQ(queue.size(), 2u);
}

TEST(BoundedQueue, GivesUpWaitingWhenNothingComes) {
  BoundedQueue<int> queue(1);
  std::vector<int> items{99};
  EXPECT_TRUE(queue.pop_all_for(items, std::chrono::milliseconds(1)));
  EXPECT_TRUE(items.empty());
}

TEST(BoundedQueue, GivesWhatWaitsAfterItWasClosedAndThenEnds) {
  BoundedQueue<int> queue(4);
  EXPECT_TRUE(queue.push(1));
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_FALSE(queue.push_answer(2));
  std::vector<int> items;
  EXPECT_TRUE(queue.pop_all(items));
  EXPECT_EQ(items.size(), 1u);
  EXPECT_FALSE(queue.pop_all(items));
}

TEST(BoundedQueue, CarriesEveryItemFromSeveralThreads) {
  BoundedQueue<int> queue(16);
  std::vector<std::jthread> producers;
  for (int producer = 0; producer < 3; ++producer)
    producers.emplace_back([&queue] {
      for (int i = 1; i <= 1000; ++i)
        while (!queue.push(int{i})) std::this_thread::yield();
    });
  long sum = 0;
  std::size_t count = 0;
  std::vector<int> items;
  while (count < 3000 && queue.pop_all(items)) {
    count += items.size();
    for (const int item : items) sum += item;
  }
  EXPECT_EQ(sum, 3 * 500'500);
}

}  // namespace
}  // namespace hanse
