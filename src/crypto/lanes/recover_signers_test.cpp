// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "crypto/lanes/recover_signers.hpp"

#include <gtest/gtest.h>

namespace hanse::lanes {
namespace {

TEST(RecoverSigners, First) {
  std::vector<KeyPair> keys; std::vector<Hash> digests; std::vector<Bytes> sigs; std::vector<SignedDigest> in;
  for (int i = 0; i < 64; ++i) {
    keys.push_back(KeyPair::generate(Suite::standard));
    digests.push_back(sha256(keys.back().public_key));
    sigs.push_back(sign(keys.back(), digests.back()));
  }
  for (int i = 0; i < 64; ++i) in.push_back({digests[i], sigs[i]});
  const auto out = recover_signers(in);
  EXPECT_EQ(out.by_lanes, 64u);
  for (int i = 0; i < 64; ++i) EXPECT_EQ(out.keys[i].value(), keys[i].public_key) << i;
}

}  // namespace
}  // namespace hanse::lanes
