// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/peer_inbox.hpp"

#include <gtest/gtest.h>

namespace hanse::node {
namespace {

NodeId peer(std::uint8_t name) { return NodeId{{name}}; }
std::vector<PeerMessageBytes> taken(PeerInbox& inbox) {
  std::vector<PeerMessageBytes> out;
  inbox.take(out);
  return out;
}

TEST(PeerInbox, GivesTheMessagesOfAPeerInOrder) {
  PeerInbox inbox;
  for (std::uint8_t i = 0; i < 3; ++i) EXPECT_EQ(inbox.push(peer(1), {i}), 0u);
  const auto messages = taken(inbox);
  ASSERT_EQ(messages.size(), 3u);
  for (std::uint8_t i = 0; i < 3; ++i) EXPECT_EQ(messages[i].bytes, Bytes{i});
  EXPECT_TRUE(inbox.empty());
}

TEST(PeerInbox, WhoFloodsLosesItsOwnMessagesOnly) {
  PeerInbox inbox;
  std::size_t dropped = 0;
  for (int i = 0; i < 10'000; ++i) dropped += inbox.push(peer(1), {1});
  EXPECT_GT(dropped, 5'000u);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(inbox.push(peer(2), {2}), 1u) << "it makes room for others";
  std::size_t of_quiet = 0;
  while (!inbox.empty())
    for (const PeerMessageBytes& message : taken(inbox)) of_quiet += message.from == peer(2);
  EXPECT_EQ(of_quiet, 1'000u);
}

TEST(PeerInbox, TheBytesOfAFloodAreBounded) {
  PeerInbox inbox;
  std::size_t dropped = 0;
  for (int i = 0; i < 10; ++i) dropped += inbox.push(peer(1), Bytes(30u << 20));
  EXPECT_EQ(dropped, 6u);
  EXPECT_EQ(inbox.push(peer(2), Bytes(30u << 20)), 1u);
}

TEST(PeerInbox, ATurnTakesAFewOfEachPeer) {
  PeerInbox inbox;
  for (int i = 0; i < 3'000; ++i) inbox.push(peer(1), {1});
  inbox.push(peer(2), {2});
  inbox.push(peer(3), Bytes(30u << 20));
  const auto messages = taken(inbox);
  EXPECT_LE(messages.size(), 66u);
  EXPECT_EQ(messages[messages.size() - 2].from, peer(2));
  EXPECT_EQ(messages.back().from, peer(3)) << "a large one goes, too";
  EXPECT_FALSE(inbox.empty());
}

}  // namespace
}  // namespace hanse::node
