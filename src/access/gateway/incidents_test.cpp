// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What went wrong at the peer-to-peer doors of others, tried at ours. docs/RELIABILITY.md lists them.
#include <gtest/gtest.h>

#include "access/gateway/test_impostor.hpp"

namespace hanse::gateway {
namespace {

// FISCO BCOS: nodes of the chain that belonged to no group could send transactions to its sealers.
TEST(Incidents, FiscoFreeStandingNodesBroadcastTransactions) {
  Attacked attacked;
  attacked.files.issue("c");
  TestNode free_standing{"c"};
  free_standing.join("group0");                 // it has a key, and the group does not know it
  Impostor c(attacked.files, "c", attacked.a.gateway->port());
  c.say(kHello, c.hello(free_standing, c.view()));
  c.say(kMessage, {1, 2, 3}, "group0");
  EXPECT_TRUE(attacked.is_refused(c, "no_common_group"));
  EXPECT_TRUE(attacked.a.inboxes["group0"].messages.empty());
}

// FISCO BCOS CVE-2021-35041: packets that cannot be decoded were kept, and ate the memory.
TEST(Incidents, FiscoCve202135041UndecodablePacketsEatMemory) {
  Attacked attacked;
  for (int i = 0; i < 20; ++i) {
    Impostor garbler(attacked.files, "b", attacked.a.gateway->port());
    Bytes hello(60'000, 0xee);
    hello[0] = 0, hello[1] = kSessionVersion;   // nothing behind the version is right
    for (int k = 0; k < 50; ++k) garbler.say(kHello, hello);
    EXPECT_TRUE(garbler.wait_for_close());      // on the first of them
  }
  EXPECT_EQ(attacked.a.gateway->stats().refused["broken"], 20u);
  EXPECT_EQ(attacked.a.gateway->stats().sessions, 0u);
  EXPECT_LT(attacked.a.gateway->stats().bytes_in, 20u * 50 * 60'000);   // the rest was not even read
}

// geth CVE-2026-26314: coordinates beyond the field crashed the node that was greeted with them.
TEST(Incidents, GethCve202626314CoordinatesBeyondTheField) {
  for (const Suite suite : {Suite::standard, Suite::sm})
    for (const std::uint8_t filling : {0xff, 0x00, 0x01}) {
      Attacked attacked;
      attacked.a.stop();
      NodeId point;
      point.bytes.fill(filling);                // x and y ≥ p; the origin; off the curve
      attacked.a.keys.clear(), attacked.a.join("group0", suite);
      attacked.a.members["group0"].insert(point);
      ASSERT_TRUE(attacked.a.start(attacked.files, {}));
      Impostor b(attacked.files, "b", attacked.a.gateway->port());
      Hello hello{.chain_id = "chain0"};
      hello.claims.push_back({"group0", suite, point, Bytes(suite == Suite::standard ? 65 : 128, 1)});
      b.say(kHello, encode(hello));
      EXPECT_TRUE(attacked.is_refused(b, "proof")) << int{filling} << attacked.a.log_text();
    }
}

}  // namespace
}  // namespace hanse::gateway
