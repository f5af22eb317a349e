// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_client.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <mutex>

#include "access/net/http_server.hpp"

namespace hanse::net {
namespace {

std::unique_ptr<HttpServer> serve(IoPool& io, HttpHandler handler, HttpServerConfig config = {}) {
  auto server = HttpServer::start(io, config, std::move(handler));
  EXPECT_TRUE(server) << server.error().text;
  return std::move(*server);
}
const auto kEcho = [](HttpRequest request, HttpReply reply) { reply({.body = request.target + "|" + request.body}); };

TEST(HttpClient, PostsAndGets) {
  IoPool io(1);
  const auto server = serve(io, kEcho);
  HttpClient client(io, {.host = "127.0.0.1", .port = server->port()});
  const auto posted = client.post_and_wait("/a", "body");
  ASSERT_TRUE(posted) << posted.error().text;
  EXPECT_EQ(posted->status, 200);
  EXPECT_EQ(posted->content_type, "application/json");
  EXPECT_EQ(posted->body, "/a|body");
  const auto got = client.get_and_wait("/b?c=d");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "/b?c=d|");
}

TEST(HttpClient, ResolvesNames) {
  IoPool io(1);
  const auto server = serve(io, kEcho);
  HttpClient client(io, {.host = "localhost", .port = server->port()});
  EXPECT_TRUE(client.post_and_wait("/", "x"));
}

TEST(HttpClient, AnswersEachOfManyPipelinedCallsWithItsOwnAnswer) {
  IoPool io(2);
  const auto server = serve(io, kEcho);
  HttpClient client(io, {.host = "127.0.0.1", .port = server->port(), .connection_count = 3, .pipeline_count_max = 8});
  constexpr int kCalls = 5000;
  std::latch all(kCalls);
  std::atomic<int> right = 0;
  for (int i = 0; i < kCalls; ++i)
    client.post("/", std::to_string(i), [&, i](Result<HttpResponse> answer) {
      if (answer && answer->body == "/|" + std::to_string(i)) ++right;
      all.count_down();
    });
  all.wait();
  EXPECT_EQ(right, kCalls);
}

TEST(HttpClient, CarriesLargeBodiesBothWays) {
  IoPool io(1);
  const auto server = serve(io, kEcho);
  HttpClient client(io, {.host = "127.0.0.1", .port = server->port()});
  const std::string body(5'000'000, 'x');
  const auto answer = client.post_and_wait("/", body);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body.size(), body.size() + 2);
}

TEST(HttpClient, SaysUnreachableWhenNobodyListens) {
  IoPool io(1);
  const std::uint16_t port = serve(io, kEcho)->port();
  HttpClient client(io, {.host = "127.0.0.1", .port = port});
  const auto answer = client.post_and_wait("/", "x");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::unreachable);
  EXPECT_NE(answer.error().text.find(std::to_string(port)), std::string::npos);
}

TEST(HttpClient, TimesOutAndWorksAgainAfterwards) {
  IoPool io(1);
  std::mutex mutex;
  std::vector<HttpReply> held;
  const auto server = serve(io, [&](HttpRequest request, HttpReply reply) {
    if (request.body != "hold") return reply({.body = request.body});
    std::lock_guard lock(mutex);
    held.push_back(std::move(reply));
  }, {.drain_ms_max = 0});
  HttpClient client(io, {.host = "127.0.0.1", .port = server->port(), .connection_count = 1, .timeout_ms = 100});
  const auto late = client.post_and_wait("/", "hold");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::timeout);
  EXPECT_TRUE(client.post_and_wait("/", "go"));
}

TEST(HttpClient, ConnectsAgainAfterTheServerCameBack) {
  IoPool io(1);
  auto server = serve(io, kEcho);
  HttpClient client(io, {.host = "127.0.0.1", .port = server->port(), .connection_count = 1});
  ASSERT_TRUE(client.post_and_wait("/", "1"));
  const std::uint16_t port = server->port();
  server.reset();
  EXPECT_FALSE(client.post_and_wait("/", "2"));
  server = serve(io, kEcho, {.port = port});
  EXPECT_TRUE(client.post_and_wait("/", "3"));
}

TEST(HttpClient, FollowsAServerThatClosesAfterEachAnswer) {
  IoPool io(1);
  const auto server = serve(io, [](HttpRequest request, HttpReply reply) {
    reply({.fields = {{"Connection", "close"}}, .body = request.body});
  });
  HttpClient client(io, {.host = "127.0.0.1", .port = server->port(), .connection_count = 1});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(client.post_and_wait("/", "x"));
}

TEST(HttpClient, RefusesCallsBeyondItsQueue) {
  IoPool io(1);
  const auto server = serve(io, [](HttpRequest, HttpReply reply) {
    static std::vector<HttpReply> held;
    held.push_back(std::move(reply));
  }, {.drain_ms_max = 0});
  std::atomic<int> unreachable = 0;
  {
    HttpClient client(io, {.host = "127.0.0.1", .port = server->port(), .queue_count_max = 3});
    for (int i = 0; i < 3; ++i)
      client.post("/", "x", [&](Result<HttpResponse> answer) { unreachable += answer.error().code == Code::unreachable; });
    const auto fourth = client.post_and_wait("/", "x");
    ASSERT_FALSE(fourth);
    EXPECT_EQ(fourth.error().code, Code::rate_limited);
  }
  EXPECT_EQ(unreachable, 3);   // every call ended before the client was gone
}

TEST(HttpClient, ReadsUrls) {
  const auto url = parse_url("http://127.0.0.1:8545/rpc");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, 8545);
  EXPECT_EQ(url->target, "/rpc");
  EXPECT_EQ(parse_url("node:1")->target, "/");
  EXPECT_EQ(parse_url("http://node")->port, 80);
  for (const char* bad : {"", "http://", "https://x", "a:b", "a:70000", "a:1x", "a b:1", "a:1/x y"}) EXPECT_FALSE(parse_url(bad)) << bad;
}

}  // namespace
}  // namespace hanse::net
