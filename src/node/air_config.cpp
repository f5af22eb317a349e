// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/air_config.hpp"

#include <filesystem>
#include <limits>

#include "base/config_file.hpp"
#include "base/hex.hpp"
#include "node/memory_budget.hpp"

namespace hanse::node {
namespace {

namespace fs = std::filesystem;

// Reads values one after the other and keeps the first error, so that a reader is a list of assignments.
class Reader {
 public:
  Reader(ConfigFile& file, std::string folder) : file_(file), folder_(std::move(folder)) {}

  void text(std::string& out, std::string_view section, std::string_view key) {
    out = file_.text_or(section, key, out);
  }
  void path(std::string& out, std::string_view section, std::string_view key) {
    auto value = file_.text(section, key);
    keep(value);
    if (value) out = (fs::path(folder_) / *value).lexically_normal().string();
  }
  template <class Int>
  void number(Int& out, std::string_view section, std::string_view key, std::uint64_t min, std::uint64_t max) {
    const auto value = file_.number_or(section, key, static_cast<std::uint64_t>(out), min, max);
    keep(value);
    if (value) out = static_cast<Int>(*value);
  }
  void port(std::optional<std::uint16_t>& out, std::string_view section, std::string_view key) {
    if (!file_.find(section, key)) return;
    number(out.emplace(), section, key, 0, 65535);
  }
  void list(std::vector<std::string>& out, std::string_view section, std::string_view key) {
    const std::string value = file_.text_or(section, key, "");
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find(',', at), value.size());
      std::string item = value.substr(at, end - at);
      std::erase(item, ' ');
      if (!item.empty()) out.push_back(std::move(item));
      at = end + 1;
    }
  }
  void refuse(std::string_view section, std::string_view key, std::string_view why) {
    if (!error_) error_ = file_.error_at(section, key, why);
  }
  template <class T>
  void keep(const Result<T>& result) {
    if (!result && !error_) error_ = result.error();
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  ConfigFile& file_;
  std::string folder_;
  std::optional<Error> error_;
};

void read_groups(ConfigFile& file, Reader& read, AirConfig& config) {
  for (const std::string& id : file.keys("groups")) {
    std::string folder;
    read.path(folder, "groups", id);
    config.groups.push_back({.id = id,
                             .genesis_file = folder + "/genesis",
                             .key_file = folder + "/node.key",
                             .data_folder = folder + "/data"});
  }
  if (config.groups.empty()) read.refuse("groups", "", "no group is listed; write one line `<id> = <folder>` for each");
}

void read_gateway(Reader& read, gateway::GatewayConfig& gateway) {
  read.text(gateway.listen_host, "p2p", "listen_host");
  read.number(gateway.listen_port, "p2p", "listen_port", 0, 65535);
  read.list(gateway.peers, "p2p", "peers");
  read.path(gateway.ca_file, "p2p", "ca");
  read.path(gateway.cert_file, "p2p", "certificate");
  read.path(gateway.key_file, "p2p", "key");
  read.list(gateway.allow, "p2p", "allow");
  read.list(gateway.deny, "p2p", "deny");
  read.number(gateway.frame_bytes_max, "p2p", "frame_bytes_max", 1u << 20, 256u << 20);
  read.number(gateway.queue_bytes_max, "p2p", "queue_bytes_max", 1u << 20, 4ull << 30);
  read.number(gateway.peer_bytes_per_second_max, "p2p", "peer_bytes_per_second_max", 0,
              std::numeric_limits<std::int64_t>::max());
  for (const auto* key : {"allow", "deny"})
    for (const std::string& id : std::string_view(key) == "allow" ? gateway.allow : gateway.deny)
      if (!fixed_from_hex<NodeId::kSize>(id)) read.refuse("p2p", key, fmt::format("{} is not a node id of 128 hex digits", id));
}

void read_rpc(Reader& read, rpc::RpcConfig& rpc) {
  read.text(rpc.listen_host, "rpc", "listen_host");
  read.port(rpc.native_port, "rpc", "native_port");
  read.port(rpc.web3_port, "rpc", "web3_port");
  read.port(rpc.console_port, "rpc", "console_port");
  read.number(rpc.body_bytes_max, "rpc", "body_bytes_max", 1024, 256u << 20);
}

void read_memory_budget(Reader& read, AirConfig& config) {
  const std::size_t count = config.groups.size(), min = memory_budget_mb_min(count);
  std::size_t& total = config.memory_budget_mb.emplace(memory_budget_mb_default(count));
  read.number(total, "limits", "memory_budget_mb", 0, 1u << 24);
  if (total < min) read.refuse("limits", "memory_budget_mb", fmt::format("= {} is too little: {} group(s) need {} at least", total, count, min));
}

void read_rest(Reader& read, AirConfig& config) {
  std::string engine = "rocksdb", level = "info";
  read.text(engine, "storage", "engine");
  if (engine != "rocksdb" && engine != "memory") read.refuse("storage", "engine", "either rocksdb or memory");
  config.storage = engine == "memory" ? StorageEngine::memory : StorageEngine::rocksdb;

  read.text(level, "log", "level");
  const auto parsed = parse_log_level(level);
  if (parsed) config.log.level = *parsed;
  else read.refuse("log", "level", parsed.error().text);
  read.text(config.log.file, "log", "file");
  if (!config.log.file.empty()) config.log.file = (fs::path(config.folder) / config.log.file).lexically_normal().string();

  read_memory_budget(read, config);
  group::GroupLimits& limits = config.limits;
  read.number(limits.pool.count_max, "limits", "pool_count_max", 1, 10'000'000);
  read.number(limits.pool.bytes_max, "limits", "pool_bytes_max", 1u << 20, 64ull << 30);
  read.number(limits.view_timeout_ms, "limits", "view_timeout_ms", 50, static_cast<std::uint64_t>(limits.view_timeout_ms_max));
}

std::string joined(const std::vector<std::string>& items) { return fmt::format("{}", fmt::join(items, ", ")); }

void append_port(std::string& text, std::string_view key, const std::optional<std::uint16_t>& port) {
  if (port) text += fmt::format("{} = {}\n", key, *port);
}

Result<AirConfig> read_config(ConfigFile& file, const std::string& folder) {
  AirConfig config;
  config.folder = folder;
  Reader read(file, folder);
  read.text(config.name, "node", "name");
  read.text(config.chain_id, "node", "chain");
  config.gateway.chain_id = config.chain_id;
  read_groups(file, read, config);
  read_gateway(read, config.gateway);
  read_rpc(read, config.rpc);
  read_rest(read, config);
  read.keep(file.check_all_read());
  if (read.error()) return std::unexpected(*read.error());
  return config;
}

}  // namespace

