// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "crypto/suite.hpp"

namespace hanse {
namespace {

// Any bytes as digests and signatures: the lanes and the library give each the same key, or refuse it with the same words.
FUZZ_TARGET(signers, .per_byte = 256, .fixed = 1u << 20) {
  constexpr std::size_t kOne = Hash::kSize + 65;
  std::vector<SignedDigest> batch;
  for (std::size_t at = 0; at + kOne <= input.size() && batch.size() < 16; at += kOne)
    batch.push_back({Hash::of(input.subspan(at)), input.subspan(at + Hash::kSize, 65), (input[at] & 1) != 0});
  const auto one = recover_all(Suite::standard, batch), other = recover_all(Suite::standard, batch, Lanes::none);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    CHECK(one[i].has_value() == other[i].has_value());
    if (one[i]) CHECK(*one[i] == *other[i]);
    else CHECK(one[i].error().text == other[i].error().text);
  }
}

}  // namespace
}  // namespace hanse
