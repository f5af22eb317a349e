// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/envelope.hpp"

#include <gtest/gtest.h>

namespace hanse::node {
namespace {

Hash hash(std::uint8_t name) {
  Hash out;
  out.bytes[31] = name;
  return out;
}

template <class Message>
Message vote_back(const Message& message) {
  const auto envelope = decode_envelope(encode_vote(message, Bytes{1, 2, 3}));
  EXPECT_TRUE(envelope.has_value()) << envelope.error().text;
  EXPECT_EQ(std::get<SignedVote>(*envelope).signature, (Bytes{1, 2, 3}));
  return std::get<Message>(std::get<SignedVote>(*envelope).message);
}

template <class Message>
Message peer_back(const Message& message) {
  const auto envelope = decode_envelope(encode_peer(message));
  EXPECT_TRUE(envelope.has_value()) << envelope.error().text;
  return std::get<Message>(std::get<group::PeerMessage>(*envelope));
}

TEST(Envelope, VotesComeBackWithTheirSignature) {
  const pbft::Prepare prepare{1, 2, 3, hash(4)};
  EXPECT_EQ(vote_back(prepare), prepare);
  const pbft::Commit commit{1, 2, 3, hash(4), hash(5)};
  EXPECT_EQ(vote_back(commit), commit);
  const pbft::PrePrepare proposed{7, Proposal{{1, 3, hash(1), 1000, 2, 0, hash(2)}, Bytes(64, 9)}};
  EXPECT_EQ(vote_back(proposed), proposed);
  pbft::NewView view{1, 2, {}, Certificate{}, {}};
  view.lists.push_back({3, {1, 2, 3, hash(1), {{4, 1, hash(2)}}}, Bytes(65, 1)});
  EXPECT_EQ(vote_back(view), view);
}

TEST(Envelope, PeerMessagesComeBack) {
  EXPECT_EQ(peer_back(group::SyncStatus{5, hash(1), 2}).number, 5);
  EXPECT_EQ(peer_back(group::BlockRequest{5, 16}).count, 16u);
  EXPECT_EQ(peer_back(group::BodyRequest{{hash(1), hash(2)}}).hashes.size(), 2u);
  group::BlockReply reply;
  reply.blocks.push_back({Proposal{}, Certificate{}, {{TransactionKind::native, Bytes{1}}}});
  EXPECT_EQ(peer_back(reply).blocks[0].transactions, reply.blocks[0].transactions);
}

TEST(Envelope, BodiesFromTheStoreEncodeAsBodies) {
  Transaction tx;
  tx.kind = TransactionKind::native;
  tx.encoded = Bytes(300, 7);
  const std::shared_ptr<const Transaction> shared[] = {std::make_shared<Transaction>(tx)};
  group::Bodies bodies{{{tx.kind, tx.encoded}}, true};
  EXPECT_EQ(encode_bodies(shared, true), encode_peer(bodies));
}

TEST(Envelope, AHeaderSignatureIsNotAVote) {
  const auto envelope = decode_envelope(encode_header_signature({9, Bytes(65, 1)}));
  ASSERT_TRUE(envelope) << envelope.error().text;
  EXPECT_EQ(std::get<HeaderSignature>(*envelope).number, 9);
}

TEST(Envelope, WhatIsBeyondABoundIsRefused) {
  EXPECT_EQ(decode_envelope({}).error().code, Code::bad_frame);
  const int after_votes = 0x01 + std::variant_size_v<pbft::Message>, after_peer = 0x10 + std::variant_size_v<group::PeerMessage>;
  for (const int kind : {0x00, after_votes, 0x0f, after_peer, 0x1f, 0x21, 0xff})
    EXPECT_EQ(decode_envelope(Bytes{static_cast<std::uint8_t>(kind)}).error().code, Code::bad_frame) << kind;
  group::BodyRequest request;
  request.hashes.resize(kBodiesCountMax + 1);
  EXPECT_EQ(decode_envelope(encode_peer(request)).error().code, Code::too_large);
  EXPECT_EQ(decode_envelope(encode_vote(pbft::Prepare{}, Bytes(129, 1))).error().code, Code::too_large);
}

TEST(Envelope, ACutMessageIsRefused) {
  const Bytes whole = encode_vote(pbft::Commit{1, 2, 3, hash(4), hash(5)}, Bytes(65, 1));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto cut = decode_envelope(BytesView(whole).first(size));
    if (cut) EXPECT_NE(encode_vote(std::get<SignedVote>(*cut).message, std::get<SignedVote>(*cut).signature), whole);
  }
}

// A struct without members is two bytes on the wire: a message of the largest size would be half a gigabyte of them.
TEST(Envelope, ItemsAreBoundedBeforeMemoryIsTaken) {
  constexpr std::uint32_t kCount = (kItemsBytesMax / sizeof(EncodedTransaction)) + 1;
  Bytes message{0x16, 0x19, 0x02};                       // Bodies; member 1 is a list; its count is an int32
  append_be(message, kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) message.insert(message.end(), {0x0a, 0x0b});
  const auto refused = decode_envelope(message);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::too_large);
  EXPECT_NE(refused.error().text.find("lists longer"), std::string::npos) << refused.error().text;
}

}  // namespace
}  // namespace hanse::node
