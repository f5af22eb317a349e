// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/http_server.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "access/net/raw_client.hpp"

namespace hanse::net {
namespace {

const auto kEcho = [](HttpRequest request, HttpReply reply) {
  reply({.fields = {{"X-Target", request.target}}, .body = "<" + request.body + ">"});
};

struct Served {
  explicit Served(HttpHandler handler = kEcho, HttpServerConfig config = {}) : io(2) {
    auto started = HttpServer::start(io, config, std::move(handler));
    EXPECT_TRUE(started) << started.error().text;
    server = std::move(*started);
  }
  IoPool io;
  std::unique_ptr<HttpServer> server;
};

std::string post(std::string_view body, std::string_view more = "") {
  return fmt::format("POST /rpc HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", more, body.size(), body);
}

TEST(HttpServer, AnswersAPostAndKeepsTheConnection) {
  Served served;
  RawClient client(served.server->port());
  for (int i = 0; i < 3; ++i) {
    client.say(post("hello"));
    const std::string answer = client.hear("<hello>");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("Content-Length: 7\r\n"), std::string::npos);
    EXPECT_NE(answer.find("X-Target: /rpc\r\n"), std::string::npos);
    EXPECT_EQ(answer.find("Connection: close"), std::string::npos);
  }
}

TEST(HttpServer, AnswersARequestThatComesByteByByte) {
  Served served;
  RawClient client(served.server->port());
  for (const char c : post("drip")) ASSERT_TRUE(client.say({&c, 1}));
  EXPECT_TRUE(client.hear("<drip>").ends_with("<drip>"));
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrderWhateverTheHandlerDoes) {
  std::mutex mutex;
  std::vector<std::pair<std::string, HttpReply>> held;
  Served served([&](HttpRequest request, HttpReply reply) {
    std::lock_guard lock(mutex);
    held.emplace_back(request.body, std::move(reply));
    if (held.size() < 3) return;
    std::thread([held = std::move(held)]() mutable {   // the last first, and from another thread
      for (auto at = held.rbegin(); at != held.rend(); ++at) at->second({.body = "<" + at->first + ">"});
    }).detach();
  });
  RawClient client(served.server->port());
  client.say(post("a") + post("b") + post("c"));
  const std::string answers = client.hear(">", 3);
  EXPECT_LT(answers.find("<a>"), answers.find("<b>"));
  EXPECT_LT(answers.find("<b>"), answers.find("<c>"));
}

TEST(HttpServer, ServesMorePipelinedRequestsThanItHoldsAtOnce) {
  Served served(kEcho, {.pipeline_count_max = 4});
  RawClient client(served.server->port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += post(std::to_string(i));
  std::thread speaker([&] { client.say(requests); });
  const std::string answers = client.hear(">", 1000);
  speaker.join();
  EXPECT_TRUE(answers.ends_with("<999>"));
}

TEST(HttpServer, RefusesABodyBeyondTheLimitWith413AndCloses) {
  Served served(kEcho, {.limits = {.body_bytes_max = 1000}});
  RawClient announced(served.server->port());
  announced.say("POST / HTTP/1.1\r\nContent-Length: 67108864\r\n\r\n");
  EXPECT_TRUE(announced.hear_all().starts_with("HTTP/1.1 413 "));
  RawClient chunked(served.server->port());
  chunked.say("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n");
  EXPECT_TRUE(chunked.hear_all().starts_with("HTTP/1.1 413 "));
}

TEST(HttpServer, TakesABodyOfExactlyTheLimit) {
  Served served(kEcho, {.limits = {.body_bytes_max = 100'000}});
  RawClient client(served.server->port());
  const std::string body(100'000, 'x');
  client.say(post(body));
  EXPECT_TRUE(client.hear(">").ends_with("<" + body + ">"));
}

TEST(HttpServer, TakesChunkedBodies) {
  Served served;
  RawClient client(served.server->port());
  client.say("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_TRUE(client.hear(">").ends_with("<abcde>"));
}

TEST(HttpServer, TellsTheClientToContinueWhenItAsks) {
  Served served;
  RawClient client(served.server->port());
  client.say("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("abc");
  EXPECT_TRUE(client.hear(">").ends_with("<abc>"));
}

TEST(HttpServer, RefusesLongHeadsInOneLineAndInMany) {
  Served served;
  RawClient line(served.server->port());
  line.say("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x'));
  EXPECT_TRUE(line.hear_all().starts_with("HTTP/1.1 431 "));
  RawClient many(served.server->port());
  std::string head = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 5000; ++i) head += fmt::format("N{}: v\r\n", i);
  many.say(head);
  EXPECT_TRUE(many.hear_all().starts_with("HTTP/1.1 431 "));
}

TEST(HttpServer, AnswersGarbageWith400AndCloses) {
  Served served;
  for (const char* garbage : {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                              "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
                              "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
                              "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    RawClient client(served.server->port());
    client.say(garbage);
    EXPECT_TRUE(client.hear_all().starts_with("HTTP/1.1 400 ")) << garbage;
  }
}

TEST(HttpServer, AnswersAClientThatClosedItsSendingSide) {
  Served served;
  RawClient client(served.server->port());
  client.say(post("last"));
  client.finish();
  EXPECT_TRUE(client.hear_all().ends_with("<last>"));
}

TEST(HttpServer, ClosesAfterHttp10AndConnectionClose) {
  Served served;
  RawClient old(served.server->port());
  old.say("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_NE(old.hear_all().find("Connection: close\r\n"), std::string::npos);
  RawClient polite(served.server->port());
  polite.say(post("x", "Connection: close\r\n"));
  EXPECT_TRUE(polite.hear_all().ends_with("<x>"));
}

TEST(HttpServer, SendsNoBodyForHead) {
  Served served;
  RawClient client(served.server->port());
  client.say("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string answer = client.hear_all();
  EXPECT_NE(answer.find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HttpServer, ClosesIdleAndDrippingClients) {
  Served served(kEcho, {.request_ms_max = 200, .idle_ms_max = 200});
  RawClient idle(served.server->port());
  EXPECT_EQ(idle.hear_all(), "");
  RawClient dripping(served.server->port());
  const auto begin = std::chrono::steady_clock::now();
  dripping.say("POST / HTTP/1.1\r\nContent-Length: 8000000\r\n\r\n");
  while (dripping.say("x") && std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)) std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(HttpServer, ClosesAClientThatDoesNotReadItsAnswers) {
  Served served([](HttpRequest, HttpReply reply) { reply({.body = std::string(32u << 20, 'x')}); }, {.write_ms_max = 200});
  RawClient client(served.server->port());
  client.say(post("x"));
  while (served.server->connection_count() == 0) std::this_thread::yield();
  while (served.server->connection_count() != 0) std::this_thread::yield();
}

TEST(HttpServer, ClosesAClientThatDripsItsHead) {
  Served served(kEcho, {.request_ms_max = 200});
  RawClient dripping(served.server->port());
  const auto begin = std::chrono::steady_clock::now();
  dripping.say("POST / HTTP/1.1\r\n");
  while (dripping.say("A: b\r\n") && std::chrono::steady_clock::now() - begin < std::chrono::seconds(5))
    std::this_thread::sleep_for(std::chrono::milliseconds(50));   // slower than the head's bound, faster than an idle client
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(HttpServer, TakesNoFurtherRequestWhileAnswersWaitToBeRead) {
  std::atomic<int> requests = 0;
  Served served([&](HttpRequest, HttpReply reply) {
    ++requests;
    reply({.body = std::string(16u << 20, 'x') + ">"});
  }, {.answer_bytes_max = 1u << 20});
  RawClient client(served.server->port());
  std::string many;
  for (int i = 0; i < 20; ++i) many += post("x");
  client.say(many);
  while (requests == 0) std::this_thread::yield();
  EXPECT_TRUE(client.hear(">").ends_with(">"));
  EXPECT_LE(requests, 3);                       // not twenty: one is read, one is on its way, one more may wait
  EXPECT_TRUE(client.hear(">", 19).ends_with(">"));
  EXPECT_EQ(requests, 20);
}

TEST(HttpServer, ClientsThatDoNotReadDoNotTakeAllMemory) {
  Served served([](HttpRequest, HttpReply reply) { reply({.body = std::string(16u << 20, 'x')}); },
                {.answer_bytes_max = 64u << 20, .answer_bytes_all_max = 20u << 20});
  RawClient greedy(served.server->port());
  greedy.say(post("x"));                         // its answer waits
  while (served.server->answer_bytes() == 0) std::this_thread::yield();
  RawClient other(served.server->port());
  other.say(post("x"));
  EXPECT_TRUE(other.hear("\n").starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(greedy.hear("x", 16u << 20).size() > (16u << 20), true);
}

TEST(HttpServer, ClosesConnectionsBeyondTheLimit) {
  Served served(kEcho, {.connection_count_max = 2});
  RawClient first(served.server->port()), second(served.server->port());
  first.say(post("1")), first.hear(">");
  second.say(post("2")), second.hear(">");
  RawClient third(served.server->port());
  third.say(post("3"));
  EXPECT_EQ(third.hear_all(), "");
}

TEST(HttpServer, OneAddressDoesNotTakeAllConnections) {
  Served served(kEcho, {.connection_count_max = 8, .connection_count_per_address_max = 2});
  const auto is_served = [&](RawClient& client) { return client.say(post("x")) && client.hear(">").ends_with("<x>"); };
  {
    RawClient first(served.server->port()), second(served.server->port());
    EXPECT_TRUE(is_served(first) && is_served(second));
    RawClient third(served.server->port());
    EXPECT_EQ(third.hear_all(), "");
    RawClient neighbour(served.server->port(), "127.0.0.2");
    EXPECT_TRUE(is_served(neighbour));
  }
  while (served.server->connection_count() != 0) std::this_thread::yield();
  RawClient again(served.server->port());   // what was closed counts no more
  EXPECT_TRUE(is_served(again));
}

TEST(HttpServer, ServesManyConnections) {
  Served served;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<RawClient>(served.server->port()));
  for (auto& client : clients) client->say(post("many"));
  for (auto& client : clients) EXPECT_TRUE(client->hear(">").ends_with("<many>"));
}

TEST(HttpServer, AnswersADroppedReplyWith500) {
  Served served([](HttpRequest, HttpReply) {});
  RawClient client(served.server->port());
  client.say(post("x"));
  EXPECT_TRUE(client.hear("dropped").starts_with("HTTP/1.1 500 "));
}

TEST(HttpServer, StopsWhileBusyAndIgnoresLateAnswers) {
  std::mutex mutex;
  std::vector<HttpReply> held;
  auto served = std::make_unique<Served>([&](HttpRequest, HttpReply reply) {
    std::lock_guard lock(mutex);
    held.push_back(std::move(reply));
  }, HttpServerConfig{.drain_ms_max = 50});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(served->server->port()));
    clients.back()->say(post("x") + post("y") + "POST / HT");
  }
  const auto held_count = [&] { std::lock_guard lock(mutex); return held.size(); };
  while (held_count() < 40) std::this_thread::yield();
  served.reset();
  for (HttpReply& reply : held) reply({});
  for (auto& client : clients) EXPECT_EQ(client->hear_all(), "");
}

TEST(HttpServer, AnswersWhatIsDueWhenItStops) {
  std::mutex mutex;
  std::vector<HttpReply> held;
  Served served([&](HttpRequest, HttpReply reply) {
    std::lock_guard lock(mutex);
    held.push_back(std::move(reply));
  }, {.drain_ms_max = 10'000});
  RawClient client(served.server->port());
  client.say(post("x"));
  const auto held_count = [&] { std::lock_guard lock(mutex); return held.size(); };
  while (held_count() < 1) std::this_thread::yield();
  std::thread stopping([&] { served.server->stop(); });
  held[0]({.body = "<due>"});
  EXPECT_TRUE(client.hear_all().ends_with("<due>"));
  stopping.join();
}

TEST(HttpServer, NamesThePortThatIsTaken) {
  Served served;
  IoPool io(1);
  const auto second = HttpServer::start(io, {.port = served.server->port()}, kEcho);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::io);
  EXPECT_NE(second.error().text.find(std::to_string(served.server->port())), std::string::npos);
}

}  // namespace
}  // namespace hanse::net
