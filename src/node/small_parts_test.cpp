// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The values that a group host is made of.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <future>
#include <thread>

#include "node/body_store.hpp"
#include "node/door.hpp"
#include "node/header_signatures.hpp"
#include "node/held_sends.hpp"
#include "node/node_clock.hpp"

namespace hanse::node {
namespace {

struct Sent {
  HeldSends<int> held;
  std::vector<int> left;
  void send(int item) { held.send(item, [this](int one) { left.push_back(one); }); }
  void durable(std::uint64_t ticket) { held.durable_up_to(ticket, [this](int one) { left.push_back(one); }); }
};

TEST(HeldSends, LeaveAtOnceWhenNothingIsBeingWritten) {
  Sent sent;
  sent.send(1);
  EXPECT_EQ(sent.left, std::vector{1});
}

TEST(HeldSends, WaitForEveryWriteBeforeThem) {
  Sent sent;
  EXPECT_EQ(sent.held.next_ticket(), 1u);
  sent.send(1);
  EXPECT_EQ(sent.held.next_ticket(), 2u);
  sent.send(2);
  EXPECT_TRUE(sent.left.empty());
  sent.durable(1);
  EXPECT_EQ(sent.left, std::vector{1});
  sent.durable(2);
  EXPECT_EQ(sent.left, (std::vector{1, 2}));
  sent.send(3);
  EXPECT_EQ(sent.left, (std::vector{1, 2, 3}));
}

TEST(HeldSends, KeepTheirOrderWhenOneSyncCoversSeveralWrites) {
  Sent sent;
  for (int i = 1; i <= 3; ++i) {
    sent.held.next_ticket();
    sent.send(i);
    sent.send(i * 10);
  }
  sent.durable(3);
  EXPECT_EQ(sent.left, (std::vector{1, 10, 2, 20, 3, 30}));
}

Body body(std::uint8_t name, std::size_t size = 100, bool native = false) {
  Transaction tx;
  tx.identity.bytes[0] = name;
  tx.hash = tx.identity;
  if (native) tx.hash.bytes[1] = 1;
  tx.encoded = Bytes(size);
  return std::make_shared<const Transaction>(std::move(tx));
}
void add(BodyStore& store, const Body& one) { store.add({&one, 1}); }
void stored(BodyStore& store, const Body& one) { store.stored({&one, 1}); }

TEST(BodyStore, FindsByIdentityAndByTheHashOfClients) {
  BodyStore store(1 << 20);
  const Body native = body(1, 100, true), web3 = body(2);
  add(store, native);
  add(store, web3);
  EXPECT_EQ(store.find(native->identity), native);
  EXPECT_EQ(store.find_by_hash(native->hash), native);
  EXPECT_EQ(store.find(native->hash), nullptr);
  EXPECT_EQ(store.find_by_hash(web3->hash), web3);
  const Hash all[] = {web3->identity, native->hash, native->identity};
  EXPECT_EQ(store.find_all(all), (std::vector{web3, native}));
}

TEST(BodyStore, WhatThePoolDropsIsGone) {
  BodyStore store(1 << 20);
  const Body native = body(1, 100, true);
  add(store, native);
  EXPECT_GT(store.memory().waiting, 100u);
  store.drop({&native->identity, 1});
  EXPECT_EQ(store.size(), 0u);
  EXPECT_EQ(store.memory().waiting, 0u);
  EXPECT_EQ(store.find_by_hash(native->hash), nullptr);
}

TEST(BodyStore, StoredBodiesGiveWayToNewerOnes) {
  BodyStore one(SIZE_MAX);
  add(one, body(1, 1000));
  const std::size_t each = one.memory().waiting;
  EXPECT_GT(each, sizeof(Transaction) + 1000);
  BodyStore store(3 * each);
  std::vector<Body> all;
  for (std::uint8_t i = 0; i < 5; ++i) add(store, all.emplace_back(body(i, 1000)));
  for (const Body& body : all) stored(store, body);
  EXPECT_EQ(store.size(), 3u);
  EXPECT_EQ(store.find(all[1]->identity), nullptr);
  EXPECT_EQ(store.find(all[2]->identity), all[2]);
  EXPECT_EQ(store.memory().spare, 3 * each);
  EXPECT_EQ(store.memory().waiting, 0u);
}

TEST(BodyStore, CountsWhatABodyTakesNotWhatItTookOnTheWire) {
  Transaction tx;
  tx.encoded = Bytes(100);
  tx.access_list = {{.slots = std::vector<Hash>(1'000)}};
  BodyStore store(1 << 20);
  add(store, std::make_shared<const Transaction>(std::move(tx)));
  EXPECT_GT(store.memory().waiting, 32'000u);
}

TEST(BodyStore, WaitingBodiesStayHoweverManyAreStored) {
  BodyStore store(1);
  const Body waiting = body(1), fetched = body(2);
  add(store, waiting);
  store.add_spare({&fetched, 1});
  EXPECT_EQ(store.find(waiting->identity), waiting);
  EXPECT_EQ(store.find(fetched->identity), nullptr);
}

TEST(BodyStore, AFetchedBodyThatThePoolAdmitsStays) {
  BodyStore store(2 * sizeof(Transaction));
  const Body both = body(1, 1);
  store.add_spare({&both, 1});
  add(store, both);
  for (std::uint8_t i = 2; i < 10; ++i) {
    const Body other = body(i, 1);
    store.add_spare({&other, 1});
  }
  EXPECT_EQ(store.find(both->identity), both);
}

TEST(Door, LetsNobodyInBeforeItOpensAndAfterItShuts) {
  Door<int> door;
  int room = 0;
  const auto enter = [&] { return door.use([](int& inside) { ++inside; }); };
  EXPECT_FALSE(enter());
  door.open(room);
  EXPECT_TRUE(enter());
  door.shut();
  EXPECT_FALSE(enter());
  EXPECT_EQ(room, 1);
}

TEST(Door, ShutsOnlyWhenNobodyIsInside) {
  Door<std::unique_ptr<int>> door;
  auto room = std::make_unique<int>(1);
  door.open(room);
  std::promise<void> inside;
  std::jthread user([&] {
    inside.set_value();
    while (door.use([](std::unique_ptr<int>& open) { EXPECT_EQ(*open, 1); })) {}
  });
  inside.get_future().wait();
  door.shut();
  room.reset();
}

TEST(NodeClock, FollowsTheSteadyClock) {
  NodeClock clock(1'000, 500'000);
  EXPECT_EQ(clock.now(1'004, 500'004), 500'004);
  EXPECT_EQ(clock.now(1'100, 500'100), 500'100);
}

TEST(NodeClock, NeverGoesBackAndComesCloserSlowly) {
  NodeClock clock(0, 100'000);
  TimeMs last = 100'000;
  for (TimeMs steady = 10; steady <= 100'000; steady += 10) {
    const TimeMs now = clock.now(steady, 95'000 + steady);   // the wall clock was set back by five seconds
    EXPECT_GE(now, last);
    last = now;
  }
  EXPECT_EQ(last, 195'000);
}

TEST(NodeClock, BelievesALongAbsence) {
  NodeClock clock(0, 100'000);
  EXPECT_EQ(clock.now(10, 10'000'000), 10'000'000);
}

TEST(HeaderSignatures, AreShownFromAQuorumOn) {
  HeaderSignatures signatures;
  const auto checked = [](NodeIndex node) { return CheckedHeaderSignature{7, {node, Bytes{1}}, 1, 3}; };
  EXPECT_FALSE(signatures.add(checked(0), 7));
  EXPECT_FALSE(signatures.add(checked(2), 7));
  EXPECT_FALSE(signatures.add(checked(2), 7)) << "a sealer counts once";
  const auto list = signatures.add(checked(1), 7);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[1].node, 1u);
}

TEST(HeaderSignatures, AreKeptWithinTheWindowUntilTheirBlockIsThere) {
  HeaderSignatures signatures;
  const NodeId from{};
  signatures.keep(8, from, {1}, 7);
  signatures.keep(7, from, {1}, 7);
  signatures.keep(7 + HeaderSignatures::kWindow + 1, from, {1}, 7);
  EXPECT_EQ(signatures.take_kept(7).size(), 1u);
  EXPECT_EQ(signatures.take_kept(100).count(8), 1u);
  EXPECT_TRUE(signatures.take_kept(100).empty());
}

}  // namespace
}  // namespace hanse::node
