// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "access/net/tls.hpp"
#include "base/hex.hpp"
#include "crypto/key_file.hpp"
#include "crypto/pem_file.hpp"
#include "crypto/x509.hpp"
#include "management/cli/doctor.hpp"
#include "protocol/genesis.hpp"
#include "storage/kv/kv_store.hpp"

namespace hanse::cli {
namespace {

namespace fs = std::filesystem;

void look_at_validity(const std::string& path, std::int64_t now_s, Findings& out) {
  const auto certificate = x509::load_certificate(path);
  if (!certificate)
    return out.push_back({true, "certificate", certificate.error().text, "put the certificate back, or have a new one issued"});
  const std::int64_t left_days = (certificate->valid_until_s - now_s) / 86'400;
  if (now_s > certificate->valid_until_s)
    out.push_back({true, "certificate", fmt::format("{} expired {} days ago", path, -left_days), "have a new one issued"});
  else if (left_days < kExpiryWarningDays)
    out.push_back({false, "certificate", fmt::format("{} expires in {} days", path, left_days), "have a new one issued in time"});
  if (now_s < certificate->valid_from_s)
    out.push_back({true, "certificate", fmt::format("{} is not valid yet", path), "set the clock right, or have a new one issued"});
}

void look_at_mode(const std::string& path, Findings& out) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return;       // whoever reads it says so
  if ((status.st_mode & 077) == 0) return;
  out.push_back({false, "key", fmt::format("{} may be read by others (mode {:o})", path, status.st_mode & 0777),
                 "chmod 600 " + path});
}

bool is_member(const GroupConfig& config, const NodeId& node) {
  return std::ranges::any_of(config.sealers, [&](const Sealer& sealer) { return sealer.node == node; }) ||
         std::ranges::find(config.observers, node) != config.observers.end();
}

Result<Genesis> load_genesis(const node::AirConfig& config, const node::AirGroup& group) {
  const auto text = read_small_file(group.genesis_file);
  if (!text) return pass(text);
  auto genesis = Genesis::parse(*text);
  if (!genesis) return fail(genesis.error().code, "{}: {}", group.genesis_file, genesis.error().text);
  if (genesis->config.group_id != group.id || genesis->config.chain_id != config.chain_id)
    return fail(Code::bad_config, "{} is the genesis of group {} of chain {}, config.ini says group {} of chain {}", group.genesis_file,
                genesis->config.group_id, genesis->config.chain_id, group.id, config.chain_id);
  return genesis;
}

void look_at_group_key(const node::AirGroup& group, const Result<Genesis>& genesis, Findings& out) {
  const auto key = load_key_file(group.key_file);
  if (!key) return out.push_back({true, "key", key.error().text, "put node.key back: without it this node is another one"});
  const std::string id = to_hex(key->public_key);
  const auto writer = read_small_file(group.data_folder + ".initialised");
  if (writer && !writer->empty() && *writer != id)
    out.push_back({true, "key", fmt::format("{} is not the key under which {} was written ({:.16}…)", group.key_file,
                                            group.data_folder, *writer), "put the right node.key back"});
  if (!genesis) return;
  if (key->suite != genesis->config.suite)
    out.push_back({true, "key", fmt::format("{} is a key of the other suite than {}", group.key_file, group.genesis_file),
                   "put the right node.key back"});
  else if (!is_member(genesis->config, key->public_key))
    out.push_back({false, "key", fmt::format("{} ({:.16}…) is no member in {}", group.key_file, id, group.genesis_file),
                   "nothing, if the group admitted this node later; otherwise put the right node.key back"});
}

// Who holds the lock of the store; none: nobody.
std::optional<pid_t> holder_of(const std::string& lock_file) {
  const int descriptor = ::open(lock_file.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  struct flock lock{};
  lock.l_type = F_WRLCK;
  const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
  ::close(descriptor);
  return asked && lock.l_type != F_UNLCK && lock.l_pid > 0 ? std::optional(lock.l_pid) : std::nullopt;
}

void look_at_leftovers(const std::string& data, Findings& out) {
  std::error_code ignored;
  const fs::path folder(data);
  for (const auto& entry : fs::directory_iterator(folder.parent_path(), ignored))
    if (entry.path().filename().string().starts_with(folder.filename().string() + ".damaged-"))
      out.push_back({false, "data", fmt::format("{} was set aside because it was damaged", entry.path().string()),
                     "look at the disk; remove it when it is not needed any more"});
}

void look_at_store(const std::string& data, const Patient& node, Findings& out) {
  std::error_code ignored;
  const bool there = fs::exists(data + "/CURRENT", ignored);
  if (fs::exists(data + ".lost", ignored))
    out.push_back({false, "data", data + " is marked as lost", "start the node: it begins a new one and fetches the blocks"});
  else if (!there && fs::exists(data + ".initialised", ignored))
    out.push_back({true, "data", data + " is gone, but this node has voted",
                   fmt::format("put it back; if it is lost for good: mv {0}.initialised {0}.lost", data)});
  look_at_leftovers(data, out);
  if (!there || node.pid) return;
  if (const auto holder = holder_of(data + "/LOCK"))
    return out.push_back({true, "data", fmt::format("process {} has {} open, and it is not this node", *holder, data),
                          "stop that process first"});
  if (const auto good = kv::inspect_rocksdb(data); !good)
    out.push_back({true, "data", good.error().text,
                   good.error().code == Code::newer_data
                       ? "run the newer version of hanse"
                       : "start the node: where the other members are a quorum it fetches everything again; else restore a backup"});
}

}  // namespace

void look_at_certificates(const Patient& node, std::chrono::system_clock::time_point now, Findings& out) {
  const auto& p2p = node.config.gateway;
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::size_t before = out.size();
  look_at_validity(p2p.ca_file, now_s, out);
  look_at_validity(p2p.cert_file, now_s, out);
  look_at_mode(p2p.key_file, out);
  if (out.size() > before) return;
  const auto context = net::TlsContext::from_files(p2p.ca_file, p2p.cert_file, p2p.key_file);
  const auto own = context ? (*context)->check_own_certificate() : pass(context);
  if (!own)
    out.push_back({true, "certificate", fmt::format("{}: {}", p2p.cert_file, own.error().text),
                   "put certificate, key and authority back that belong together"});
}

void look_at_keys(const Patient& node, Findings& out) {
  for (const node::AirGroup& group : node.config.groups) {
    const auto genesis = load_genesis(node.config, group);
    if (!genesis)
      out.push_back({true, "genesis", genesis.error().text, "copy the genesis of another member, byte for byte"});
    look_at_mode(group.key_file, out);
    look_at_group_key(group, genesis, out);
  }
}

void look_at_data(const Patient& node, Findings& out) {
  if (node.config.storage == node::StorageEngine::memory) return;
  for (const node::AirGroup& group : node.config.groups) look_at_store(group.data_folder, node, out);
}

}  // namespace hanse::cli
