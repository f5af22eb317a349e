// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/open_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_folder.hpp"
#include "codec/tars.hpp"
#include "crypto/pem_file.hpp"
#include "scheduling/consensus/pbft/effects.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {
namespace {

namespace fs = std::filesystem;

KeyPair key(std::uint8_t name) {
  SecretKey secret;
  secret.bytes[31] = name;
  return *KeyPair::from_secret(Suite::standard, secret);
}
Genesis genesis_of(std::size_t sealers) {
  Genesis genesis;
  for (std::uint8_t i = 1; i <= sealers; ++i) genesis.config.sealers.push_back({key(i).public_key, 1});
  return genesis;
}

struct Node {
  explicit Node(std::size_t sealers = 4) : genesis(genesis_of(sealers)) {}

  std::string data() const { return (folder.path() / "data").string(); }
  Result<std::unique_ptr<kv::KvStore>> open() const { return open_store({data(), genesis, self}, Log()); }
  // What the core is told about its votes.
  std::vector<pbft::Record> records() const {
    auto store = open();
    EXPECT_TRUE(store) << store.error().text;
    const auto ledger = ledger::Ledger::open(std::move(*store), genesis);
    std::vector<pbft::Record> out;
    for (const auto& record : (*ledger)->log().loaded()) out.push_back(*tars::decode<pbft::Record>(record.record));
    return out;
  }
  void vote() const {
    auto ledger = *ledger::Ledger::open(std::move(*open()), genesis);
    kv::WriteBatch batch;
    const pbft::Record record = pbft::ViewRecord{0, 3, {}};
    ledger->log().add(batch, {ledger->log().next_position(), std::nullopt, tars::encode(record)});
    ASSERT_TRUE(ledger->write(batch, true));
  }
  // The log of votes and everything else that was written last.
  std::string damage() const {
    for (const auto& entry : fs::directory_iterator(data())) {
      if (entry.path().extension() != ".log" || entry.file_size() < 50) continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(20);
      file.put('!');
      return entry.path().filename().string();
    }
    return {};
  }
  std::vector<std::string> aside() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder.path()))
      if (entry.path().filename().string().starts_with("data.damaged-")) out.push_back(entry.path().string());
    return out;
  }

  Genesis genesis;
  NodeId self = key(1).public_key;
  TemporaryFolder folder{"node"};
};

TEST(OpenStore, OpensWhatItWroteAgain) {
  const Node node;
  EXPECT_TRUE(node.records().empty());
  node.vote();
  ASSERT_EQ(node.records().size(), 1u);
  EXPECT_TRUE(std::holds_alternative<pbft::ViewRecord>(node.records()[0]));
}

TEST(OpenStore, ADamagedStoreIsSetAsideAndTheNodeKnowsThatItsVotesAreLost) {
  const Node node;
  node.vote();
  ASSERT_FALSE(node.damage().empty());
  const auto records = node.records();
  ASSERT_EQ(records.size(), 1u);
  ASSERT_TRUE(std::holds_alternative<pbft::VotesLostRecord>(records[0]));
  EXPECT_NE(std::get<pbft::VotesLostRecord>(records[0]).question, 0u);
  EXPECT_EQ(node.aside().size(), 1u);
  const auto again = node.records();
  EXPECT_EQ(std::get<pbft::VotesLostRecord>(again.at(0)).question, std::get<pbft::VotesLostRecord>(records[0]).question);
  EXPECT_EQ(node.aside().size(), 1u) << "it is done once";
}

TEST(OpenStore, ACrashWhileTheStoreIsReplacedForgetsNothing) {
  const Node node;
  node.vote();
  ASSERT_TRUE(give_up_store(node.data(), "a block could not be read"));   // and the process ends here
  ASSERT_TRUE(std::holds_alternative<pbft::VotesLostRecord>(node.records().at(0)));
  fs::remove_all(node.data());                                            // or between setting aside and beginning again
  ASSERT_TRUE(give_up_store(node.data(), "a block could not be read"));
  EXPECT_TRUE(std::holds_alternative<pbft::VotesLostRecord>(node.records().at(0)));
}

TEST(OpenStore, WithoutAQuorumOfOthersADamagedStoreStaysWhereItIs) {
  for (const std::size_t sealers : {1, 2, 3}) {
    const Node node(sealers);
    node.vote();
    const std::string file = node.damage();
    const auto refused = node.open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::corrupt);
    EXPECT_NE(refused.error().text.find(file), std::string::npos) << refused.error().text;
    EXPECT_NE(refused.error().text.find("backup"), std::string::npos) << refused.error().text;
    ASSERT_TRUE(give_up_store(node.data(), "a person said so"));
    ASSERT_FALSE(node.open());
    EXPECT_NE(node.open().error().text.find("data.lost"), std::string::npos);
    EXPECT_TRUE(node.aside().empty());
    EXPECT_TRUE(fs::exists(node.data()));
  }
}

TEST(OpenStore, AFolderThatIsGoneIsRefusedUntilSomebodySaysThatItIsLost) {
  const Node node;
  node.vote();
  fs::remove_all(node.data());
  const auto refused = node.open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::bad_config);
  EXPECT_NE(refused.error().text.find("data.lost"), std::string::npos) << refused.error().text;
  fs::rename(node.data() + ".initialised", node.data() + ".lost");
  EXPECT_TRUE(std::holds_alternative<pbft::VotesLostRecord>(node.records().at(0)));
}

TEST(OpenStore, AnotherNodeKeyIsRefused) {
  Node node;
  node.vote();
  node.self = key(2).public_key;
  const auto refused = node.open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::bad_config);
  EXPECT_NE(refused.error().text.find("node.key"), std::string::npos) << refused.error().text;
}

TEST(OpenStore, ASecondProcessIsRefusedAndNothingIsSetAside) {
  const Node node;
  const auto first = node.open();
  const auto second = node.open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::in_use);
  EXPECT_NE(second.error().text.find(node.data()), std::string::npos) << second.error().text;
  EXPECT_TRUE(node.aside().empty());
}

}  // namespace
}  // namespace hanse::node
