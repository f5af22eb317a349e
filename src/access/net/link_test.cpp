// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/link.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <optional>

#include "access/net/raw_client.hpp"
#include "access/net/test_certificates.hpp"

namespace hanse::net {
namespace {

// What happened at one end, for the test's thread to wait for.
struct End {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Link> link;
  std::optional<Error> refused, closed;
  std::vector<Frame> frames;
  std::size_t bytes = 0;
  bool started = false;

  void note(auto&& change) {
    std::lock_guard lock(mutex);
    change();
    changed.notify_all();
  }
  bool wait(auto&& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), condition);
  }
  void take(Result<std::shared_ptr<Link>> made, bool start) {
    if (!made) return note([&] { refused = made.error(); });
    (*made)->set_body_bytes_max(SIZE_MAX);
    if (start)
      (*made)->start({[this](Frame frame) { note([&] { bytes += frame.body.size(); frames.push_back(std::move(frame)); }); },
                      [this](const Error& why) { note([&] { closed = why; link.reset(); }); }});
    note([&] { link = *made, started = start; });
  }
};

struct Linked {
  explicit Linked(LinkConfig changes = {}, bool start_server = true) {
    files.issue("a"), files.issue("b");
    client_config = server_config = changes;
    client_config.counters = std::make_shared<LinkCounters>();
    client_config.tls = *TlsContext::from_files(files.path("ca.crt"), files.path("a.crt"), files.path("a.key"));
    server_config.tls = *TlsContext::from_files(files.path("ca.crt"), files.path("b.crt"), files.path("b.key"));
    auto started = LinkListener::start(io, "127.0.0.1", 0, server_config, [this, start_server](auto link) { server.take(std::move(link), start_server); });
    EXPECT_TRUE(started);
    listener = std::move(*started);
  }
  ~Linked() {
    listener.reset();
    for (End* end : {&client, &server}) {
      const auto link = [&] { std::lock_guard lock(end->mutex); return end->link; }();
      if (!link) continue;
      link->close({Code::unreachable, "the test is over"});
      if (end->started) end->wait([&] { return end->closed.has_value() || !end->link; });
    }
    io.stop();
  }
  bool dial() {
    Link::dial(io.next(), "127.0.0.1", listener->port(), client_config, [this](auto link) { client.take(std::move(link), true); });
    return client.wait([&] { return client.link || client.refused; }) && server.wait([&] { return server.link || server.refused; });
  }
  TestCertificates files;
  LinkConfig client_config, server_config;
  IoPool io{2};   // before the ends, which hold sockets of its loops
  End client, server;
  std::unique_ptr<LinkListener> listener;
};

