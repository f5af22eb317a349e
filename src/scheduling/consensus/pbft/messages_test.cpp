// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/messages.hpp"

#include <gtest/gtest.h>

#include <set>

#include "codec/tars.hpp"

namespace hanse::pbft {
namespace {

const GroupName kGroup{Suite::standard, "chain0", "group0"};

TEST(Digest, OfEqualMembersIsOfOneMessageType) {
  // Each holds zeros alone, so that only the type tells them apart.
  const std::set<Hash> digests{digest_of(kGroup, PrePrepare{}), digest_of(kGroup, Prepare{}), digest_of(kGroup, Commit{}),
                               digest_of(kGroup, ViewChange{}), digest_of(kGroup, NewView{})};
  EXPECT_EQ(digests.size(), 5u);
}

TEST(Digest, BindsChainGroupEpochViewNumberAndHashes) {
  const Commit vote{1, 2, 3, {}, {}};
  std::set<Hash> digests{commit_digest(kGroup, vote)};
  digests.insert(commit_digest({Suite::sm, "chain0", "group0"}, vote));
  digests.insert(commit_digest({Suite::standard, "chain1", "group0"}, vote));
  digests.insert(commit_digest({Suite::standard, "chain0", "group1"}, vote));
  digests.insert(commit_digest(kGroup, {2, 2, 3, {}, {}}));
  digests.insert(commit_digest(kGroup, {1, 1, 3, {}, {}}));
  digests.insert(commit_digest(kGroup, {1, 2, 4, {}, {}}));
  digests.insert(commit_digest(kGroup, {1, 2, 3, Hash::of(Bytes(32, 1)), {}}));
  digests.insert(commit_digest(kGroup, {1, 2, 3, {}, Hash::of(Bytes(32, 1))}));
  EXPECT_EQ(digests.size(), 9u);
}

TEST(Digest, OfAViewChangeLeavesOutWhatProvesItself) {
  ViewChange bare, proved;
  proved.decided_proof = Certificate{};
  proved.proofs.resize(2);
  EXPECT_EQ(digest_of(kGroup, bare), digest_of(kGroup, proved));
  bare.list.claims.resize(1);
  EXPECT_NE(digest_of(kGroup, bare), digest_of(kGroup, proved));
}

TEST(Message, ReadsBack) {
  NewView new_view;
  new_view.epoch = 1, new_view.view = 2;
  new_view.lists = {{3, {1, 2, 7, {}, {{8, 1, {}}}}, Bytes(65, 1)}};
  new_view.decided_proof = Certificate{1, 1, 7, {}, {}, {{0, Bytes(65, 2)}}};
  new_view.proofs = {{{}, {1, 1, 8, {}, {{1, Bytes(65, 3)}}}}};
  for (const Message& message : {Message(PrePrepare{1, {{}, Bytes(64, 1)}}), Message(Commit{}), Message(new_view)}) {
    const auto read = tars::decode_canonical<Message>(tars::encode(message));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(*read, message);
  }
}

}  // namespace
}  // namespace hanse::pbft
