// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/air_config.hpp"

#include <gtest/gtest.h>

#include "node/memory_budget.hpp"

namespace hanse::node {
namespace {

constexpr char kSmallest[] = R"(
[groups]
group0 = groups/group0
[p2p]
ca = conf/ca.crt
certificate = conf/tls.crt
key = conf/tls.key
)";

TEST(AirConfig, HasDefaultsForAllButGroupsAndCertificates) {
  const auto config = parse_air_config(kSmallest, "/chain/node0");
  ASSERT_TRUE(config.has_value()) << config.error().text;
  EXPECT_EQ(config->groups.at(0).genesis_file, "/chain/node0/groups/group0/genesis");
  EXPECT_EQ(config->groups.at(0).data_folder, "/chain/node0/groups/group0/data");
  EXPECT_EQ(config->gateway.ca_file, "/chain/node0/conf/ca.crt");
  EXPECT_EQ(config->rpc.listen_host, "127.0.0.1");
  EXPECT_FALSE(config->rpc.web3_port.has_value());
  EXPECT_EQ(config->storage, StorageEngine::rocksdb);
  EXPECT_EQ(config->memory_budget_mb, 384u);
}

TEST(AirConfig, AsksForAMemoryBudgetThatItsGroupsCanLiveWith) {
  std::string text = kSmallest;
  for (int i = 1; i < 10; ++i) text.insert(text.find("[p2p]"), fmt::format("group{} = groups/group{}\n", i, i));
  const auto by_itself = parse_air_config(text, "/n");
  ASSERT_TRUE(by_itself.has_value()) << by_itself.error().text;
  EXPECT_EQ(by_itself->memory_budget_mb, memory_budget_mb_default(10));
  EXPECT_GT(memory_budget_mb_default(10), 384u);
  const auto too_little = parse_air_config(text + "[limits]\nmemory_budget_mb = 384\n", "/n");
  ASSERT_FALSE(too_little.has_value());
  EXPECT_NE(too_little.error().text.find(fmt::format("10 group(s) need {} at least", memory_budget_mb_min(10))), std::string::npos)
      << too_little.error().text;
  EXPECT_TRUE(parse_air_config(text + fmt::format("[limits]\nmemory_budget_mb = {}\n", memory_budget_mb_min(10)), "/n"));
}

TEST(AirConfig, ReadsBackWhatItWrote) {
  AirConfig config = parse_air_config(kSmallest, "/chain/node0").value();
  config.name = "node7";
  config.chain_id = config.gateway.chain_id = "chain7";
  config.groups.push_back({"group1", "/elsewhere/g/genesis", "/elsewhere/g/node.key", "/elsewhere/g/data"});
  config.gateway.listen_port = 30307;
  config.gateway.peers = {"10.0.0.1:30300", "10.0.0.2:30300"};
  config.gateway.deny = {std::string(128, 'a')};
  config.rpc.web3_port = 8552;
  config.rpc.native_port = 0;
  config.storage = StorageEngine::memory;
  config.log.level = LogLevel::debug;
  config.log.file = "/chain/node0/log/node.log";
  config.limits.pool.count_max = 77;
  config.memory_budget_mb = 500;
  const auto read = parse_air_config(to_text(config), "/chain/node0");
  ASSERT_TRUE(read.has_value()) << read.error().text;
  EXPECT_EQ(to_text(*read), to_text(config));
  EXPECT_EQ(read->groups.at(1).key_file, "/elsewhere/g/node.key");
  EXPECT_EQ(read->gateway.peers, config.gateway.peers);
  EXPECT_EQ(read->rpc.native_port, 0);
  EXPECT_EQ(read->limits.pool.count_max, 77u);
  EXPECT_EQ(read->memory_budget_mb, 500u);
}

TEST(AirConfig, NamesTheKeyThatIsWrong) {
  const std::pair<std::string, const char*> wrong[] = {
      {"[p2p]\nca = a\ncertificate = b\nkey = c\n", "no group"},
      {"[groups]\ng = g\n[p2p]\ncertificate = b\nkey = c\n", "ca"},
      {std::string(kSmallest) + "listen_port = 65536\n", "listen_port"},
      {std::string(kSmallest) + "deny = 12\n", "deny"},
      {std::string(kSmallest) + "lisen_port = 1\n", "lisen_port"},
      {std::string(kSmallest) + "[storage]\nengine = paper\n", "engine"},
      {std::string(kSmallest) + "[log]\nlevel = loud\n", "level"},
      {std::string(kSmallest) + "[rpc]\nweb3_port = x\n", "web3_port"},
      {std::string(kSmallest) + "[limits]\nview_timeout_ms = 1\n", "view_timeout_ms"},
      {std::string(kSmallest) + "[limits]\nmemory_budget_mb = 100\n", "memory_budget_mb = 100"},
  };
  for (const auto& [text, name] : wrong) {
    const auto config = parse_air_config(text, "/n");
    ASSERT_FALSE(config.has_value()) << text;
    EXPECT_EQ(config.error().code, Code::bad_config);
    EXPECT_NE(config.error().text.find(name), std::string::npos) << config.error().text;
  }
}

TEST(AirConfig, SaysWhatANodesFolderIs) {
  const auto config = load_air_config("/nowhere");
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, Code::io);
}

TEST(AirConfig, AFlippedBitIsAnotherSettingOrRefusedByNameInOneLine) {
  AirConfig config{.folder = "/node0", .chain_id = "chain0"};
  config.groups.push_back({.id = "group0", .genesis_file = "/node0/groups/group0/genesis"});
  config.gateway.ca_file = config.gateway.cert_file = config.gateway.key_file = "/node0/conf/file";
  std::string text = to_text(config);
  ASSERT_TRUE(parse_air_config(text, "/node0"));
  int refused = 0;
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    const auto read = parse_air_config(text, "/node0");
    if (!read) {
      ++refused;
      EXPECT_NE(read.error().text.find("/node0/config.ini"), std::string::npos) << read.error().text;
      EXPECT_EQ(read.error().text.find('\n'), std::string::npos) << read.error().text;
    }
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
  }
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace hanse::node