std::shared_ptr<const FrameBody> body_of(Bytes bytes) {
  return std::make_shared<const FrameBody>(std::make_shared<const Bytes>(std::move(bytes)));
}
Bytes noise(std::size_t size) {
  Bytes out(size);
  std::uint32_t state = static_cast<std::uint32_t>(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

TEST(Link, CarriesFramesOfEverySizeInOrderBothWays) {
  Linked linked;
  ASSERT_TRUE(linked.dial());
  std::vector<Bytes> bodies;
  for (const std::size_t size : {1, 2, 100, 4095, 4096, 16366, 16367, 16368, 16384, 16385, 32768, 100'000, 3'000'000})
    bodies.push_back(noise(size)), bodies.push_back(Bytes(size, 7));
  for (int round = 0; round < 3; ++round)
    for (const Bytes& body : bodies) {
      EXPECT_TRUE(linked.client.link->send(as_bytes("head"), body_of(body)));
      EXPECT_TRUE(linked.server.link->send(as_bytes("h"), body_of(body)));
    }
  for (End* end : {&linked.client, &linked.server}) {
    ASSERT_TRUE(end->wait([&] { return end->frames.size() == 3 * bodies.size(); })) << end->frames.size();
    for (std::size_t i = 0; i < end->frames.size(); ++i) EXPECT_EQ(end->frames[i].body, bodies[i % bodies.size()]) << i;
  }
  EXPECT_EQ(linked.client.link->session_key(), linked.server.link->session_key());
}

TEST(Link, CarriesManySmallFrames) {
  Linked linked;
  ASSERT_TRUE(linked.dial());
  const auto body = body_of(noise(200));
  for (int i = 0; i < 50'000; ++i) ASSERT_TRUE(linked.client.link->send(as_bytes("head"), body));
  EXPECT_TRUE(linked.server.wait([&] { return linked.server.frames.size() == 50'000; }));
}

TEST(Link, DropsAndCountsWhatIsBeyondItsQueue) {
  Linked linked({.queue_bytes_max = 1u << 20}, false);   // the server never reads
  ASSERT_TRUE(linked.dial());
  const auto body = body_of(noise(100'000));
  int taken = 0;
  while (linked.client.link->send(as_bytes("h"), body) && taken < 10'000) ++taken;
  EXPECT_LT(taken, 10'000);
  EXPECT_EQ(linked.client_config.counters->queue_full_drops, 1u);
}

TEST(Link, NoticesAPeerThatFallsSilent) {
  Linked linked({.keepalive_ms = 50, .silence_ms_max = 300}, false);   // established, then says nothing
  ASSERT_TRUE(linked.dial());
  ASSERT_TRUE(linked.client.wait([&] { return linked.client.closed.has_value(); }));
  EXPECT_EQ(linked.client.closed->code, Code::timeout);
  EXPECT_NE(linked.client.closed->text.find("silent"), std::string::npos);
}

TEST(Link, StaysWhileBothSidesAreQuiet) {
  Linked linked({.keepalive_ms = 50, .silence_ms_max = 300});
  ASSERT_TRUE(linked.dial());
  const auto& heard = linked.client_config.counters->frames_in;
  while (heard < 10) std::this_thread::yield();   // half a second and more of nothing but empty frames
  EXPECT_FALSE(linked.client.closed);
  EXPECT_TRUE(linked.client.frames.empty());
}

TEST(Link, ReadsAFastPeerNoFasterThanAllowed) {
  Linked linked({.bytes_per_second_max = 1'000'000});
  ASSERT_TRUE(linked.dial());
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 15; ++i) linked.client.link->send(as_bytes("h"), body_of(noise(100'000)));
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.bytes == 1'500'000; }));
  EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(350));
}

TEST(Link, ClosesOnAFrameBeyondTheBound) {
  Linked linked({.body_bytes_max = 100'000});
  ASSERT_TRUE(linked.dial());
  linked.client.link->send(as_bytes("h"), body_of(noise(100'001)));
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.closed.has_value(); }));
  EXPECT_EQ(linked.server.closed->code, Code::too_large);
}

TEST(Link, SendsTheLastWordsBeforeItCloses) {
  Linked linked;
  ASSERT_TRUE(linked.dial());
  linked.client.link->send(as_bytes("bye"), body_of({1}));
  linked.client.link->close({Code::refused, "enough"});
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.closed.has_value(); }));
  ASSERT_EQ(linked.server.frames.size(), 1u);
  EXPECT_EQ(as_text(linked.server.frames[0].head), "bye");
}

TEST(Link, WhoClosesOnALastWordNamesItAsTheReason) {
  Linked linked({}, false);
  ASSERT_TRUE(linked.dial());
  const auto link = linked.server.link, speaker = linked.client.link;
  link->start({[&](Frame frame) { link->close({Code::refused, std::string(as_text(frame.head))}); },
               [&](const Error& why) { linked.server.note([&] { linked.server.closed = why, linked.server.link.reset(); }); }});
  speaker->send(as_bytes("enough"), body_of({1}));
  speaker->close({Code::refused, "said"});   // word and end of the session arrive together
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.closed.has_value(); }));
  EXPECT_EQ(linked.server.closed->text, "enough");
}

TEST(Link, RefusesAStrangersCertificateOnBothSides) {
  Linked linked;
  linked.files.issue_by_other_ca("x");
  linked.client_config.tls = *TlsContext::from_files(linked.files.path("other-ca.crt"), linked.files.path("x.crt"), linked.files.path("x.key"));
  Link::dial(linked.io.next(), "127.0.0.1", linked.listener->port(), linked.client_config,
             [&](auto link) { linked.client.take(std::move(link), true); });
  ASSERT_TRUE(linked.client.wait([&] { return linked.client.refused.has_value(); }));
  EXPECT_EQ(linked.client.refused->code, Code::bad_certificate);
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.refused.has_value(); }));
  EXPECT_EQ(linked.server.refused->code, Code::bad_certificate) << linked.server.refused->text;
}

TEST(Link, RefusesGarbageAndSilenceInsteadOfTls) {
  Linked linked({.handshake_ms_max = 300});
  RawClient garbage(linked.listener->port());
  garbage.say("GET / HTTP/1.1\r\n\r\n");
  garbage.hear_all();
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.refused.has_value(); }));
  EXPECT_EQ(linked.server.refused->code, Code::bad_frame);
  linked.server.note([&] { linked.server.refused.reset(); });
  RawClient silent(linked.listener->port());
  EXPECT_EQ(silent.hear_all(), "");
  ASSERT_TRUE(linked.server.wait([&] { return linked.server.refused.has_value(); }));
  EXPECT_EQ(linked.server.refused->code, Code::timeout);
}

TEST(Link, StrangersOfOneAddressDoNotKeepOthersOut) {
  Linked linked;
  std::vector<std::unique_ptr<RawClient>> silent;   // each holds a handshake for five seconds
  for (int i = 0; i < 200; ++i) silent.push_back(std::make_unique<RawClient>(linked.listener->port(), "127.0.0.2"));
  EXPECT_EQ(silent.back()->hear_all(), "");         // closed at once: its address has its share
  ASSERT_TRUE(linked.dial());
  EXPECT_TRUE(linked.client.link);
}

TEST(Link, SaysWhyDiallingFailed) {
  Linked linked;
  const std::uint16_t port = linked.listener->port();
  linked.listener.reset();
  while (true) {   // until the listener's socket has gone
    linked.client.refused.reset();
    Link::dial(linked.io.next(), "127.0.0.1", port, linked.client_config, [&](auto link) { linked.client.take(std::move(link), true); });
    ASSERT_TRUE(linked.client.wait([&] { return linked.client.refused || linked.client.link; }));
    if (linked.client.refused) break;
    linked.client.link->close({});
    linked.client.link.reset();
  }
  EXPECT_NE(linked.client.refused->text.find(std::to_string(port)), std::string::npos) << linked.client.refused->text;
}

}  // namespace
}  // namespace hanse::net
