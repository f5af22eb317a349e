// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Peers with a good certificate and bad manners: links that say to a gateway what no gateway would.
#include <gtest/gtest.h>

#include "access/gateway/admission.hpp"
#include "access/gateway/test_nodes.hpp"
#include "access/net/link.hpp"
#include "access/net/raw_client.hpp"

namespace hanse::gateway {
namespace {

std::shared_ptr<const net::FrameBody> body_of(Bytes bytes) {
  return std::make_shared<const net::FrameBody>(std::make_shared<const Bytes>(std::move(bytes)));
}

// A link to the gateway, with the frames that came over it.
class Impostor {
 public:
  Impostor(const net::TestCertificates& files, const std::string& certificate, std::uint16_t port) {
    net::LinkConfig config;
    config.tls = *net::TlsContext::from_files(files.path("ca.crt"), files.path(certificate + ".crt"), files.path(certificate + ".key"));
    own_certificate_ = config.tls->certificate_hash();
    net::Link::dial(io_.next(), "127.0.0.1", port, config, [this](Result<std::shared_ptr<net::Link>> made) {
      CHECK(made);
      (*made)->start({[this](net::Frame frame) { note([&] { frames_.push_back(std::move(frame)); }); },
                      [this](const Error&) { note([&] { closed_ = true, link_.reset(); }); }});
      note([&] { link_ = *made; });
    });
    CHECK(wait([&] { return link_ || closed_; }));
  }
  ~Impostor() {
    if (const auto link = link_) link->close({});
    wait([&] { return closed_; });
  }
  bool wait(auto&& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), condition);
  }
  bool wait_for_close() { return wait([&] { return closed_; }); }
  void say(std::uint8_t kind, Bytes body, std::string_view group_id = "") {
    Bytes head{kind};
    append(head, as_bytes(group_id));
    link_->send(head, body_of(std::move(body)));
  }
  bool hear(std::uint8_t kind) {
    return wait([&] { return std::ranges::any_of(frames_, [&](const net::Frame& frame) { return frame.head[0] == kind; }); });
  }
  SessionView view() const {
    return {link_->session_key(), net::TlsRole::dialed, own_certificate_, link_->peer().certificate_hash};
  }
  // A true hello of a node, for the session `view`.
  Bytes hello(const TestNode& node, const SessionView& view) const {
    Hello hello{.chain_id = "chain0"};
    for (const auto& [group_id, key] : node.keys) {
      GroupClaim claim{group_id, key.suite, key.public_key, {}};
      claim.proof = sign(key, claim_digest(view, hello, claim));
      hello.claims.push_back(claim);
    }
    return encode(hello);
  }

 private:
  void note(auto&& change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<net::Link> link_;
  std::vector<net::Frame> frames_;
  bool closed_ = false;
  Hash own_certificate_;
  net::IoPool io_{1};
};

constexpr std::uint8_t kHello = 1, kWelcome = 2, kMessage = 3, kBye = 4;

struct Attacked {
  Attacked() {
    files.issue("a"), files.issue("b");
    a.join("group0"), b.join("group0");
    make_members({&a, &b});
    CHECK(a.start(files, {}));
  }
  bool is_refused(Impostor& impostor, const std::string& reason) {
    return impostor.wait_for_close() && a.gateway->stats().refused[reason] == 1 && a.gateway->stats().sessions == 0;
  }
  net::TestCertificates files;
  TestNode a{"a"}, b{"b"};
};

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
