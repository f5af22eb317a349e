// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/chain_files.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

#include "base/check.hpp"
#include "base/hex.hpp"
#include "crypto/key_file.hpp"
#include "crypto/pem_file.hpp"
#include "crypto/x509.hpp"
#include "management/cli/test_accounts.hpp"
#include "protocol/genesis.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;
using x509::Identity;

std::string node_name(std::size_t index) { return fmt::format("node{}", index); }

Result<void> check_ports(const ChainPlan& plan) {
  std::set<std::uint32_t> taken;
  for (const auto& [name, first] : {std::pair{"p2p", plan.p2p_port}, {"rpc", plan.rpc_port}, {"web3", plan.web3_port},
                                    {"console", plan.console_port}})
    for (std::uint32_t i = 0; i < plan.node_count; ++i) {
      const std::uint32_t port = first + i;
      if (first == 0 || port > 65535) return fail(Code::bad_config, "--{}-port {}: node {} would have port {}", name, first, i, port);
      if (!taken.insert(port).second)
        return fail(Code::bad_config, "--{}-port {}: port {} of node {} is given twice; keep {} ports apart", name, first, port, i,
                    plan.node_count);
    }
  return {};
}

Result<void> check_plan(const ChainPlan& plan) {
  if (plan.node_count < 1 || plan.node_count > kNodeCountMax)
    return fail(Code::bad_config, "{} nodes: 1 to {} are possible", plan.node_count, kNodeCountMax);
  if (plan.groups.empty()) return fail(Code::bad_config, "a chain has at least one group");
  std::set<std::string> ids;
  for (const GroupPlan& group : plan.groups)
    if (!ids.insert(group.id).second) return fail(Code::bad_config, "group {} is given twice", group.id);
  return check_ports(plan);
}

// The same group on every node: keys in the order of the nodes, and the genesis text that they share.
struct GroupFiles {
  std::string id;
  std::vector<KeyPair> keys;
  std::string genesis;
};

// Each group has a web3 chain id of its own: EIP-155 is what keeps a transaction of one from being run in another.
Result<GroupFiles> make_group(const ChainPlan& plan, std::size_t index, TimeMs now_ms) {
  const GroupPlan& group = plan.groups[index];
  GroupFiles files{.id = group.id};
  Genesis genesis{.timestamp_ms = now_ms};
  genesis.config.chain_id = plan.chain_id;
  genesis.config.group_id = group.id;
  genesis.config.web3_chain_id = plan.web3_chain_id + index;
  genesis.config.suite = group.suite;
  genesis.config.features = Features::newest();
  for (std::size_t i = 0; i < plan.node_count; ++i) {
    files.keys.push_back(KeyPair::generate(group.suite));
    genesis.config.sealers.push_back({.node = files.keys.back().public_key});
  }
  if (plan.fund_test_accounts) {
    U256 balance = kTestAccountEther;
    CHECK(multiply_by(balance, 1'000'000'000'000'000'000));
    for (std::string_view secret : kTestAccountSecrets) {
      const auto key = KeyPair::from_secret(group.suite, *fixed_from_hex<SecretKey::kSize>(secret));
      CHECK(key.has_value());
      genesis.balances[address_of(group.suite, key->public_key)] = balance;
    }
  }
  if (auto good = check_config(genesis.config); !good) return pass(good);
  files.genesis = genesis.to_text();
  return files;
}

node::AirConfig make_config(const ChainPlan& plan, const std::string& folder, std::size_t index) {
  const auto port = [&](std::uint16_t first) { return static_cast<std::uint16_t>(first + index); };
  node::AirConfig config{.folder = folder, .name = node_name(index), .chain_id = plan.chain_id};
  for (const GroupPlan& group : plan.groups)
    config.groups.push_back({.id = group.id, .genesis_file = fmt::format("{}/groups/{}/genesis", folder, group.id)});
  config.gateway.listen_port = port(plan.p2p_port);
  for (std::size_t i = 0; i < plan.node_count; ++i)
    if (i != index) config.gateway.peers.push_back(fmt::format("127.0.0.1:{}", plan.p2p_port + i));
  config.gateway.ca_file = folder + "/conf/ca.crt";
  config.gateway.cert_file = folder + "/conf/tls.crt";
  config.gateway.key_file = folder + "/conf/tls.key";
  config.rpc.native_port = port(plan.rpc_port);
  if (has_web3(plan)) config.rpc.web3_port = port(plan.web3_port);
  config.rpc.console_port = port(plan.console_port);
  config.storage = plan.storage;
  if (!plan.log_file.empty()) config.log.file = folder + "/" + plan.log_file;
  return config;
}

