// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Peers with a good certificate and bad manners: links that say to a gateway what no gateway would.
#include <gtest/gtest.h>

#include "access/gateway/test_impostor.hpp"
#include "access/net/raw_client.hpp"

namespace hanse::gateway {
namespace {

TEST(Impostor, WithATrueHelloWouldGetIn) {
  Attacked attacked;
  Impostor honest(attacked.files, "b", attacked.a.gateway->port());
  ASSERT_TRUE(honest.hear(kHello));
  honest.say(kHello, honest.hello(attacked.b, honest.view()));
  ASSERT_TRUE(honest.hear(kWelcome));
  honest.say(kMessage, {1, 2}, "group0");
  ASSERT_TRUE(attacked.a.wait_for_messages(1));
}

TEST(Impostor, CannotReplayTheHelloOfAnotherSession) {
  Attacked attacked;
  Impostor first(attacked.files, "b", attacked.a.gateway->port()), second(attacked.files, "b", attacked.a.gateway->port());
  second.say(kHello, second.hello(attacked.b, first.view()));
  EXPECT_TRUE(attacked.is_refused(second, "proof")) << attacked.a.log_text();
}

TEST(Impostor, CannotUseAProofUnderAnotherCertificate) {
  Attacked attacked;
  attacked.files.issue("c");
  Impostor c(attacked.files, "c", attacked.a.gateway->port());
  SessionView as_b = c.view();
  as_b.own_certificate = (*net::TlsContext::from_files(attacked.files.path("ca.crt"), attacked.files.path("b.crt"), attacked.files.path("b.key")))->certificate_hash();
  c.say(kHello, c.hello(attacked.b, as_b));
  EXPECT_TRUE(attacked.is_refused(c, "proof"));
}

TEST(Impostor, CannotClaimTheNodeIdOfAnother) {
  Attacked attacked;
  attacked.files.issue("c");
  TestNode c{"c"};
  c.join("group0");
  Impostor thief(attacked.files, "c", attacked.a.gateway->port());
  Hello hello = *decode_hello(thief.hello(c, thief.view()));
  hello.claims[0].node_id = attacked.b.id();   // a member's id over the thief's own signature
  thief.say(kHello, encode(hello));
  EXPECT_TRUE(attacked.is_refused(thief, "proof"));
}

TEST(Impostor, CannotSendBackOurOwnHello) {
  Attacked attacked;
  Impostor mirror(attacked.files, "b", attacked.a.gateway->port());
  ASSERT_TRUE(mirror.hear(kHello));
  mirror.say(kHello, mirror.hello(attacked.a, mirror.view().seen_by_peer()));
  EXPECT_TRUE(attacked.is_refused(mirror, "own_node_key"));
}

TEST(Impostor, CannotSpeakBeforeItsHello) {
  for (const std::uint8_t kind : {kWelcome, kMessage, std::uint8_t{0}, std::uint8_t{9}}) {
    Attacked attacked;
    Impostor hasty(attacked.files, "b", attacked.a.gateway->port());
    hasty.say(kind, {1}, "group0");
    EXPECT_TRUE(attacked.is_refused(hasty, "broken")) << int{kind};
  }
}

TEST(Impostor, WithAGarbledHelloIsRefused) {
  Attacked attacked;
  Impostor garbler(attacked.files, "b", attacked.a.gateway->port());
  garbler.say(kHello, {0, 1, 2, 3});
  EXPECT_TRUE(attacked.is_refused(garbler, "broken"));
}

TEST(Impostor, OfAnotherVersionIsRefused) {
  Attacked attacked;
  Impostor future(attacked.files, "b", attacked.a.gateway->port());
  future.say(kHello, {0, 9});
  EXPECT_TRUE(future.hear(kBye));   // it is told why
  EXPECT_TRUE(attacked.is_refused(future, "version"));
}

TEST(Impostor, CannotMakeAStrangersFrameLarge) {
  Attacked attacked;
  Impostor large(attacked.files, "b", attacked.a.gateway->port());
  large.say(kHello, Bytes(70'000));
  EXPECT_TRUE(large.wait_for_close());
}

TEST(Impostor, ThatIsNoTlsClientIsRefused) {
  Attacked attacked;
  net::RawClient garbage(attacked.a.gateway->port());
  garbage.say(std::string(1000, 'x'));
  garbage.hear_all();
  EXPECT_TRUE(attacked.a.wait_for_log("reason=broken"));
}

TEST(Impostor, ThatIsAMemberCannotNameAGroupItDidNotProve) {
  Attacked attacked;
  attacked.a.stop();
  attacked.a.join("group1");
  make_members({&attacked.a, &attacked.b});
  attacked.a.members["group1"].insert(attacked.b.id("group0"));   // even if the id were a member there
  ASSERT_TRUE(attacked.a.start(attacked.files, {}));
  Impostor member(attacked.files, "b", attacked.a.gateway->port());
  member.say(kHello, member.hello(attacked.b, member.view()));
  ASSERT_TRUE(member.hear(kWelcome));
  member.say(kMessage, {1}, "group1");
  member.say(kMessage, {1}, "");
  member.say(kMessage, {2}, "group0");
  ASSERT_TRUE(attacked.a.wait_for_messages(1));
  EXPECT_TRUE(attacked.a.inboxes["group1"].messages.empty());
  EXPECT_EQ(attacked.a.gateway->stats().not_member_drops, 2u);
}

TEST(Impostor, ThatConnectsAgainReplacesItsOldSession) {
  Attacked attacked;
  Impostor first(attacked.files, "b", attacked.a.gateway->port()), second(attacked.files, "b", attacked.a.gateway->port());
  for (Impostor* each : {&first, &second}) {
    each->say(kHello, each->hello(attacked.b, each->view()));
    ASSERT_TRUE(each->hear(kWelcome));
  }
  EXPECT_TRUE(first.wait_for_close());
  EXPECT_EQ(attacked.a.gateway->stats().sessions, 1u);
}

}  // namespace
}  // namespace hanse::gateway
