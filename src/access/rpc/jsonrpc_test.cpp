// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/jsonrpc.hpp"

#include <gtest/gtest.h>

#include "access/rpc/ask_test_node.hpp"

namespace hanse::rpc {
namespace {

int code_of(const std::string& answer) { return Json::parse(answer)["error"]["code"].get<int>(); }

TEST(JsonRpc, EchoesTheIdAsItCame) {
  Asked asked;
  EXPECT_EQ(asked.web3(R"({"jsonrpc":"2.0","id":"a\"b","method":"eth_blockNumber"})"), R"({"jsonrpc":"2.0","id":"a\"b","result":"0x1"})");
  EXPECT_EQ(asked.web3(R"({"jsonrpc":"2.0","id":7,"method":"net_version","params":[]})"), R"({"jsonrpc":"2.0","id":7,"result":"20200"})");
  EXPECT_EQ(asked.web3(R"({"jsonrpc":"2.0","id":null,"method":"net_listening"})"), R"({"jsonrpc":"2.0","id":null,"result":true})");
}

TEST(JsonRpc, RefusesWhatIsNotJson) {
  Asked asked;
  for (const char* body : {"", "{", "[1,", "\xff\xff", R"({"jsonrpc":"2.0",})", "nul"}) EXPECT_EQ(code_of(asked.web3(std::string(body))), kParseError) << body;
}

TEST(JsonRpc, RefusesDeepNesting) {
  Asked asked;
  EXPECT_EQ(code_of(asked.web3(std::string(100'000, '['))), kParseError);
  EXPECT_EQ(code_of(asked.web3(std::string(100'000, '[') + std::string(100'000, ']'))), kParseError);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(code_of(asked.web3(objects + "1" + std::string(100'000, '}'))), kParseError);
}

TEST(JsonRpc, RefusesWhatIsNoRequest) {
  Asked asked;
  for (const char* body : {"1", "{}", R"({"jsonrpc":"1.0","id":1,"method":"eth_chainId"})", R"({"jsonrpc":"2.0","id":1})",
                           R"({"jsonrpc":"2.0","id":{},"method":"eth_chainId"})", R"({"jsonrpc":"2.0","id":1,"method":2})",
                           R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":{"a":1}})"}) {
    EXPECT_EQ(code_of(asked.web3(std::string(body))), kInvalidRequest) << body;
  }
}

TEST(JsonRpc, NamesAMethodThatIsNotThere) {
  Asked asked;
  const Json error = asked.web3("eth_mineNow", Json::array())["error"];
  EXPECT_EQ(error["code"], kMethodNotFound);
  EXPECT_EQ(error["message"], "the method eth_mineNow does not exist/is not available");
}

TEST(JsonRpc, AnswersABatchInItsOrderAndLeavesNotificationsOut) {
  Asked asked;
  const Json answers = Json::parse(asked.web3(R"([{"jsonrpc":"2.0","id":2,"method":"eth_chainId"},
      {"jsonrpc":"2.0","method":"eth_blockNumber"}, 5, {"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}])"));
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0]["result"], "0x4ee8");
  EXPECT_EQ(answers[1]["error"]["code"], kInvalidRequest);
  EXPECT_EQ(answers[2]["id"], 1);
}

TEST(JsonRpc, ANotificationIsNotAnswered) {
  Asked asked;
  EXPECT_EQ(asked.web3(R"({"jsonrpc":"2.0","method":"eth_blockNumber"})"), "");
  EXPECT_EQ(asked.web3(R"([{"jsonrpc":"2.0","method":"eth_blockNumber"}])"), "");
}

TEST(JsonRpc, BoundsABatch) {
  Asked asked;
  EXPECT_EQ(code_of(asked.web3(std::string("[]"))), kInvalidRequest);
  EXPECT_EQ(code_of(asked.web3(std::string("[1,2,3,4,5]"))), kInvalidRequest);
  asked.config.batch_reply_bytes_max = 60;
  const std::string one = R"({"jsonrpc":"2.0","id":2,"method":"eth_chainId"})";
  EXPECT_EQ(code_of(asked.web3("[" + one + "," + one + "]")), -32003);
}

TEST(JsonRpc, TheNativePortTakesNoBatchAndNeedsNoId) {
  Asked asked;
  EXPECT_EQ(code_of(asked.native(std::string("[1]"))), kInvalidRequest);
  EXPECT_EQ(asked.native(R"({"jsonrpc":"2.0","method":"getBlockNumber","params":["group0",""]})"), R"({"jsonrpc":"2.0","id":0,"result":1})");
}

TEST(JsonRpc, CountsRequestsByMethodAndOutcome) {
  Asked asked;
  (void)asked.web3("eth_chainId", Json::array());
  (void)asked.web3("eth_getBalance", Json::array());
  const std::string text = asked.metrics.render();
  EXPECT_NE(text.find(R"(hanse_rpc_requests_total{facade="web3",method="eth_chainId",outcome="ok"} 1)"), std::string::npos);
  EXPECT_NE(text.find(R"(hanse_rpc_requests_total{facade="web3",method="eth_getBalance",outcome="error"} 1)"), std::string::npos);
}

}  // namespace
}  // namespace hanse::rpc