Result<AirConfig> parse_air_config(std::string_view text, const std::string& folder) {
  auto file = ConfigFile::parse(text, folder + "/config.ini");
  if (!file) return pass(file);
  return read_config(*file, folder);
}

Result<AirConfig> load_air_config(const std::string& folder) {
  const fs::path path = fs::path(folder) / "config.ini";
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    return fail(Code::io, "{} does not exist; is {} a node's folder (made by `hanse chain new`)?", path.string(), folder);
  auto file = ConfigFile::load(path.string());
  if (!file) return pass(file);
  return read_config(*file, fs::absolute(folder).lexically_normal().string());
}

std::string to_text(const AirConfig& config) {
  const auto relative = [&](const std::string& path) {
    const fs::path inside = fs::path(path).lexically_relative(config.folder);
    return inside.empty() || *inside.begin() == ".." ? path : inside.string();
  };
  std::string text = fmt::format("[node]\nname = {}\nchain = {}\n\n[groups]\n", config.name, config.chain_id);
  for (const AirGroup& group : config.groups)
    text += fmt::format("{} = {}\n", group.id, relative(fs::path(group.genesis_file).parent_path().string()));

  const gateway::GatewayConfig& p2p = config.gateway;
  text += fmt::format("\n[p2p]\nlisten_host = {}\nlisten_port = {}\npeers = {}\n", p2p.listen_host, p2p.listen_port, joined(p2p.peers));
  text += fmt::format("ca = {}\ncertificate = {}\nkey = {}\n", relative(p2p.ca_file), relative(p2p.cert_file), relative(p2p.key_file));
  text += fmt::format("allow = {}\ndeny = {}\n", joined(p2p.allow), joined(p2p.deny));
  text += fmt::format("frame_bytes_max = {}\nqueue_bytes_max = {}\npeer_bytes_per_second_max = {}\n", p2p.frame_bytes_max,
                      p2p.queue_bytes_max, p2p.peer_bytes_per_second_max);

  text += fmt::format("\n[rpc]\nlisten_host = {}\n", config.rpc.listen_host);
  append_port(text, "native_port", config.rpc.native_port);
  append_port(text, "web3_port", config.rpc.web3_port);
  append_port(text, "console_port", config.rpc.console_port);
  text += fmt::format("body_bytes_max = {}\n", config.rpc.body_bytes_max);

  constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error"};
  text += fmt::format("\n[storage]\nengine = {}\n", config.storage == StorageEngine::memory ? "memory" : "rocksdb");
  text += fmt::format("\n[log]\nlevel = {}\nfile = {}\n", kLevels[static_cast<std::size_t>(config.log.level)],
                      config.log.file.empty() ? "" : relative(config.log.file));
  text += fmt::format("\n[limits]\nmemory_budget_mb = {}\n", config.memory_budget_mb.value_or(memory_budget_mb_default(config.groups.size())));
  text += fmt::format("pool_count_max = {}\npool_bytes_max = {}\nview_timeout_ms = {}\n", config.limits.pool.count_max,
                      config.limits.pool.bytes_max, config.limits.view_timeout_ms);
  return text;
}

}  // namespace hanse::node
