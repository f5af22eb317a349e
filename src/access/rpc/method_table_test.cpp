// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/method_table.hpp"

#include <gtest/gtest.h>

namespace hanse::rpc {
namespace {

struct Held {
  std::vector<Reply>* replies;
};
void hold(const Held& held, Params&, Reply reply) { held.replies->push_back(std::move(reply)); }
void answer(const Held&, Params&, Reply reply) { reply("1"); }
constexpr Method<Held> kMethods[] = {{"long", "", hold, "", true}, {"short", "", answer, ""}};

TEST(MethodTable, BoundsWhatRunsLong) {
  Registry metrics;
  const MethodTable<Held> table(kMethods, "test", metrics);
  std::vector<Reply> replies;
  int answered = 0, refused = 0;
  Params none(nullptr);
  const auto ask = [&](std::string_view method) {
    table.dispatch({&replies}, method, none, [&](Outcome outcome) { ++(outcome ? answered : refused); });
  };
  for (int i = 0; i < kLongRequestsMax + 5; ++i) ask("long");
  EXPECT_EQ(refused, 5);
  ask("short");
  EXPECT_EQ(answered, 1);                       // what is short is not held up
  replies[0]("1");
  replies[1] = {};                              // answered, and dropped without an answer: both make room
  ask("long"), ask("long"), ask("long");
  EXPECT_EQ(refused, 6);
}

}  // namespace
}  // namespace hanse::rpc
