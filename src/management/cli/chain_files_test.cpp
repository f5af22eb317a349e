// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/chain_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/hex.hpp"
#include "base/temporary_folder.hpp"
#include "crypto/key_file.hpp"
#include "crypto/pem_file.hpp"
#include "crypto/x509.hpp"
#include "protocol/genesis.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;

struct Folder : TemporaryFolder {
  Folder() : TemporaryFolder("chain-files") {}
  std::string chain() const { return (path() / "chain").string(); }
};

ChainPlan two_groups() {
  ChainPlan plan;
  plan.groups = {{"group0", Suite::standard}, {"group1", Suite::sm}};
  plan.node_count = 3;
  plan.fund_test_accounts = true;
  return plan;
}

TEST(ChainFiles, EveryNodeReadsWhatWasWritten) {
  const Folder folder;
  const auto written = write_chain(two_groups(), folder.chain());
  ASSERT_TRUE(written.has_value()) << written.error().text;
  const auto nodes = node_folders(folder.chain()).value();
  ASSERT_EQ(nodes.size(), 3u);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto config = node::load_air_config(nodes[i]);
    ASSERT_TRUE(config.has_value()) << config.error().text;
    EXPECT_EQ(config->gateway.listen_port, 30300 + i);
    EXPECT_EQ(config->gateway.peers.size(), 2u);
    EXPECT_EQ(config->rpc.web3_port, 8545 + i);
    ASSERT_EQ(config->groups.size(), 2u);
    for (std::size_t g = 0; g < 2; ++g) {
      const auto genesis = Genesis::parse(read_small_file(config->groups[g].genesis_file).value()).value();
      EXPECT_EQ(genesis.config.group_id, config->groups[g].id);
      EXPECT_EQ(genesis.config.suite, g == 0 ? Suite::standard : Suite::sm);
      EXPECT_EQ(genesis.balances.size(), 10u);
      EXPECT_EQ(genesis.config.web3_chain_id, 20'200 + g);   // so that no transaction of one runs in the other (EIP-155)
      EXPECT_EQ(genesis.config.sealers[i].node, load_key_file(config->groups[g].key_file)->public_key);
    }
    EXPECT_EQ(x509::load_certificate(config->gateway.cert_file)->name, "node" + std::to_string(i));
    EXPECT_EQ(x509::load_certificate(config->gateway.ca_file)->fingerprint,
              x509::load_certificate(folder.chain() + "/sdk/ca.crt")->fingerprint);
  }
}

TEST(ChainFiles, FundsTheAccountsThatEthereumToolsKnow) {
  const Folder folder;
  ASSERT_TRUE(write_chain(two_groups(), folder.chain()).has_value());
  const auto genesis = Genesis::parse(read_small_file(folder.chain() + "/node0/groups/group0/genesis").value()).value();
  for (const char* address : {"f39fd6e51aad88f6f4ce6ab8827279cfffb92266", "a0ee7a142d267c1f36714e4a8f75612f20a79720"}) {
    const auto found = genesis.balances.find(*fixed_from_hex<Address::kSize>(address));
    ASSERT_NE(found, genesis.balances.end()) << address;
    EXPECT_EQ(found->second.to_decimal(), "10000000000000000000000");
  }
}

TEST(ChainFiles, SecretsAreTheOwnersOnly) {
  const Folder folder;
  ASSERT_TRUE(write_chain(two_groups(), folder.chain()).has_value());
  for (const char* name : {"ca/ca.key", "sdk/sdk.key", "node0/conf/tls.key", "node2/groups/group1/node.key"}) {
    struct stat status{};
    ASSERT_EQ(::stat((folder.chain() + "/" + name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
}

TEST(ChainFiles, CanBeMoved) {
  const Folder folder;
  ASSERT_TRUE(write_chain(two_groups(), folder.chain()).has_value());
  const fs::path elsewhere = folder.path() / "elsewhere";
  fs::rename(folder.chain(), elsewhere);
  const auto config = node::load_air_config(node_folders(elsewhere.string())->at(1));
  EXPECT_TRUE(fs::exists(config->gateway.key_file)) << config->gateway.key_file;
  EXPECT_TRUE(fs::exists(config->groups[0].key_file));
}

TEST(ChainFiles, ASmChainHasNoWeb3Port) {
  const Folder folder;
  ChainPlan plan;
  plan.groups = {parse_group("group0", Suite::sm).value()};
  ASSERT_TRUE(write_chain(plan, folder.chain()).has_value());
  EXPECT_FALSE(node::load_air_config(node_folders(folder.chain())->front())->rpc.web3_port.has_value());
}

TEST(ChainFiles, RefusesAndLeavesNothingBehind) {
  const Folder folder;
  const auto refuse = [&](ChainPlan plan) {
    const auto written = write_chain(plan, folder.chain());
    EXPECT_FALSE(written.has_value());
    EXPECT_FALSE(fs::exists(folder.chain()));
    EXPECT_FALSE(fs::exists(folder.chain() + ".unfinished"));
    return written ? std::string() : written.error().text;
  };
  ChainPlan plan = two_groups();
  plan.node_count = 0;
  refuse(plan);
  plan = two_groups();
  plan.rpc_port = plan.p2p_port + 2;
  EXPECT_NE(refuse(plan).find("30302"), std::string::npos);
  plan = two_groups();
  plan.web3_port = 65534;
  refuse(plan);
  plan = two_groups();
  plan.groups[1].id = "group0";
  refuse(plan);
  plan = two_groups();
  plan.chain_id = "no good";
  refuse(plan);
  plan = two_groups();
  plan.groups[0].id = "../up";
  refuse(plan);
}

TEST(ChainFiles, NeverWritesIntoAFolderInUse) {
  const Folder folder;
  ASSERT_TRUE(write_chain(two_groups(), folder.chain()).has_value());
  EXPECT_EQ(write_chain(two_groups(), folder.chain()).error().code, Code::io);
  EXPECT_EQ(parse_group("group0:rsa", Suite::standard).error().code, Code::bad_config);
  EXPECT_EQ(node_folders(folder.path().string()).error().code, Code::io);
}

}  // namespace
}  // namespace hanse::cli
