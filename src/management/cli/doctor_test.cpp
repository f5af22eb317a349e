// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/doctor.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/hex.hpp"
#include "base/temporary_folder.hpp"
#include "crypto/key_file.hpp"
#include "crypto/pem_file.hpp"
#include "crypto/x509.hpp"
#include "management/cli/chain_files.hpp"
#include "storage/kv/format.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;

// A socket that listens on a port of its own.
struct Listener {
  Listener() {
    descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(descriptor, 8);
    socklen_t size = sizeof address;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Listener() { close(); }
  void close() {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
  }
  int descriptor;
  std::uint16_t port;
};

struct Chain {
  explicit Chain(std::int64_t certificate_days = 3650, std::size_t nodes = 2) {
    ChainPlan plan;
    plan.groups = {{"group0", Suite::standard}};
    plan.node_count = nodes;
    plan.certificate_days = certificate_days;
    EXPECT_TRUE(write_chain(plan, dir()));
    node = load(0);
  }
  std::string dir() const { return (temporary.path() / "chain").string(); }
  std::string folder(std::size_t i) const { return fmt::format("{}/node{}", dir(), i); }
  std::string group() const { return folder(0) + "/groups/group0"; }
  Patient load(std::size_t i) const {
    auto config = node::load_air_config(folder(i));
    EXPECT_TRUE(config) << config.error().text;
    config->gateway.listen_port = 0;                     // nothing of the machine's decides here
    config->rpc.native_port = config->rpc.web3_port = config->rpc.console_port = std::nullopt;
    config->gateway.peers.clear();
    return {std::move(*config), std::nullopt, {}};
  }

  TemporaryFolder temporary{"doctor"};
  Patient node;
};

std::string all(const Findings& findings) {
  std::string out;
  for (const Finding& one : findings) {
    out += fmt::format("{} {}: {}\n", one.stops ? "error" : "warning", one.subject, one.text);
    EXPECT_FALSE(one.fix.empty()) << one.text;
    EXPECT_EQ(one.text.find('\n'), std::string::npos) << one.text;
  }
  return out;
}
template <class Look>
std::string seen(Look look, const Patient& node) {
  Findings findings;
  look(node, findings);
  return all(findings);
}
std::string certificates(const Chain& chain, std::int64_t days_later = 0) {
  Findings findings;
  look_at_certificates(chain.node, std::chrono::system_clock::now() + std::chrono::days(days_later), findings);
  return all(findings);
}
testing::AssertionResult has(const std::string& text, std::string_view part) {
  if (text.find(part) != text.npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "`" << part << "` is not in: " << text;
}
void write(const std::string& path, std::string_view text, unsigned mode = kPublicMode) {
  ASSERT_TRUE(write_small_file(path, text, mode, false));
}

TEST(Doctor, FindsNothingInANewChain) {
  const Chain chain;
  EXPECT_EQ(certificates(chain), "");
  EXPECT_EQ(seen(look_at_keys, chain.node), "");
  EXPECT_EQ(seen(look_at_data, chain.node), "");
  EXPECT_EQ(seen(look_at_ports, chain.node), "");
  EXPECT_EQ(seen(look_at_peers, chain.node), "");
}

TEST(Doctor, ACertificateThatExpiresOrHasExpired) {
  const Chain chain(100);
  EXPECT_EQ(certificates(chain, 60), "");
  EXPECT_TRUE(has(certificates(chain, 80), "warning certificate: "));
  const std::string soon = certificates(chain, 80);
  EXPECT_TRUE(has(soon, "expires in 19 days") || has(soon, "expires in 20 days")) << soon;   // by the second that has passed
  EXPECT_TRUE(has(certificates(chain, 103), "error certificate: "));
  EXPECT_TRUE(has(certificates(chain, 103), "expired"));
  EXPECT_TRUE(has(certificates(chain, -3), "is not valid yet"));
}

TEST(Doctor, ACertificateOfAnotherKeyOrAuthority) {
  const Chain chain;
  const std::string key = chain.folder(0) + "/conf/tls.key", authority = chain.folder(0) + "/conf/ca.crt";
  write(key, *read_small_file(chain.folder(1) + "/conf/tls.key"), kSecretMode);
  EXPECT_TRUE(has(certificates(chain), "error certificate: "));
  const Chain stranger, chain2;
  write(chain2.folder(0) + "/conf/ca.crt", *read_small_file(stranger.folder(0) + "/conf/ca.crt"));
  EXPECT_TRUE(has(certificates(chain2), "error certificate: "));
  fs::remove(authority);
  EXPECT_TRUE(has(certificates(chain), "ca.crt"));
}

TEST(Doctor, AKeyThatOthersMayRead) {
  const Chain chain;
  fs::permissions(chain.group() + "/node.key", fs::perms(0640));
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "warning key: "));
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "mode 640"));
  fs::permissions(chain.folder(0) + "/conf/tls.key", fs::perms(0604));
  EXPECT_TRUE(has(certificates(chain), "mode 604"));
}

TEST(Doctor, ANodeKeyThatIsAnotherOneOrNoMemberOrUnreadable) {
  const Chain chain;
  const std::string key = chain.group() + "/node.key";
  const auto right = load_key_file(key);
  write(chain.group() + "/data.initialised", to_hex(right->public_key));
  EXPECT_EQ(seen(look_at_keys, chain.node), "");
  ASSERT_TRUE(save_key_file(key, KeyPair::generate(Suite::standard)));
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "is not the key under which"));
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "is no member"));
  ASSERT_TRUE(save_key_file(key, KeyPair::generate(Suite::sm)));
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "other suite"));
  write(key, "-----BEGIN", kSecretMode);
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "error key: "));
}

