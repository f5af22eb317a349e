// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/new_view.hpp"

#include <gtest/gtest.h>

namespace hanse::pbft {
namespace {

Hash hash_at(std::uint8_t byte) {
  Hash out;
  out.bytes.fill(byte);
  return out;
}

class NewViewPlan : public testing::Test {
 protected:
  static SealerSet four() {
    std::vector<Sealer> sealers(4);
    for (std::size_t i = 0; i < sealers.size(); ++i) sealers[i].node.bytes[0] = static_cast<std::uint8_t>(i + 1);
    return SealerSet(sealers);
  }

  // Number 1, prepared in view 1 on the genesis block.
  ClaimProof prepared_first() const {
    ClaimProof proof{{0, 1, hash_at(7), 1'000, 1, 1, hash_at(9)}, {}};
    proof.prepared = {0, 1, 1, proposal_hash(group_.suite, group_.chain_id, group_.group_id, proof.head), {}};
    for (NodeIndex node = 1; node < 4; ++node) proof.prepared.signatures.push_back({node, {}});
    return proof;
  }
  static SignedClaimList list_of(NodeIndex node, const Hash& decided_proposal, std::vector<Claim> claims) {
    return {node, {0, 3, 0, decided_proposal, std::move(claims)}, {}};
  }

  GroupName group_{Suite::standard, "chain0", "group0"};
  SealerSet sealers_ = four();
};

TEST_F(NewViewPlan, ProposesAgainWhatIsProved) {
  const ClaimProof proof = prepared_first();
  const Claim claim{1, 1, proof.prepared.proposal};
  const NewView message{0,
                        3,
                        {list_of(1, hash_at(7), {}), list_of(2, hash_at(7), {claim}), list_of(3, hash_at(7), {claim})},
                        {},
                        {proof}};
  const auto plan = plan_of(group_, sealers_, message, 0, 8);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->reproposals.size(), 1u);
  EXPECT_EQ(plan->reproposals.front().proposal, proof.prepared.proposal);
}

// The simulator's seed 27927 (4 sealers) forked so: the first list lied about the hash of the block that all stand on.
TEST_F(NewViewPlan, TakesNobodysWordForTheEpochsFirstParent) {
  const ClaimProof proof = prepared_first();
  const Claim claim{1, 1, proof.prepared.proposal};
  const NewView message{0,
                        3,
                        {list_of(1, hash_at(8), {}), list_of(2, hash_at(7), {claim}), list_of(3, hash_at(7), {claim})},
                        {},
                        {proof}};
  const auto plan = plan_of(group_, sealers_, message, 0, 8);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->reproposals.size(), 1u);
}

TEST_F(NewViewPlan, AClaimWithoutItsProofMakesItMalformed) {
  const ClaimProof proof = prepared_first();
  const Claim claim{1, 1, proof.prepared.proposal};
  const NewView message{
      0, 3, {list_of(1, hash_at(7), {}), list_of(2, hash_at(7), {claim}), list_of(3, hash_at(7), {claim})}, {}, {}};
  EXPECT_FALSE(plan_of(group_, sealers_, message, 0, 8));
}

}  // namespace
}  // namespace hanse::pbft
