// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <gtest/gtest.h>

#include "access/rpc/ask_test_node.hpp"
#include "access/rpc/fisco/shapes.hpp"

namespace hanse::rpc {
namespace {

TEST(Fisco, AReceiptIsInItsOwnNumberBases) {
  Asked asked;
  const Transaction& tx = asked.node.transaction(1);
  const Json receipt = asked.native("sendTransaction", {"group0", "", to_hex0x(tx.encoded), false})["result"];
  EXPECT_EQ(receipt["version"], 1);
  EXPECT_EQ(receipt["status"], 0);
  EXPECT_EQ(receipt["blockNumber"], 1);
  EXPECT_EQ(receipt["gasUsed"], "30000");
  EXPECT_EQ(receipt["effectiveGasPrice"], "0x3");
  EXPECT_EQ(receipt["contractAddress"], to_hex0x(test_address(9)));
  EXPECT_EQ(receipt["checksumContractAddress"], fisco::checksum_address(Suite::standard, test_address(9)));
  EXPECT_EQ(receipt["transactionHash"], to_hex0x(tx.hash));
  EXPECT_EQ(receipt["hash"], to_hex0x(receipt_hash(Suite::standard, asked.node.receipt(1))));
  EXPECT_EQ(receipt["to"], "");
  EXPECT_EQ(receipt["from"], to_hex0x(tx.sender));
  EXPECT_EQ(receipt["logEntries"][0]["address"], to_hex(test_address(1)));
  EXPECT_EQ(receipt["logEntries"][0]["data"], "0x0102");
  EXPECT_FALSE(receipt.contains("txReceiptProof"));
  EXPECT_EQ(asked.native("getTransactionReceipt", {"group0", "", to_hex0x(tx.hash)})["result"], receipt);
}

TEST(Fisco, ProofsLeadFromTheLeafToTheRoot) {
  Asked asked;
  const Transaction& tx = asked.node.transaction(1);
  const Json receipt = asked.native("getTransactionReceipt", {"group0", "", to_hex0x(tx.hash), true})["result"];
  EXPECT_EQ(receipt["transactionProof"], Json({"00000002", to_hex(asked.node.transaction(0).hash), to_hex(tx.hash)}));
  EXPECT_EQ(receipt["txReceiptProof"][2], to_hex(receipt_hash(Suite::standard, asked.node.receipt(1))));
  EXPECT_EQ(fisco::proof_of(Suite::standard, {tx.hash}, 0), fisco::Proof{to_hex(tx.hash)});
}

TEST(Fisco, ATransactionIsShownAsSent) {
  Asked asked;
  const Transaction& tx = asked.node.transaction(1);
  const Json shown = asked.native("getTransaction", {"group0", "", to_hex0x(tx.hash), true})["result"];
  EXPECT_EQ(shown["version"], 1);
  EXPECT_EQ(shown["nonce"], "313233343536373839");       // the text's bytes
  EXPECT_EQ(shown["blockLimit"], 500);
  EXPECT_EQ(shown["to"], "");
  EXPECT_EQ(shown["chainID"], "chain0");
  EXPECT_EQ(shown["groupID"], "group0");
  EXPECT_EQ(shown["input"], "0x6001");
  EXPECT_EQ(shown["abi"], "[]");
  EXPECT_EQ(shown["signature"].get<std::string>().size(), 2u + 130u);
  EXPECT_EQ(shown["txProof"].size(), 3u);
  const Json web3 = asked.native("getTransaction", {"group0", "", to_hex0x(asked.node.transaction(0).hash)})["result"];
  EXPECT_EQ(web3["type"], 1);
  EXPECT_EQ(web3["chainID"], "20200");
  EXPECT_EQ(web3["nonce"], "307835");
  EXPECT_EQ(web3["signature"].get<std::string>().size(), 2u + 130u);
}

TEST(Fisco, ABlockComesAsHeaderWithHashesOrWhole) {
  Asked asked;
  const std::string hash = to_hex0x(asked.node.block().hash);
  const Json header = asked.native("getBlockByNumber", {"group0", "", 1})["result"];
  EXPECT_EQ(header["hash"], hash);
  EXPECT_EQ(header["number"], 1);
  EXPECT_EQ(header["timestamp"], 1'700'000'001'500);
  EXPECT_EQ(header["gasUsed"], "60000");
  EXPECT_EQ(header["sealer"], 0);
  EXPECT_EQ(header["sealerList"][0].get<std::string>().size(), 130u);
  EXPECT_EQ(header["parentInfo"][0]["blockNumber"], 0);
  EXPECT_FALSE(header.contains("transactions"));
  const Json with_hashes = asked.native("getBlockByHash", {"group0", "", hash, false, true})["result"];
  EXPECT_EQ(with_hashes["transactions"][1], to_hex0x(asked.node.transaction(1).hash));
  const Json whole = asked.native("getBlockByNumber", {"group0", "", 1, false, false})["result"];
  EXPECT_EQ(whole["transactions"][1]["hash"], to_hex0x(asked.node.transaction(1).hash));
  EXPECT_EQ(asked.native("getBlockHashByNumber", {"group0", "", 1})["result"], hash);
}

TEST(Fisco, StatusMethodsAnswerNumbersAndLists) {
  Asked asked;
  const Json group = {"group0", ""};
  EXPECT_EQ(asked.native("getBlockNumber", group)["result"], 1);
  EXPECT_EQ(asked.native("getPbftView", group)["result"], 3);
  EXPECT_EQ(asked.native("getPendingTxSize", group)["result"], 4);
  EXPECT_EQ(asked.native("getTotalTransactionCount", group)["result"]["transactionCount"], 2);
  EXPECT_EQ(asked.native("getSealerList", group)["result"][0]["nodeID"], to_hex(asked.node.key().public_key));
  EXPECT_EQ(asked.native("getGroupList", Json::array())["result"]["groupList"], Json({"group0"}));
  EXPECT_EQ(asked.native("getSystemConfigByKey", {"group0", "", "tx_count_limit"})["result"]["value"], "1000");
  EXPECT_EQ(asked.native("getSystemConfigByKey", {"group0", "", "nonsense"})["error"]["code"], kInvalidParams);
  EXPECT_EQ(asked.native("getCode", {"group0", "", to_hex(test_address(1))})["result"], "0x6000");
  const Json consensus = Json::parse(asked.native("getConsensusStatus", group)["result"].get<std::string>());
  EXPECT_EQ(consensus["view"], 3);
  EXPECT_EQ(consensus["leaderIndex"], 0);
  EXPECT_EQ(Json::parse(asked.native("getSyncStatus", group)["result"].get<std::string>())["isSyncing"], false);
}

TEST(Fisco, TheGroupIsDescribedInJsonInsideJson) {
  Asked asked(Suite::sm);
  const Json info = asked.native("getGroupInfo", {"group0"})["result"];
  EXPECT_EQ(info["chainID"], "chain0");
  EXPECT_EQ(Json::parse(info["genesisConfig"].get<std::string>())["consensusType"], "pbft");
  const Json& node = info["nodeList"][0];
  EXPECT_EQ(node["name"], "node0");
  EXPECT_EQ(node["type"], 1);
  const Json config = Json::parse(node["iniConfig"].get<std::string>());
  EXPECT_EQ(config["smCryptoType"], true);
  EXPECT_EQ(config["isWasm"], false);
  EXPECT_EQ(config["binaryInfo"]["version"], "3.16.4");
}

TEST(Fisco, ACallTellsBlockStatusAndOutput) {
  Asked asked;
  asked.node.call_result = {.status = 16, .output = {0xff}, .block = 1};
  EXPECT_EQ(asked.native("call", {"group0", "", to_hex(test_address(1)), "0x01"})["result"],
            (Json{{"blockNumber", 1}, {"status", 16}, {"output", "0xff"}}));
}

TEST(Fisco, ASignedCallRunsAsItsSigner) {
  for (const Suite suite : {Suite::standard, Suite::sm}) {
    Asked asked(suite);
    const std::string to = to_hex(test_address(1));
    Bytes text = to_bytes(to);
    text.push_back(0x01);
    const Bytes signature = sign(asked.node.key(), hash_of(suite, text));
    (void)asked.native("call", {"group0", "", to, "01", to_hex0x(signature)});
    EXPECT_EQ(asked.node.called.from, address_of(suite, asked.node.key().public_key));
    EXPECT_EQ(asked.native("call", {"group0", "", to, "01", "0x00"})["error"]["code"], 10'008);
  }
}

TEST(Fisco, ARejectionHasStatusNameAndReason) {
  Asked asked;
  asked.node.submit_error = Error{Code::block_limit_failed, "block limit 5 has passed"};
  const Json error = asked.native("sendTransaction", {"group0", "", "0x01", false})["error"];
  EXPECT_EQ(error["code"], 10'001);
  EXPECT_EQ(error["message"], "BlockLimitCheckFail: block limit 5 has passed");
  EXPECT_EQ(error["data"], "block limit 5 has passed");
}

TEST(Fisco, GroupsAndParametersAreChecked) {
  Asked asked;
  EXPECT_EQ(asked.native("getBlockNumber", {"group7", ""})["error"]["code"], -32005);
  EXPECT_EQ(asked.native("getBlockNumber", Json::array())["error"]["code"], kInvalidParams);
  EXPECT_EQ(asked.native("sendTransaction", {"group0", "", "0xzz"})["error"]["code"], kInvalidParams);
  EXPECT_EQ(asked.native("getBlockByNumber", {"group0", "", "one"})["error"]["code"], kInvalidParams);
  EXPECT_EQ(asked.native("getBlockByNumber", {"group0", "", 9})["error"]["code"], static_cast<int>(Code::not_found));
}

// The examples of EIP-55.
TEST(Fisco, AnAddressIsChecksummed) {
  for (const char* text : {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                           "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"})
    EXPECT_EQ(fisco::checksum_address(Suite::standard, *fixed_from_hex<20>(text)), text);
}

}  // namespace
}  // namespace hanse::rpc
