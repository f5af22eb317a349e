// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Lanes, their queues and jobs on real threads.
#include "node/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "node/client_jobs.hpp"
#include "node/lane_queue.hpp"

namespace hanse::node {
namespace {

// Adds up what its turns take.
struct Adder {
  explicit Adder(Runtime& runtime, std::size_t size_max = 16) : queue(size_max) {
    queue.start(runtime, LaneKind::group, [this] {
      queue.take_all(items);
      for (const int item : items) sum += item;
      return kUntilWoken;
    });
  }
  std::atomic<int> sum{0};
  std::vector<int> items;
  LaneQueue<int> queue;
};

TEST(Lane, TakesEveryItemOfSeveralThreads) {
  Threads threads;
  Adder adder(threads);
  {
    std::vector<std::jthread> producers;
    for (int producer = 0; producer < 3; ++producer)
      producers.emplace_back([&adder] {
        for (int i = 1; i <= 1000; ++i)
          while (!adder.queue.push(int{i})) std::this_thread::yield();
      });
  }
  adder.queue.stop();
  EXPECT_EQ(adder.sum, 3 * 500'500);
}

TEST(Lane, TakesWhatWaitsWhenItIsStoppedAndNothingAfterwards) {
  Threads threads;
  Adder adder(threads);
  EXPECT_TRUE(adder.queue.push(1));
  adder.queue.stop();
  EXPECT_EQ(adder.sum, 1);
  EXPECT_FALSE(adder.queue.push(2));
  EXPECT_FALSE(adder.queue.push_answer(2));
}

TEST(ClientJobs, ThatTakeLongHoldNothingElseUp) {
  Threads threads;
  const auto jobs = threads.jobs(), clients = threads.client_jobs();
  std::promise<void> open;
  const std::shared_future<void> gate(open.get_future());
  for (int i = 0; i < 100; ++i) clients->post([gate] { gate.wait(); });
  std::promise<void> done;
  jobs->post([&] { done.set_value(); });
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  open.set_value();
}

TEST(ClientJobs, EndWithWhatHasBegun) {
  ClientJobs clients(1);
  std::promise<void> begun, open;
  const std::shared_future<void> gate(open.get_future());
  std::atomic<int> ran = 0;
  const auto reply = std::make_shared<int>();          // held by those that wait
  clients.post([&, gate] { begun.set_value(), gate.wait(), ++ran; });
  begun.get_future().wait();
  for (int i = 0; i < 100; ++i) clients.post([&ran, reply] { ++ran; });
  std::jthread stopping([&] { clients.wait(); });
  while (reply.use_count() > 1) std::this_thread::yield();
  EXPECT_EQ(ran, 0);
  open.set_value();
  stopping.join();
  EXPECT_EQ(ran, 1);
  clients.post([&] { ++ran; });                        // reads go on afterwards
  while (ran == 1) std::this_thread::yield();
}

TEST(Lane, HasAnotherTurnWhenItsTimeCame) {
  Threads threads;
  std::promise<void> third;
  int turns = 0;
  const auto lane = threads.lane(LaneKind::group, [&] {
    if (++turns == 3) third.set_value();
    return turns < 3 ? std::chrono::milliseconds(1) : kUntilWoken;
  });
  lane->wake();
  third.get_future().wait();
  lane->stop();
  EXPECT_EQ(turns, 4) << "stop() takes a last turn";
}

TEST(Lane, StopsWhenItCannotGoOnAndFinishesWhatItCan) {
  Threads threads;
  int steps = 0;
  const auto lane = threads.lane(LaneKind::writer, [&] {
    return ++steps % 5 == 0 ? std::chrono::milliseconds::max() : kAtOnce;
  });
  lane->stop();
  EXPECT_EQ(steps, 5);
}

TEST(LaneQueue, RefusesWhenFullAndLeavesTheItem) {
  Threads threads;
  LaneQueue<std::unique_ptr<int>> queue(1);
  queue.start(threads, LaneKind::group, [] { return kUntilWoken; });
  EXPECT_TRUE(queue.push(std::make_unique<int>(1)));
  EXPECT_TRUE(queue.full());
  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(std::move(second)));
  EXPECT_TRUE(second);
  EXPECT_TRUE(queue.push_answer(std::move(second))) << "an answer goes beyond the bound";
  EXPECT_EQ(queue.size(), 2u);
  queue.stop();
}

TEST(Jobs, AreAllDoneWhenTheirOwnerGoes) {
  Threads threads;
  std::atomic<int> done{0};
  {
    const auto jobs = threads.jobs();
    for (int i = 0; i < 100; ++i) jobs->post([&done] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(Jobs, WaitsForThoseThatJobsAskFor) {
  Threads threads;
  std::atomic<bool> done{false};
  const auto jobs = threads.jobs();
  jobs->post([&] { jobs->post([&] { done = true; }); });
  jobs->wait();
  EXPECT_TRUE(done);
}

TEST(Runtime, CallsEachItemOnce) {
  Threads threads;
  for (const std::size_t count : {0u, 2u, 1000u}) {
    std::vector<std::atomic<int>> calls(count);
    threads.for_each(count, [&](std::size_t i) { ++calls[i]; });
    for (const auto& one : calls) EXPECT_EQ(one, 1);
  }
}

TEST(Runtime, CallsPiecesThatHoldEachItemOnce) {
  Threads threads;
  for (const auto& [count, pieces_wanted] : {std::pair{0, 0}, {1, 1}, {3, 1}, {4, 1}, {8, 1}, {9, 2}, {17, 2}, {64, 2}, {65, 3}, {256, 8}}) {
    std::vector<std::atomic<int>> calls(static_cast<std::size_t>(count));
    std::atomic<int> pieces = 0;
    threads.for_each_piece(calls.size(), 8, 32, [&](std::size_t first, std::size_t end) {
      ++pieces;
      for (std::size_t i = first; i < end; ++i) ++calls[i];
    });
    EXPECT_EQ(pieces, pieces_wanted) << count;
    for (const auto& one : calls) EXPECT_EQ(one, 1) << count;
  }
}

}  // namespace
}  // namespace hanse::node
