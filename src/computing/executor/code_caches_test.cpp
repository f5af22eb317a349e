// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "computing/executor/code_caches.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace hanse::executor {
namespace {

Hash hash_of_number(std::uint8_t number) {
  Hash hash;
  hash.bytes[0] = number;
  return hash;
}

TEST(CodeCaches, HoldWhatTheirThreadMayAndForgetItWithTheThread) {
  const std::size_t before = code_cache_bytes();
  bound_code_caches(3 * 2'500);
  std::thread([&] {
    for (std::uint8_t i = 0; i < 5; ++i) code_cache().add(hash_of_number(i), Bytes(1'000, i));
    EXPECT_EQ(code_cache().size(), 2'000u);
    EXPECT_EQ(code_cache_bytes(), before + 3 * 2'000);
    bound_code_caches(3 * 1'500);
    EXPECT_EQ(code_cache().size(), 1'000u);
    EXPECT_NE(code_cache().find(hash_of_number(4)), nullptr);
  }).join();
  EXPECT_EQ(code_cache_bytes(), before);
}

}  // namespace
}  // namespace hanse::executor
