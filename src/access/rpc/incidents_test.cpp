// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What went wrong at the RPC ports of others, tried at ours. docs/RELIABILITY.md lists them.
#include <gtest/gtest.h>

#include "access/rpc/ask_test_node.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "access/rpc/web3/handlers.hpp"

namespace hanse::rpc {
namespace {

// What a method may be given in any place.
std::vector<Json> strange_values() {
  return {nullptr, true, -1, 1.5, 1e300, "", "0x", "0x0", "0xzz", "zz", "0x1", "0x" + std::string(63, 'f'), "0x" + std::string(64, 'f'),
          "0x" + std::string(66, 'f'), "latest", "earliest", std::string(10'000, '0'), "\xf0\x9f\x92\xa5", Json::array(),
          Json::array({Json::array({nullptr})}), Json::object(), Json{{"to", 1}}, Json{{"to", "0xzz"}, {"data", "0xz"}},
          Json{{"blockNumber", Json{{"blockNumber", "0x1"}}}}, Json{{"fromBlock", "0xzz"}}, Json{{"topics", Json::array({Json::array({1})})}},
          Json{{"gas", "0x" + std::string(64, 'f')}, {"value", "0x" + std::string(65, 'f')}}};
}
bool is_answer(const Json& answer) { return answer.contains("result") != answer.contains("error"); }

// FISCO BCOS: wrong hex in a request of the Web3 port crashed the node.
TEST(Incidents, FiscoWrongHexCrashesTheWeb3Port) {
  Asked asked;
  for (const auto& method : web3::methods())
    for (const Json& first : strange_values())
      for (const Json& second : strange_values())
        EXPECT_TRUE(is_answer(asked.web3(std::string(method.name), {first, second, first}))) << method.name << first << second;
}

TEST(Incidents, FiscoWrongHexCrashesTheNativePort) {
  Asked asked;
  for (const auto& method : fisco::methods())
    for (const Json& first : strange_values())
      for (const Json& second : strange_values())
        EXPECT_TRUE(is_answer(asked.native(std::string(method.name), {"group0", "", first, second, first}))) << method.name << first << second;
}

// FISCO BCOS: a request that left the block tag out ended the process. So may any parameter be left out.
TEST(Incidents, FiscoMissingBlockTagEndsTheNode) {
  Asked asked;
  const Json account = to_hex0x(test_address(1));
  for (const char* method : {"eth_getBalance", "eth_getTransactionCount", "eth_getCode"})
    EXPECT_TRUE(asked.web3(method, Json::array({account})).contains("result")) << method;
  EXPECT_TRUE(asked.web3("eth_getStorageAt", {account, "0x0"}).contains("result"));
  EXPECT_TRUE(asked.web3("eth_call", Json::array({Json{{"to", account}}})).contains("result"));
  EXPECT_TRUE(asked.web3("eth_estimateGas", Json::array({Json{{"to", account}}})).contains("result"));
  for (const auto& method : web3::methods()) EXPECT_TRUE(is_answer(asked.web3(std::string(method.name), Json::array()))) << method.name;
  for (const auto& method : fisco::methods()) {
    EXPECT_TRUE(is_answer(asked.native(std::string(method.name), Json::array()))) << method.name;
    EXPECT_TRUE(is_answer(asked.native(std::string(method.name), Json::array({"group0"})))) << method.name;
  }
}

// FISCO BCOS #2830: many calls at once took all memory. Fabric CVE-2022-36023: a request without its parts ended a peer.
TEST(Incidents, FiscoCallsTakeAllMemory) {
  Asked asked;
  const Json call = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", "eth_call"}, {"params", {{{"gas", "0xffffffffffffffff"}, {"data", "0x00"}}}}};
  Json batch = Json::array();
  for (int i = 0; i < 100'000; ++i) batch.push_back(call);
  const Json refused = Json::parse(asked.web3(batch.dump()));
  EXPECT_NE(refused["error"]["message"].get<std::string>().find("100000 requests in a batch; at most"), std::string::npos) << refused;
}

TEST(Incidents, FabricCve202236023ARequestWithoutItsParts) {
  Asked asked;
  for (const Json& body : {Json::object(), Json{{"jsonrpc", "2.0"}}, Json{{"jsonrpc", "2.0"}, {"method", "sendTransaction"}},
                           Json{{"jsonrpc", "2.0"}, {"method", "sendTransaction"}, {"params", nullptr}},
                           Json{{"jsonrpc", "2.0"}, {"method", "eth_sendRawTransaction"}, {"params", Json::array({Json::object()})}}})
    for (const std::string& answer : {asked.web3(body.dump()), asked.native(body.dump())})
      EXPECT_TRUE(answer.empty() || Json::parse(answer).contains("error")) << body;   // empty: a notification
}

}  // namespace
}  // namespace hanse::rpc