// A list of files to write, so that the straight line of write_chain does not branch on each.
class Writer {
 public:
  Writer(fs::path root, bool durable) : root_(std::move(root)), durable_(durable) {}
  void file(const std::string& name, std::string_view text, unsigned mode) {
    if (error_) return;
    const fs::path path = root_ / name;
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    if (failed) error_ = Error{Code::io, fmt::format("{} cannot be made: {}", path.parent_path().string(), failed.message())};
    else if (auto written = write_small_file(path.string(), text, mode, durable_); !written) error_ = written.error();
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  fs::path root_;
  bool durable_;
  std::optional<Error> error_;
};

Result<void> write_identities(Writer& writer, const ChainPlan& plan) {
  const auto validity = x509::Validity::days(plan.certificate_days);
  const auto authority = x509::create_authority(plan.chain_id + "-ca", validity);
  if (!authority) return pass(authority);
  writer.file("ca/ca.crt", authority->certificate, kPublicMode);
  writer.file("ca/ca.key", authority->key, kSecretMode);
  const auto sdk = x509::issue(*authority, "sdk", x509::Usage::client, validity);
  if (!sdk) return pass(sdk);
  writer.file("sdk/ca.crt", authority->certificate, kPublicMode);
  writer.file("sdk/sdk.crt", sdk->certificate, kPublicMode);
  writer.file("sdk/sdk.key", sdk->key, kSecretMode);
  for (std::size_t i = 0; i < plan.node_count; ++i) {
    const auto identity = x509::issue(*authority, node_name(i), x509::Usage::node, validity);
    if (!identity) return pass(identity);
    writer.file(node_name(i) + "/conf/ca.crt", authority->certificate, kPublicMode);
    writer.file(node_name(i) + "/conf/tls.crt", identity->certificate, kPublicMode);
    writer.file(node_name(i) + "/conf/tls.key", identity->key, kSecretMode);
  }
  return {};
}

Result<void> write_all(const ChainPlan& plan, const fs::path& folder) {
  Writer writer(folder, plan.storage != node::StorageEngine::memory);
  if (auto written = write_identities(writer, plan); !written) return written;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  for (std::size_t group = 0; group < plan.groups.size(); ++group) {
    const auto files = make_group(plan, group, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    if (!files) return pass(files);
    for (std::size_t i = 0; i < plan.node_count; ++i) {
      const std::string place = fmt::format("{}/groups/{}/", node_name(i), files->id);
      writer.file(place + "genesis", files->genesis, kPublicMode);
      writer.file(place + "node.key", to_pem(files->keys[i]), kSecretMode);
    }
  }
  for (std::size_t i = 0; i < plan.node_count; ++i)
    writer.file(node_name(i) + "/config.ini", to_text(make_config(plan, (folder / node_name(i)).string(), i)), kPublicMode);
  if (writer.error()) return std::unexpected(*writer.error());
  return {};
}

}  // namespace

Result<GroupPlan> parse_group(std::string_view text, Suite otherwise) {
  const std::size_t colon = text.find(':');
  GroupPlan group{std::string(text.substr(0, colon)), otherwise};
  if (colon == text.npos) return group;
  const std::string_view suite = text.substr(colon + 1);
  if (suite != "sm" && suite != "standard")
    return fail(Code::bad_config, "--group {}: the suite is either standard or sm", text);
  group.suite = suite == "sm" ? Suite::sm : Suite::standard;
  return group;
}

bool has_web3(const ChainPlan& plan) {
  return std::ranges::any_of(plan.groups, [](const GroupPlan& group) { return group.suite == Suite::standard; });
}

Result<void> write_chain(const ChainPlan& plan, const std::string& folder) {
  if (auto good = check_plan(plan); !good) return good;
  std::error_code failed;
  if (fs::exists(folder, failed) && !fs::is_empty(folder, failed))
    return fail(Code::io, "{} exists and is not empty; choose another folder or remove it", folder);
  const fs::path target = fs::absolute(folder).lexically_normal();
  fs::path unfinished = target;
  if (!unfinished.has_filename()) unfinished = unfinished.parent_path();
  unfinished += ".unfinished";
  fs::remove_all(unfinished, failed);
  auto written = write_all(plan, unfinished);
  if (written) {
    fs::remove(target, failed);                       // an empty folder that was there
    fs::rename(unfinished, target, failed);
    if (failed) written = fail(Code::io, "{} cannot be made: {}", folder, failed.message());
  }
  if (!written) fs::remove_all(unfinished, failed);
  return written;
}

Result<std::vector<std::string>> node_folders(const std::string& chain_folder) {
  std::vector<std::string> folders;
  std::error_code failed;
  const fs::path root = fs::absolute(chain_folder, failed).lexically_normal();
  while (folders.size() < kNodeCountMax && fs::exists(root / node_name(folders.size()) / "config.ini", failed))
    folders.push_back((root / node_name(folders.size())).string());
  if (folders.empty())
    return fail(Code::io, "{} holds no chain: {}/node0/config.ini is missing; make one with `hanse chain new {}`", chain_folder,
                chain_folder, chain_folder);
  return folders;
}

}  // namespace hanse::cli
