// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Gateways with real sockets on loopback.
#include "access/gateway/gateway.hpp"

#include <gtest/gtest.h>

#include "access/gateway/test_nodes.hpp"
#include "base/hex.hpp"
#include "base/prng.hpp"

namespace hanse::gateway {
namespace {

// Two nodes of one chain, with certificates of one CA.
struct Two {
  Two() {
    files.issue("a"), files.issue("b");
    a.join("group0"), b.join("group0");
    make_members({&a, &b});
  }
  void start(GatewayConfig config_a = {}, GatewayConfig config_b = {}) {
    ASSERT_TRUE(a.start(files, config_a));
    config_b.peers.push_back(a.address());
    const auto started = b.start(files, config_b);
    ASSERT_TRUE(started) << started.error().text;
  }
  void expect_connected() {
    EXPECT_TRUE(a.wait_for_peers(1)) << a.log_text() << b.log_text();
    EXPECT_TRUE(b.wait_for_peers(1)) << a.log_text() << b.log_text();
  }
  net::TestCertificates files;
  TestNode a{"a"}, b{"b"};
};

// A text that packs to a tenth or so, as blocks do; nothing packs so well that a frame would refuse it.
Bytes packable(std::size_t size, std::uint64_t seed = 1) {
  Prng prng(seed);
  Bytes out;
  while (out.size() < size) out.insert(out.end(), 64, static_cast<std::uint8_t>(prng.below(256)));
  out.resize(size);
  return out;
}

TEST(Gateway, TwoNodesExchangeMessages) {
  Two two;
  two.start();
  two.expect_connected();
  two.a.gateway->send("group0", two.b.id(), text_message("to b"));
  two.b.gateway->broadcast("group0", text_message("to all"));
  ASSERT_TRUE(two.a.wait_for_messages(1) && two.b.wait_for_messages(1));
  EXPECT_EQ(two.a.inboxes["group0"].messages[0], std::pair(two.b.id(), to_bytes("to all")));
  EXPECT_EQ(two.b.inboxes["group0"].messages[0], std::pair(two.a.id(), to_bytes("to b")));
  EXPECT_EQ(two.a.gateway->connected("group0"), std::vector{two.b.id()});
  EXPECT_EQ(two.a.gateway->stats().sessions, 1u);
}

TEST(Gateway, LargeMessagesArriveWholeAndInOrder) {
  Two two;
  two.start();
  two.expect_connected();
  for (std::size_t i = 0; i < 50; ++i)
    two.a.gateway->send("group0", two.b.id(), std::make_shared<const Bytes>(packable(i * 50'000, i)));
  ASSERT_TRUE(two.b.wait_for_messages(50));
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(two.b.inboxes["group0"].messages[i].second, packable(i * 50'000, i));
  EXPECT_LT(two.a.gateway->stats().bytes_out, 20'000'000u);   // of 61 million: compressed
}

TEST(Gateway, FourNodesThatAllDialEachOtherKeepOneSessionAPair) {
  net::TestCertificates files;
  std::vector<std::unique_ptr<TestNode>> nodes;
  for (const char* name : {"n0", "n1", "n2", "n3"}) {
    files.issue(name);
    nodes.push_back(std::make_unique<TestNode>(name));
    nodes.back()->join("group0");
  }
  make_members({nodes[0].get(), nodes[1].get(), nodes[2].get(), nodes[3].get()});
  std::vector<std::string> addresses;
  for (auto& node : nodes) {   // ports first, then everybody at the same time
    ASSERT_TRUE(node->start(files, {}));
    addresses.push_back(node->address());
    node->stop();
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto port = static_cast<std::uint16_t>(std::stoi(addresses[i].substr(addresses[i].find(':') + 1)));
    const auto started = nodes[i]->start(files, {.listen_port = port, .peers = addresses});   // its own among them
    ASSERT_TRUE(started) << started.error().text;
  }
  for (auto& node : nodes) ASSERT_TRUE(node->wait_for_peers(3)) << node->log_text();
  for (auto& node : nodes) node->gateway->broadcast("group0", text_message(node->name));
  for (auto& node : nodes) {
    ASSERT_TRUE(node->wait_for_messages(3)) << node->log_text();
    EXPECT_EQ(node->inboxes["group0"].messages.size(), 3u);
    EXPECT_EQ(node->gateway->stats().sessions, 3u);
    EXPECT_EQ(node->inboxes["group0"].peer_events, std::vector<bool>(3, true)) << "a peer seemed gone in between";
  }
}

TEST(Gateway, RefusesACertificateOfAnotherCaAndSaysWhy) {
  Two two;
  two.files.issue_by_other_ca("b");
  two.start();
  EXPECT_TRUE(two.a.wait_for_log("CN=b comes from another CA than ours")) << two.a.log_text();
  EXPECT_TRUE(two.b.wait_for_log("refuses our certificate")) << two.b.log_text();
  EXPECT_TRUE(two.b.wait_for_log("peers will refuse us"));
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
  EXPECT_GE(two.a.gateway->stats().refused["certificate"], 1u);
}

TEST(Gateway, RefusesAnExpiredCertificateAndSaysWhy) {
  Two two;
  two.files.issue("b", {.from_s = -7200, .until_s = -3600});
  two.start();
  EXPECT_TRUE(two.a.wait_for_log("CN=b expired on")) << two.a.log_text();
  EXPECT_TRUE(two.b.wait_for_log("expired"));
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
}

TEST(Gateway, RefusesACertificateThatIsNotYetValidAndSaysWhy) {
  Two two;
  two.files.issue("b", {.from_s = 3600, .until_s = 7200});
  two.start();
  EXPECT_TRUE(two.a.wait_for_log("CN=b is not valid before")) << two.a.log_text();
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
}

TEST(Gateway, RefusesTheCertificateOfAClientThoughTheNodeIsAMember) {
  Two two;
  two.files.issue_client("b");
  two.start();
  EXPECT_TRUE(two.a.wait_for_log("CN=b is not one of a node")) << two.a.log_text();
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
}

TEST(Gateway, RefusesADeniedNodeAndSaysWhy) {
  Two two;
  two.start({.deny = {to_hex(two.b.id())}});
  EXPECT_TRUE(two.a.wait_for_log("is on the deny list")) << two.a.log_text();
  EXPECT_TRUE(two.b.wait_for_log("not let in")) << two.b.log_text();
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
  EXPECT_GE(two.a.gateway->stats().refused["denied"], 1u);
  EXPECT_TRUE(two.b.inboxes["group0"].peer_events.empty());
}

TEST(Gateway, AdmitsOnlyTheAllowedWhenThereIsAnAllowList) {
  Two two;
  two.start({.allow = {to_hex(two.b.id())}}, {.allow = {to_hex(two.b.id())}});
  EXPECT_TRUE(two.b.wait_for_log("is not on the allow list")) << two.b.log_text();
  two.b.stop();
  ASSERT_TRUE(two.b.start(two.files, {.peers = {two.a.address()}, .allow = {to_hex(two.a.id())}}));
  two.expect_connected();
}

TEST(Gateway, ADenyListThatChangesEndsTheOpenSessionAndLetsInAgain) {
  Two two;
  two.start();
  two.expect_connected();
  ASSERT_TRUE(two.a.gateway->set_lists({}, {to_hex(two.b.id())}));
  EXPECT_TRUE(two.a.wait_for_peers(0) && two.b.wait_for_peers(0));
  EXPECT_TRUE(two.b.wait_for_log("is on the deny list")) << two.b.log_text();   // it is told why
  two.b.gateway->send("group0", two.a.id(), text_message("denied"));
  ASSERT_TRUE(two.a.gateway->set_lists({}, {}));
  two.expect_connected();
  EXPECT_TRUE(two.a.inboxes["group0"].messages.empty());
}

TEST(Gateway, AnAllowListThatChangesEndsTheOpenSession) {
  Two two;
  two.start();
  two.expect_connected();
  ASSERT_TRUE(two.a.gateway->set_lists({to_hex(two.a.id())}, {}));
  EXPECT_TRUE(two.a.wait_for_peers(0) && two.b.wait_for_peers(0));
  EXPECT_GE(two.a.gateway->stats().refused["not_allowed"], 1u);
}

TEST(Gateway, AListThatIsWrongChangesNothing) {
  Two two;
  two.start({.deny = {to_hex(two.b.id())}});
  EXPECT_TRUE(two.a.wait_for_log("is on the deny list"));
  const auto changed = two.a.gateway->set_lists({}, {"0xzz"});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Code::bad_config);
  const auto refused = [&] { return two.a.gateway->stats().refused["denied"]; };
  for (const auto before = refused(); refused() == before;) std::this_thread::yield();   // b dials on, and is refused on
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
}

TEST(Gateway, ShowsItsTrafficDropsRefusalsAndPeers) {
  Two two;
  two.start();
  two.expect_connected();
  two.a.gateway->send("group0", NodeId{}, text_message("to nobody"));
  const auto shows = [&](std::string_view line) {
    for (int i = 0; i < 2000; ++i) {
      if (two.a.metrics.render().find(line) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  };
  EXPECT_TRUE(shows("hanse_gateway_sessions 1\n")) << two.a.metrics.render();
  EXPECT_TRUE(shows(fmt::format("hanse_gateway_peer_connected{{group=\"group0\",peer=\"{}\"}} 1\n", to_hex(two.b.id()).substr(0, 16))));
  EXPECT_TRUE(shows("hanse_gateway_drops_total{reason=\"not_connected\"} 1\n"));
  EXPECT_TRUE(shows("hanse_gateway_refused_total{reason=\"certificate\"} 0\n"));
  EXPECT_FALSE(two.a.metrics.render().find("hanse_gateway_bytes_total{direction=\"in\"} 0\n") != std::string::npos);
  two.b.stop();
  EXPECT_TRUE(shows("hanse_gateway_sessions 0\n"));
  EXPECT_TRUE(shows("\"} 0\n"));
}

TEST(Gateway, RefusesANonMemberAndSaysWhy) {
  Two two;
  two.a.members["group0"].erase(two.b.id());
  two.start();
  EXPECT_TRUE(two.a.wait_for_log("is a member of no group of ours")) << two.a.log_text();
  EXPECT_EQ(two.a.gateway->stats().sessions, 0u);
}

TEST(Gateway, RefusesAnotherChain) {
  Two two;
  two.start({}, {.chain_id = "chain1"});
  EXPECT_TRUE(two.b.wait_for_log("it belongs to chain \"chain0\", we to \"chain1\"")) << two.b.log_text();
}

TEST(Gateway, FollowsAMembershipThatChanges) {
  Two two;
  two.a.join("group1"), two.b.join("group1");
  make_members({&two.a, &two.b});
  two.start();
  two.expect_connected();
  ASSERT_TRUE(two.a.wait_for_peers(1, "group1"));
  two.a.note([&] { two.a.members["group1"].erase(two.b.id("group1")); });
  two.b.gateway->send("group1", two.a.id("group1"), text_message("no member any more"));
  two.b.gateway->send("group0", two.a.id(), text_message("still a member"));
  ASSERT_TRUE(two.a.wait_for_messages(1));
  EXPECT_TRUE(two.a.inboxes["group1"].messages.empty());
  EXPECT_EQ(two.a.gateway->stats().not_member_drops, 1u);
  EXPECT_TRUE(two.a.wait_for_peers(0, "group1"));
  two.a.note([&] { two.a.members["group1"].insert(two.b.id("group1")); });
  EXPECT_TRUE(two.a.wait_for_peers(1, "group1"));
  two.a.note([&] { two.a.members.clear(); });
  EXPECT_TRUE(two.b.wait_for_peers(0));   // the session itself ends
}

TEST(Gateway, AMessageReachesOnlyItsOwnGroup) {
  Two two;
  two.a.join("group1", Suite::sm), two.b.join("group1", Suite::sm);
  two.a.join("only a"), two.b.join("only b");
  make_members({&two.a, &two.b});
  two.start();
  two.expect_connected();
  ASSERT_TRUE(two.a.wait_for_peers(1, "group1") && two.b.wait_for_peers(1, "group1"));
  two.b.gateway->send("group0", two.a.id("group0"), text_message("zero"));
  two.b.gateway->send("group1", two.a.id("group0"), text_message("the id of another group"));
  two.b.gateway->send("only b", two.a.id("group0"), text_message("a group that a has not"));
  two.b.gateway->broadcast("only b", text_message("a group that a has not"));
  two.b.gateway->broadcast("group1", text_message("one"));
  ASSERT_TRUE(two.a.wait_for_messages(1, "group1") && two.a.wait_for_messages(1, "group0"));
  EXPECT_EQ(two.a.inboxes["group0"].messages, (std::vector<std::pair<NodeId, Bytes>>{{two.b.id("group0"), to_bytes("zero")}}));
  EXPECT_EQ(two.a.inboxes["group1"].messages, (std::vector<std::pair<NodeId, Bytes>>{{two.b.id("group1"), to_bytes("one")}}));
  EXPECT_TRUE(two.a.inboxes["only a"].messages.empty());
  EXPECT_EQ(two.b.gateway->stats().not_connected_drops, 2u);
  EXPECT_TRUE(two.a.gateway->connected("only a").empty());
}

TEST(Gateway, NoticesAPeerThatRestartsAndConnectsAgain) {
  Two two;
  two.start();
  two.expect_connected();
  two.b.stop();
  EXPECT_TRUE(two.a.wait_for_peers(0));
  ASSERT_TRUE(two.b.start(two.files, {.peers = {two.a.address()}}));
  EXPECT_TRUE(two.a.wait_for_peers(1));
  const std::uint16_t port = two.a.gateway->port();
  two.a.stop();
  EXPECT_TRUE(two.b.wait_for_peers(0));
  ASSERT_TRUE(two.a.start(two.files, {.listen_port = port}));
  EXPECT_TRUE(two.b.wait_for_peers(1));   // it dials again by itself
  two.b.gateway->send("group0", two.a.id(), text_message("again"));
  EXPECT_TRUE(two.a.wait_for_messages(1));
}

TEST(Gateway, ASecondProcessWithOurNodeKeyIsRefused) {
  Two two;
  two.b.keys = two.a.keys;
  two.start();
  EXPECT_TRUE(two.b.wait_for_log("one node key runs in two places")) << two.b.log_text();
}

TEST(Gateway, ClosesASessionOnAnOversizedMessageAndConnectsAgain) {
  Two two;
  two.start({.frame_bytes_max = 100'000});
  two.expect_connected();
  two.b.gateway->send("group0", two.a.id(), std::make_shared<const Bytes>(packable(1'000'000)));
  EXPECT_TRUE(two.a.wait_for_log("a frame unpacks to 1000000 bytes, 100000 are allowed")) << two.a.log_text();
  EXPECT_TRUE(two.a.wait([&] { return two.a.inboxes["group0"].peer_events == std::vector<bool>{true, false, true}; }));
  EXPECT_TRUE(two.a.inboxes["group0"].messages.empty());
}

TEST(Gateway, DropsAndCountsWhatIsBeyondAQueue) {
  Two two;
  two.start({}, {.queue_bytes_max = 100'000});
  two.expect_connected();
  two.b.gateway->send("group0", two.a.id(), std::make_shared<const Bytes>(100'001));
  two.b.gateway->send("group0", two.a.id(), text_message("small"));
  ASSERT_TRUE(two.a.wait_for_messages(1));
  EXPECT_EQ(two.a.inboxes["group0"].messages[0].second, to_bytes("small"));
  EXPECT_EQ(two.b.gateway->stats().queue_full_drops, 1u);
}

TEST(Gateway, SaysWhatIsWrongWithItsConfiguration) {
  Two two;
  const auto problem = [&](GatewayConfig config) {
    const auto started = two.a.start(two.files, std::move(config));
    EXPECT_FALSE(started);
    return started ? std::string() : started.error().text;
  };
  EXPECT_NE(problem({.peers = {"nowhere"}}).find("nowhere"), std::string::npos);
  EXPECT_NE(problem({.deny = {"0xzz"}}).find("deny list"), std::string::npos);
  EXPECT_NE(problem({.listen_host = "256.1.1.1"}).find("256.1.1.1"), std::string::npos);
  two.start();
  TestNode c("a");
  c.join("group0");
  const auto taken = c.start(two.files, {.listen_port = two.a.gateway->port()});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::io);
}

}  // namespace
}  // namespace hanse::gateway
