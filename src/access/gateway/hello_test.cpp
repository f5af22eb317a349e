// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/hello.hpp"

#include <gtest/gtest.h>

namespace hanse::gateway {
namespace {

Hello example() {
  Hello hello{.chain_id = "chain0"};
  hello.instance.bytes[3] = 7;
  for (const char* group : {"group0", "group1"}) {
    GroupClaim claim{group, Suite::sm, {}, Bytes(128, 9)};
    claim.node_id.bytes[5] = 1;
    hello.claims.push_back(claim);
  }
  return hello;
}

TEST(Hello, ComesBackAsItWas) {
  const Bytes bytes = encode(example());
  const auto decoded = decode_hello(bytes);
  ASSERT_TRUE(decoded) << decoded.error().text;
  EXPECT_EQ(decoded->chain_id, "chain0");
  EXPECT_EQ(decoded->claims[1].group_id, "group1");
  EXPECT_EQ(encode(*decoded), bytes);
}

TEST(Hello, CutAnywhereOrLongerIsRefused) {
  Bytes bytes = encode(example());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_hello(BytesView(bytes).first(size))) << size;
  bytes.push_back(0);
  EXPECT_FALSE(decode_hello(bytes));
}

TEST(Hello, OfAnotherVersionIsReadNoFurther) {
  const auto decoded = decode_hello(Bytes{0, 2, 1, 2, 3});
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->version, 2);
}

TEST(Hello, AProofIsBoundToSessionRoleCertificatesChainGroupAndNode) {
  const Hello hello = example();
  const GroupClaim& claim = hello.claims[0];
  SessionView session;
  session.session_key.bytes[0] = 1, session.own_certificate.bytes[0] = 2, session.peer_certificate.bytes[0] = 3;
  const Hash digest = claim_digest(session, hello, claim);
  EXPECT_EQ(claim_digest(session.seen_by_peer().seen_by_peer(), hello, claim), digest);
  EXPECT_NE(claim_digest(session.seen_by_peer(), hello, claim), digest);
  for (auto change : {+[](SessionView& s, Hello&, GroupClaim&) { s.session_key.bytes[9] = 1; },
                      +[](SessionView& s, Hello&, GroupClaim&) { s.role = net::TlsRole::accepted; },
                      +[](SessionView& s, Hello&, GroupClaim&) { s.own_certificate.bytes[9] = 1; },
                      +[](SessionView& s, Hello&, GroupClaim&) { s.peer_certificate.bytes[9] = 1; },
                      +[](SessionView&, Hello& h, GroupClaim&) { h.chain_id = "chain1"; },
                      +[](SessionView&, Hello& h, GroupClaim&) { h.instance.bytes[9] = 1; },
                      +[](SessionView&, Hello&, GroupClaim& c) { c.group_id = "group1"; },
                      +[](SessionView&, Hello&, GroupClaim& c) { c.node_id.bytes[9] = 1; }}) {
    SessionView other_session = session;
    Hello other_hello = hello;
    GroupClaim other_claim = claim;
    change(other_session, other_hello, other_claim);
    EXPECT_NE(claim_digest(other_session, other_hello, other_claim), digest);
  }
}

}  // namespace
}  // namespace hanse::gateway
