// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <gtest/gtest.h>

#include "access/rpc/ask_test_node.hpp"

namespace hanse::rpc {
namespace {

const std::string kNobody = "0x0000000000000000000000000000000000000001";

std::string hash_text(const Hash& hash) { return to_hex0x(hash); }

void expect_hex(const Json& value, std::size_t bytes) {
  ASSERT_TRUE(value.is_string()) << value;
  const auto decoded = from_hex(value.get<std::string>());
  ASSERT_TRUE(decoded) << value;
  EXPECT_EQ(decoded->size(), bytes) << value;
}

TEST(Web3, ABlockHasEveryFieldThatClientsRead) {
  Asked asked;
  const Json block = asked.web3("eth_getBlockByNumber", {"latest", false})["result"];
  EXPECT_EQ(block["number"], "0x1");
  EXPECT_EQ(block["hash"], hash_text(asked.node.block().hash));
  EXPECT_EQ(block["timestamp"], "0x6553f101");       // 1,700,000,001 seconds
  EXPECT_EQ(block["gasUsed"], "0xea60");
  EXPECT_EQ(block["gasLimit"], "0x6fc23ac00");
  EXPECT_EQ(block["size"], "0x309");
  EXPECT_EQ(block["baseFeePerGas"], "0x0");
  EXPECT_EQ(block["nonce"], "0x0000000000000000");
  EXPECT_EQ(block["miner"], "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  expect_hex(block["logsBloom"], 256);
  for (const char* name : {"parentHash", "stateRoot", "transactionsRoot", "receiptsRoot", "sha3Uncles", "mixHash"}) expect_hex(block[name], 32);
  EXPECT_EQ(block["uncles"], Json::array());
  EXPECT_EQ(block["difficulty"], "0x0");
  EXPECT_EQ(block["transactions"], Json({hash_text(asked.node.transaction(0).hash), hash_text(asked.node.transaction(1).hash)}));
}

TEST(Web3, ABlockIsFoundByNumberHashAndWord) {
  Asked asked;
  const std::string hash = hash_text(asked.node.block().hash);
  for (const char* name : {"0x1", "latest", "pending", "safe", "finalized"}) EXPECT_EQ(asked.web3("eth_getBlockByNumber", {name, false})["result"]["hash"], hash);
  EXPECT_EQ(asked.web3("eth_getBlockByHash", {hash, false})["result"]["number"], "0x1");
  EXPECT_EQ(asked.web3("eth_getBlockByNumber", {"earliest", true})["result"]["number"], "0x0");
  EXPECT_EQ(asked.web3("eth_getBlockByNumber", {"0x2", false})["result"], nullptr);
  EXPECT_EQ(asked.web3("eth_getBlockTransactionCountByNumber", {"0x1"})["result"], "0x2");
  EXPECT_EQ(asked.web3("eth_getUncleCountByBlockHash", {hash})["result"], "0x0");
}

TEST(Web3, ATransactionIsShownAsSigned) {
  Asked asked;
  const Transaction& tx = asked.node.transaction(0);
  const Json shown = asked.web3("eth_getTransactionByHash", {hash_text(tx.hash)})["result"];
  EXPECT_EQ(shown["type"], "0x2");
  EXPECT_EQ(shown["nonce"], "0x5");
  EXPECT_EQ(shown["value"], "0x3e8");
  EXPECT_EQ(shown["gas"], "0xc350");
  EXPECT_EQ(shown["gasPrice"], "0x3");               // what was paid
  EXPECT_EQ(shown["maxFeePerGas"], "0x9");
  EXPECT_EQ(shown["maxPriorityFeePerGas"], "0x2");
  EXPECT_EQ(shown["chainId"], "0x4ee8");
  EXPECT_EQ(shown["from"], to_hex0x(tx.sender));
  EXPECT_EQ(shown["to"], to_hex0x(*tx.to));
  EXPECT_EQ(shown["input"], "0xdead");
  EXPECT_EQ(shown["accessList"][0]["storageKeys"].size(), 1u);
  EXPECT_EQ(shown["blockNumber"], "0x1");
  EXPECT_EQ(shown["transactionIndex"], "0x0");
  EXPECT_EQ(shown["v"], shown["yParity"]);
  EXPECT_GE(shown["r"].get<std::string>().size(), 60u);
  EXPECT_EQ(asked.web3("eth_getTransactionByBlockNumberAndIndex", {"0x1", "0x0"})["result"], shown);
  EXPECT_EQ(asked.web3("eth_getBlockByNumber", {"0x1", true})["result"]["transactions"][0], shown);
  EXPECT_EQ(asked.web3("eth_getTransactionByBlockNumberAndIndex", {"0x1", "0x2"})["result"], nullptr);
}

TEST(Web3, ANativeTransactionIsShownAsALegacyOne) {
  Asked asked;
  const Json shown = asked.web3("eth_getTransactionByHash", {hash_text(asked.node.transaction(1).hash)})["result"];
  EXPECT_EQ(shown["type"], "0x0");
  EXPECT_EQ(shown["to"], nullptr);
  EXPECT_EQ(shown["r"], "0x0");
}

TEST(Web3, AReceiptHasEveryFieldThatClientsRead) {
  Asked asked;
  const Transaction& tx = asked.node.transaction(1);
  const Json receipt = asked.web3("eth_getTransactionReceipt", {hash_text(tx.hash)})["result"];
  EXPECT_EQ(receipt["status"], "0x1");
  EXPECT_EQ(receipt["transactionIndex"], "0x1");
  EXPECT_EQ(receipt["gasUsed"], "0x7530");
  EXPECT_EQ(receipt["cumulativeGasUsed"], "0xea60");
  EXPECT_EQ(receipt["effectiveGasPrice"], "0x3");
  EXPECT_EQ(receipt["contractAddress"], to_hex0x(test_address(9)));
  EXPECT_EQ(receipt["to"], nullptr);
  EXPECT_EQ(receipt["type"], "0x0");
  expect_hex(receipt["logsBloom"], 256);
  const Json& log = receipt["logs"][0];
  EXPECT_EQ(log["logIndex"], "0x1");
  EXPECT_EQ(log["data"], "0x0102");
  EXPECT_EQ(log["removed"], false);
  EXPECT_EQ(log["transactionHash"], hash_text(tx.hash));
  EXPECT_EQ(log["blockHash"], receipt["blockHash"]);
  EXPECT_EQ(asked.web3("eth_getBlockReceipts", {"0x1"})["result"][1], receipt);
}

TEST(Web3, APendingTransactionIsShownWithoutABlock) {
  Asked asked;
  asked.node.pending = true;
  const Json shown = asked.web3("eth_getTransactionByHash", {hash_text(asked.node.transaction(0).hash)})["result"];
  EXPECT_EQ(shown["blockHash"], nullptr);
  EXPECT_EQ(shown["transactionIndex"], nullptr);
  EXPECT_EQ(shown["gasPrice"], "0x9");
}

TEST(Web3, TheReceiptOfAPendingTransactionIsWaitedFor) {
  Asked asked;
  asked.node.pending = true;
  const std::string hash = hash_text(asked.node.transaction(0).hash);
  EXPECT_EQ(asked.web3("eth_getTransactionReceipt", {hash})["result"], nullptr);
  asked.node.decided_later = true;
  EXPECT_EQ(asked.web3("eth_getTransactionReceipt", {hash})["result"]["status"], "0x1");
}

TEST(Web3, WhatIsUnknownIsNull) {
  Asked asked;
  const std::string unknown = hash_text(Hash{});
  EXPECT_EQ(asked.web3("eth_getTransactionReceipt", {unknown})["result"], nullptr);
  EXPECT_EQ(asked.web3("eth_getTransactionByHash", {unknown})["result"], nullptr);
  EXPECT_EQ(asked.web3("eth_getBlockByHash", {unknown, false})["result"], nullptr);
}

// Bits computed with another implementation (ethers' keccak256) from the address and the topic of the test node's log.
TEST(Web3, TheBloomHasTheBitsOfAddressAndTopics) {
  Asked asked;
  const Json receipt = asked.web3("eth_getTransactionReceipt", {hash_text(asked.node.transaction(0).hash)})["result"];
  const auto bloom = *from_hex(receipt["logsBloom"].get<std::string>());
  std::vector<std::size_t> bits;
  for (std::size_t bit = 0; bit < 2048; ++bit)
    if (bloom[255 - bit / 8] >> bit % 8 & 1) bits.push_back(bit);
  EXPECT_EQ(bits, (std::vector<std::size_t>{12, 296, 513, 1517, 1632, 1644}));
}

TEST(Web3, StateIsAnsweredAtTheLatestBlockOnly) {
  Asked asked;
  const std::string hash = hash_text(asked.node.block().hash);
  for (const Json& block : {Json("latest"), Json("safe"), Json("finalized"), Json("pending"), Json("0x1"), Json(hash),
                            Json{{"blockHash", hash}}, Json{{"blockNumber", "0x1"}}, Json(nullptr)})
    EXPECT_EQ(asked.web3("eth_getBalance", {kNobody, block})["result"], "0x21e19e0c9bab2400000") << block;
  for (const Json& block : {Json("earliest"), Json("0x0"), Json("0x2"), Json(hash_text(Hash{}))}) {
    const Json error = asked.web3("eth_getBalance", {kNobody, block})["error"];
    EXPECT_EQ(error["code"], -32000) << block;
  }
  EXPECT_NE(asked.web3("eth_getBalance", {kNobody, "0x0"})["error"]["message"].get<std::string>().find("not kept"), std::string::npos);
}

TEST(Web3, StateIsRefusedWhenTheHeadMovesMeanwhile) {
  Asked asked;
  asked.node.head_moves_to = 2;
  EXPECT_EQ(asked.web3("eth_getBalance", {kNobody, "0x1"})["error"]["code"], -32000);
}

TEST(Web3, AnAccountIsReadInEveryWay) {
  Asked asked;
  EXPECT_EQ(asked.web3("eth_getTransactionCount", {kNobody, "latest"})["result"], "0x5");
  EXPECT_EQ(asked.web3("eth_getTransactionCount", {kNobody, "pending"})["result"], "0x7");
  EXPECT_EQ(asked.web3("eth_getCode", {kNobody, "latest"})["result"], "0x6000");
  EXPECT_EQ(asked.web3("eth_getStorageAt", {kNobody, "0x1f", "latest"})["result"], "0x" + std::string(62, '0') + "1f");
}

TEST(Web3, ACallIsReadFromItsObject) {
  Asked asked;
  EXPECT_EQ(asked.web3("eth_call", {{{"to", kNobody}, {"data", "0x0102"}, {"gas", "0x10"}, {"value", "0x5"}}, "latest"})["result"], "0x2a");
  EXPECT_EQ(asked.node.called.input, (Bytes{1, 2}));
  EXPECT_EQ(asked.node.called.gas_limit, 16u);
  EXPECT_EQ(asked.node.called.value, U256(5));
  EXPECT_EQ(asked.web3("eth_call", {{{"data", "0x01"}, {"input", "0x02"}}})["error"]["code"], kInvalidParams);
  EXPECT_EQ(asked.web3("eth_call", {{{"to", kNobody}}, "latest", {{"a", 1}}})["error"]["code"], kInvalidParams);
  EXPECT_EQ(asked.web3("eth_estimateGas", {{{"to", kNobody}}})["result"], "0x5208");
}

TEST(Web3, ARevertCarriesItsReasonAndData) {
  Asked asked;
  asked.node.call_result = {.status = 16, .output = *from_hex("08c379a0"
      "0000000000000000000000000000000000000000000000000000000000000020"
      "0000000000000000000000000000000000000000000000000000000000000008"
      "6e6f2066756e6473000000000000000000000000000000000000000000000000")};
  asked.node.estimate_error = Error{Code::execution_reverted, ""};
  for (const char* method : {"eth_call", "eth_estimateGas"}) {
    const Json error = asked.web3(method, {{{"to", kNobody}}})["error"];
    EXPECT_EQ(error["code"], 3);
    EXPECT_EQ(error["message"], "execution reverted: no funds");
    EXPECT_EQ(error["data"], to_hex0x(asked.node.call_result.output));
  }
}

TEST(Web3, ARawTransactionIsAnsweredWithItsHash) {
  Asked asked;
  const Transaction& tx = asked.node.transaction(0);
  EXPECT_EQ(asked.web3("eth_sendRawTransaction", {to_hex0x(tx.encoded)})["result"], hash_text(tx.hash));
  EXPECT_EQ(asked.node.submitted.bytes, tx.encoded);
}

TEST(Web3, ARejectedTransactionHasTheTextThatClientsKnow) {
  Asked asked;
  const std::pair<Code, const char*> cases[] = {{Code::nonce_used, "nonce too low"}, {Code::already_in_pool, "already known"},
      {Code::insufficient_funds, "insufficient funds for gas * price + value"}, {Code::pool_full, "txpool is full"},
      {Code::wrong_chain_id, "invalid chain id for signer"}};
  for (const auto& [code, text] : cases) {
    asked.node.submit_error = Error{code, "details"};
    const Json error = asked.web3("eth_sendRawTransaction", {"0x01"})["error"];
    EXPECT_EQ(error["code"], -32000);
    EXPECT_EQ(error["message"], std::string(text) + ": details");
  }
}

TEST(Web3, AWrongParameterIsNamed) {
  Asked asked;
  const auto message = [&](const char* method, const Json& params) {
    const Json error = asked.web3(method, params)["error"];
    EXPECT_EQ(error["code"], kInvalidParams) << method << params;
    return error["message"].get<std::string>();
  };
  EXPECT_NE(message("eth_getBalance", {"0x12"}).find("address: 20 bytes expected, got 1"), std::string::npos);
  EXPECT_NE(message("eth_getBalance", Json::array()).find("address: missing"), std::string::npos);
  EXPECT_NE(message("eth_getBalance", {kNobody, "newest"}).find("block"), std::string::npos);
  EXPECT_NE(message("eth_sendRawTransaction", {"0xzz"}).find("signed transaction: character 0"), std::string::npos);
  EXPECT_NE(message("eth_sendRawTransaction", {"0x123"}).find("odd"), std::string::npos);
  EXPECT_NE(message("eth_getTransactionReceipt", {5}).find("transaction hash: a string expected"), std::string::npos);
  EXPECT_NE(message("eth_call", {{{"to", "0x1"}}}).find("to:"), std::string::npos);
  EXPECT_NE(message("eth_getLogs", {{{"topics", {"0x1"}}}}).find("topics:"), std::string::npos);
  EXPECT_NE(message("eth_getBlockByNumber", {"0x1", "yes"}).find("full transactions"), std::string::npos);
}

TEST(Web3, LogsAreFilteredByRangeAddressAndTopics) {
  Asked asked;
  const std::string topic = "0x" + std::string(63, '0') + "7";
  const Json logs = asked.web3("eth_getLogs", {{{"fromBlock", "earliest"}, {"address", kNobody}, {"topics", {nullptr, topic, {topic, topic}}}}})["result"];
  ASSERT_EQ(logs.size(), 1u);
  EXPECT_EQ(logs[0]["blockTimestamp"], "0x6553f101");
  EXPECT_EQ(asked.node.logs_asked.first, 0);
  EXPECT_EQ(asked.node.logs_asked.last, 1);
  EXPECT_EQ(asked.node.logs_asked.addresses.size(), 1u);
  ASSERT_EQ(asked.node.logs_asked.topics.size(), 3u);
  EXPECT_TRUE(asked.node.logs_asked.topics[0].empty());
  EXPECT_EQ(asked.node.logs_asked.topics[2].size(), 2u);
  EXPECT_EQ(asked.web3("eth_getLogs", {{{"blockHash", hash_text(asked.node.block().hash)}}})["result"].size(), 1u);
  EXPECT_EQ(asked.web3("eth_getLogs", {{{"fromBlock", "0x5"}, {"toBlock", "0x9"}}})["result"], Json::array());
  EXPECT_EQ(asked.web3("eth_getLogs", {{{"fromBlock", "0x1"}, {"toBlock", "0x0"}}})["error"]["message"], "invalid block range params");
}

TEST(Web3, ALogQueryOverAllBlocksIsBounded) {
  Asked asked;
  asked.node.head_number = 250'000;
  const Json error = asked.web3("eth_getLogs", {{{"fromBlock", "0x0"}, {"toBlock", "latest"}}})["error"];
  EXPECT_EQ(error["code"], -32005);
  EXPECT_NE(error["message"].get<std::string>().find("block range of 250001 is too large: 100000 blocks"), std::string::npos) << error;
  EXPECT_TRUE(asked.web3("eth_getLogs", {{{"fromBlock", "0x0"}, {"toBlock", "0x1869f"}}}).contains("result"));   // 100,000
  EXPECT_TRUE(asked.web3("eth_getLogs", {{{"fromBlock", "0x0"}, {"toBlock", "0x186a0"}}}).contains("error"));
}

TEST(Web3, FeesAreThoseOfTheGroup) {
  Asked asked;
  EXPECT_EQ(asked.web3("eth_gasPrice", Json::array())["result"], "0x0");
  const Json history = asked.web3("eth_feeHistory", {"0x5", "latest", {25, 75}})["result"];
  EXPECT_EQ(history["oldestBlock"], "0x0");
  EXPECT_EQ(history["baseFeePerGas"].size(), 3u);
  EXPECT_EQ(history["gasUsedRatio"].size(), 2u);
  EXPECT_EQ(history["gasUsedRatio"][0], 0.0);
  EXPECT_EQ(history["reward"][1], Json({"0x0", "0x0"}));
}

TEST(Web3, SaysHowFarItIsBehind) {
  Asked asked;
  EXPECT_EQ(asked.web3("eth_syncing", Json::array())["result"], false);
  asked.node.syncing = true;
  EXPECT_EQ(asked.web3("eth_syncing", Json::array())["result"]["highestBlock"], "0xc");
}

}  // namespace
}  // namespace hanse::rpc