TEST(Doctor, AGenesisThatCannotBeReadOrIsOfAnotherGroupOrDiffers) {
  const Chain chain;
  Patient other = chain.node;
  other.config.chain_id = "chain9";
  EXPECT_TRUE(has(seen(look_at_keys, other), "config.ini says group group0 of chain chain9"));
  std::string text = *read_small_file(chain.group() + "/genesis");
  write(chain.group() + "/genesis", text + "\n");
  const auto examined = examine_folder(chain.dir());
  ASSERT_TRUE(examined);
  EXPECT_TRUE(has(all((*examined)[1].findings), "differs from"));
  write(chain.group() + "/genesis", text.substr(0, text.size() / 2));
  EXPECT_TRUE(has(seen(look_at_keys, chain.node), "error genesis: "));
}

TEST(Doctor, AConfigurationThatCannotBeRead) {
  const Chain chain;
  std::ofstream(chain.folder(1) + "/config.ini", std::ios::app) << "\n[rpc]\nwebb3_port = 1\n";
  const auto examined = examine_folder(chain.dir());
  ASSERT_TRUE(examined);
  EXPECT_TRUE(has(all((*examined)[1].findings), "error config: "));
  EXPECT_FALSE(examine_folder(chain.temporary.path().string()));
}

TEST(Doctor, APortThatIsTakenAndOneThatDoesNotAnswer) {
  Chain chain;
  Listener listener;
  chain.node.config.rpc.web3_port = listener.port;
  EXPECT_TRUE(has(seen(look_at_ports, chain.node), "error port: "));
  EXPECT_TRUE(has(seen(look_at_ports, chain.node), "[rpc] web3_port) cannot be listened on"));
  chain.node.pid = ::getpid();
  EXPECT_EQ(seen(look_at_ports, chain.node), "");
  listener.close();
  EXPECT_TRUE(has(seen(look_at_ports, chain.node), "does not answer"));
}

TEST(Doctor, APeerThatCannotBeReached) {
  Chain chain;
  Listener listener;
  const std::string peer = fmt::format("127.0.0.1:{}", listener.port);
  chain.node.config.gateway.peers = {peer};
  EXPECT_EQ(seen(look_at_peers, chain.node), "");
  listener.close();
  EXPECT_TRUE(has(seen(look_at_peers, chain.node), "warning peer: " + peer));
  chain.node.stopped_peers = {peer};
  EXPECT_EQ(seen(look_at_peers, chain.node), "") << "it is known not to run";
}

TEST(Doctor, AStoreThatIsOpenDamagedNewerGoneOrSetAside) {
  const Chain chain;
  const std::string data = chain.group() + "/data";
  {
    auto store = kv::open_rocksdb(data);
    kv::WriteBatch batch;
    batch.put(Bytes{1}, Bytes(100, 7));
    ASSERT_TRUE((*store)->write(batch, true));
  }
  EXPECT_EQ(seen(look_at_data, chain.node), "");
  {
    auto store = kv::open_rocksdb(data);
    kv::WriteBatch batch;
    Bytes newer;
    append_be(newer, kv::kFormatVersion + 1);
    batch.put({kv::kFormatTag}, newer);
    ASSERT_TRUE((*store)->write(batch, true));
  }
  EXPECT_TRUE(has(seen(look_at_data, chain.node), "data format 2"));
  for (const auto& file : fs::directory_iterator(data))
    if (file.path().extension() == ".sst") fs::resize_file(file.path(), file.file_size() - 1);
  EXPECT_TRUE(has(seen(look_at_data, chain.node), ".sst is damaged"));
  write(chain.group() + "/data.initialised", "");
  fs::rename(data, data + ".damaged-20260101T000000Z");
  EXPECT_TRUE(has(seen(look_at_data, chain.node), "was set aside"));
  EXPECT_TRUE(has(seen(look_at_data, chain.node), "is gone, but this node has voted"));
  fs::rename(data + ".initialised", data + ".lost");
  EXPECT_TRUE(has(seen(look_at_data, chain.node), "marked as lost"));
}

TEST(Doctor, AClockThatIsBehindItsOwnFiles) {
  const Chain chain;
  Findings findings;
  look_at_clock(chain.node, std::chrono::system_clock::now(), findings);
  EXPECT_EQ(all(findings), "");
  look_at_clock(chain.node, std::chrono::system_clock::now() - std::chrono::hours(1), findings);
  EXPECT_TRUE(has(all(findings), "error clock: "));
}

TEST(Doctor, ADiskThatIsFullOrForgets) {
  EXPECT_FALSE(space_problem("/data", kFreeBytesLow, 100'000));
  EXPECT_FALSE(space_problem("/data", kFreeBytesLow - 1, 100'000)->stops);
  EXPECT_TRUE(space_problem("/data", kFreeBytesMin - 1, 100'000)->stops);
  EXPECT_TRUE(space_problem("/data", kFreeBytesLow, 10)->stops) << "no file can be made";
  EXPECT_TRUE(disk_kind_problem("/data", 0x01021994));
  EXPECT_TRUE(disk_kind_problem("/data", 0x6969));
  EXPECT_FALSE(disk_kind_problem("/data", 0xef53));
}

TEST(Doctor, ALimitOfOpenFilesThatIsTooLow) {
  EXPECT_FALSE(limit_problem(1024, 1, false));
  EXPECT_TRUE(limit_problem(1024, 2, false));
  EXPECT_TRUE(has(limit_problem(256, 1, true)->text, "the running node"));
}

}  // namespace
}  // namespace hanse::cli
