// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/server.hpp"

#include <gtest/gtest.h>

#include "access/net/http_client.hpp"
#include "access/rpc/ask_test_node.hpp"

namespace hanse::rpc {
namespace {

constexpr std::string_view kAskNumber = R"({"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]})";

// A server of the test node on free ports, and clients of its three.
struct Served {
  explicit Served(Suite suite = Suite::standard) : asked(suite) {
    RpcConfig config{.web3_port = 0, .native_port = 0, .console_port = 0, .body_bytes_max = 64u << 10};
    if (suite == Suite::sm) config.web3_port.reset();
    auto started = Server::start(config, {asked.group()}, asked.metrics);
    CHECK(started);
    server = std::move(*started);
  }
  net::HttpResponse post(std::uint16_t port, std::string_view body) {
    net::HttpClient client(io, {.host = "127.0.0.1", .port = port, .connection_count = 1});
    auto response = client.post_and_wait("/", body);
    return response ? *response : net::HttpResponse{.status = 0, .body = response.error().text};
  }
  net::HttpResponse get(std::uint16_t port, std::string_view target) {
    net::HttpClient client(io, {.host = "127.0.0.1", .port = port, .connection_count = 1});
    auto response = client.get_and_wait(target);
    return response ? *response : net::HttpResponse{.status = 0, .body = response.error().text};
  }

  Asked asked;
  net::IoPool io{1};
  std::unique_ptr<Server> server;
};

TEST(RpcServer, AnswersOnEachPort) {
  Served served;
  const auto web3 = served.post(served.server->web3_port(), kAskNumber);
  EXPECT_EQ(web3.status, 200);
  EXPECT_EQ(web3.body, R"({"jsonrpc":"2.0","id":1,"result":"0x1"})");
  const bool open_to_pages = std::ranges::any_of(web3.fields, [](const net::HttpField& field) {
    return net::equal_ignoring_case(field.name, "Access-Control-Allow-Origin") && field.value == "*";
  });
  EXPECT_TRUE(open_to_pages);
  const auto native = served.post(served.server->native_port(), R"({"jsonrpc":"2.0","id":1,"method":"getBlockNumber","params":["group0",""]})");
  EXPECT_EQ(native.body, R"({"jsonrpc":"2.0","id":1,"result":1})");
  EXPECT_EQ(served.get(served.server->console_port(), "/healthz").body, "ok\n");
  EXPECT_NE(served.get(served.server->console_port(), "/metrics").body.find("hanse_rpc_requests_total"), std::string::npos);
  EXPECT_EQ(served.get(served.server->console_port(), "/other").status, 404);
  EXPECT_EQ(served.get(served.server->web3_port(), "/").status, 405);
}

TEST(RpcServer, IsReadyWhenNoGroupIsBehind) {
  Served served;
  EXPECT_EQ(served.get(served.server->console_port(), "/readyz").status, 200);
  served.asked.node.syncing = true;
  const auto behind = served.get(served.server->console_port(), "/readyz");
  EXPECT_EQ(behind.status, 503);
  EXPECT_EQ(behind.body, "group0: catching up, block 1 of 12\n");
}

TEST(RpcServer, IsUnhealthyWithTheReasonInOneLineWhenAGroupCannotGoOn) {
  Served served;
  served.asked.node.syncing = true;
  EXPECT_EQ(served.get(served.server->console_port(), "/healthz").status, 200) << "who catches up goes on";
  served.asked.node.halt_reason = "000012.sst is damaged:\na checksum does not hold";
  for (const char* page : {"/healthz", "/readyz"}) {
    const auto halted = served.get(served.server->console_port(), page);
    EXPECT_EQ(halted.status, 503);
    EXPECT_EQ(halted.body, "group0: halted: 000012.sst is damaged: a checksum does not hold\n");
  }
}

TEST(RpcServer, RefusesABodyBeyondItsLimit) {
  Served served;
  EXPECT_NE(served.post(served.server->web3_port(), std::string(1u << 20, ' ')).status, 200);
  EXPECT_EQ(served.post(served.server->web3_port(), kAskNumber).status, 200);
}

TEST(RpcServer, AnSmGroupHasNoWeb3Port) {
  Served served(Suite::sm);
  EXPECT_EQ(served.server->web3_port(), 0);
  const auto refused = Server::start({.web3_port = 0}, {served.asked.group()}, served.asked.metrics);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::bad_config);
}

TEST(RpcServer, NamesAPortThatIsTaken) {
  Served served;
  const auto second = Server::start({.web3_port = served.server->web3_port()}, {served.asked.group()}, served.asked.metrics);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().text.find(std::to_string(served.server->web3_port())), std::string::npos);
}

}  // namespace
}  // namespace hanse::rpc
