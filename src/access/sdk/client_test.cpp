// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/client.hpp"

#include <gtest/gtest.h>

#include "access/net/http_server.hpp"
#include "access/sdk/jsonrpc_text.hpp"
#include "base/check.hpp"

namespace hanse::sdk {
namespace {

// A server that answers every request with the next of some texts, and remembers what it was asked.
class Answers {
 public:
  explicit Answers(std::vector<std::string> texts) : texts_(std::move(texts)) {
    auto server = net::HttpServer::start(io_, {}, [this](net::HttpRequest request, net::HttpReply reply) {
      asked.push_back(request.body);
      reply({.body = texts_[std::min(asked.size(), texts_.size()) - 1]});
    });
    CHECK(server);
    server_ = std::move(*server);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", server_->port()); }
  std::vector<std::string> asked;

 private:
  std::vector<std::string> texts_;
  net::IoPool io_{1};
  std::unique_ptr<net::HttpServer> server_;
};

std::string result(const std::string& json) { return R"({"jsonrpc":"2.0","id":1,"result":)" + json + "}"; }

TEST(JsonRpcText, ReadsResultsAndErrors) {
  EXPECT_EQ(result_of(result(R"({"a": [1, null]})")).value(), R"({"a":[1,null]})");
  const auto refused = result_of(R"({"jsonrpc":"2.0","id":1,"error":{"code":10001,"message":"BlockLimitCheckFail","data":"it has passed"}})");
  EXPECT_EQ(refused.error().code, Code::refused);
  EXPECT_EQ(refused.error().text, "BlockLimitCheckFail: it has passed");
  const auto reverted = result_of(R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted: no","data":"0x08c379a0"}})");
  EXPECT_EQ(reverted.error().code, Code::execution_reverted);
  EXPECT_EQ(reverted.error().text, "execution reverted: no");
  for (const char* text : {"", "{", "[]", "{}", "1", R"({"error":{}})"}) EXPECT_EQ(result_of(text).error().code, Code::bad_encoding) << text;
}

TEST(Web3Client, ReadsQuantitiesAndBytes) {
  Answers node({result("\"0x4ee8\""), result("\"0x1f\""), result("\"0x6001\""), result("\"oops\"")});
  Web3Client client(node.url());
  EXPECT_EQ(client.chain_id().value(), 20'200u);
  EXPECT_EQ(client.block_number().value(), 31);
  EXPECT_EQ(client.code(Address{}).value(), (Bytes{0x60, 0x01}));
  EXPECT_FALSE(client.gas_price());
  EXPECT_EQ(node.asked[0], R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]})");
  EXPECT_NE(node.asked[2].find(R"(["0x0000000000000000000000000000000000000000","latest"])"), std::string::npos);
}

TEST(Web3Client, WaitsUntilTheReceiptIsThere) {
  const std::string hash = "0x" + std::string(63, '0') + "5";
  Answers node({result("null"), result("null"), result(R"({"transactionHash":")" + hash + R"(","status":"0x1","blockNumber":"0x2","gasUsed":"0x5208","contractAddress":null})")});
  Web3Client client(node.url());
  const auto receipt = client.wait_receipt(Hash{}, 10'000);
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->succeeded);
  EXPECT_EQ(receipt->block_number, 2);
  EXPECT_EQ(receipt->gas_used, 21'000u);
  EXPECT_FALSE(receipt->contract_address);
  EXPECT_EQ(node.asked.size(), 3u);
}

TEST(Web3Client, SaysWhichNodeCannotBeReached) {
  std::string url;
  {
    Answers node({result("null")});
    url = node.url();
  }
  Web3Client client(url);
  const auto number = client.block_number();
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code, Code::unreachable);
  EXPECT_NE(number.error().text.find(url.substr(7)), std::string::npos);
  EXPECT_EQ(Web3Client("nonsense://x").block_number().error().code, Code::bad_config);
}

}  // namespace
}  // namespace hanse::sdk
