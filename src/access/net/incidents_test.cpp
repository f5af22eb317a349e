// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What went wrong in the sockets of others, tried in ours. docs/RELIABILITY.md lists them.
#include <gtest/gtest.h>

#include <mutex>

#include "access/net/frame.hpp"
#include "access/net/http_server.hpp"
#include "access/net/raw_client.hpp"
#include "access/net/test_certificates.hpp"
#include "access/net/tls.hpp"

namespace hanse::net {
namespace {

// FISCO BCOS #4720: a peer-to-peer message whose length was smaller than its own header crashed the reader.
TEST(Incidents, FiscoP2pLengthCheckCrash) {
  constexpr std::size_t kBodyBytesMax = 1'000;
  for (const std::uint32_t length : {0u, 1u, 5u, 999u, 1'000u, 1'001u, 0x7fffffffu, 0x80000000u, 0xfffffffbu, 0xffffffffu})
    for (const int head_length : {0, 1, 254, 255})
      for (const std::size_t sent : {std::size_t{0}, std::size_t{1}, std::size_t{300}, std::size_t{3'000}}) {
        Bytes bytes;
        append_be(bytes, length);
        bytes.push_back(0), bytes.push_back(static_cast<std::uint8_t>(head_length));
        bytes.resize(bytes.size() + sent, 0);
        FrameReader reader(kBodyBytesMax);
        std::vector<Frame> frames;
        const auto put = reader.put(bytes, frames);
        EXPECT_EQ(put.has_value() || put.error().code == Code::too_large || put.error().code == Code::bad_frame, true);
        if (length > kBodyBytesMax) EXPECT_FALSE(put) << length;
        for (const Frame& frame : frames) EXPECT_LE(frame.body.size(), kBodyBytesMax);
      }
}

// FISCO BCOS CVE-2021-35041: what a packet announces must cost nothing before it has come.
TEST(Incidents, FiscoCve202135041AnAnnouncedLengthTakesMemory) {
  Bytes prefix;
  append_be(prefix, std::uint32_t{32u << 20});
  prefix.push_back(0), prefix.push_back(1), prefix.push_back(7);
  FrameReader reader(32u << 20);
  std::vector<Frame> frames;
  ASSERT_TRUE(reader.put(prefix, frames));
  EXPECT_LE(reader.gap().size(), 64u << 10);
}

// geth CVE-2026-22862: a handshake that was cut off crashed the node.
TEST(Incidents, GethCve202622862TruncatedHandshake) {
  TestCertificates files;
  files.issue("a");
  const auto context = *TlsContext::from_files(files.path("ca.crt"), files.path("a.crt"), files.path("a.key"));
  TlsEngine client(context, TlsRole::dialed);
  ASSERT_TRUE(client.handshake());
  const Bytes greeting = client.out();
  for (std::size_t cut = 0; cut < greeting.size(); ++cut) {
    TlsEngine server(context, TlsRole::accepted);
    server.feed(BytesView(greeting).first(cut));
    const auto cut_off = server.handshake();
    EXPECT_TRUE(!cut_off || !*cut_off) << cut;
    Bytes shortened(greeting.begin(), greeting.begin() + static_cast<std::ptrdiff_t>(cut));
    if (cut > 5) shortened[3] = static_cast<std::uint8_t>((cut - 5) >> 8), shortened[4] = static_cast<std::uint8_t>(cut - 5);
    TlsEngine other(context, TlsRole::accepted);   // the same, with a record length that agrees
    other.feed(shortened);
    const auto agreed = other.handshake();
    EXPECT_TRUE(!agreed || !*agreed) << cut;
  }
}

// FISCO BCOS: an answer written to a client that had gone crashed the node.
TEST(Incidents, FiscoWriteToAClosedSocketCrash) {
  std::mutex mutex;
  std::vector<HttpReply> held;
  IoPool io(2);
  auto server = *HttpServer::start(io, {}, [&](HttpRequest, HttpReply reply) {
    std::lock_guard lock(mutex);
    held.push_back(std::move(reply));
  });
  const auto held_count = [&] { std::lock_guard lock(mutex); return held.size(); };
  for (std::size_t i = 1; i <= 20; ++i) {
    RawClient client(server->port());
    client.say("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
    while (held_count() < i) std::this_thread::yield();
    if (i % 2 == 0) client.reset();             // the connection is gone at once, not only closed
  }
  for (HttpReply& reply : held) reply({.body = std::string(1u << 20, 'x')});
  held.clear();
  while (server->connection_count() != 0) std::this_thread::yield();
  RawClient next(server->port());
  next.say("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
  while (held_count() == 0) std::this_thread::yield();
  held[0]({.body = "<served>"});
  EXPECT_TRUE(next.hear(">").ends_with("<served>"));
}

}  // namespace
}  // namespace hanse::net
