// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/air.hpp"

#include <filesystem>
#include <fstream>

#include "computing/executor/code_caches.hpp"
#include "crypto/key_file.hpp"
#include "node/door.hpp"
#include "node/group_host.hpp"
#include "node/memory_budget.hpp"
#include "node/node_service.hpp"
#include "node/open_store.hpp"
#include "node/threads.hpp"

namespace hanse::node {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return fail(Code::io, "{} cannot be read", path);
  return text;
}

Result<Genesis> read_genesis(const AirConfig& config, const AirGroup& group) {
  const auto text = read_file(group.genesis_file);
  if (!text) return pass(text);
  auto genesis = Genesis::parse(*text);
  if (!genesis) return fail(genesis.error().code, "{}: {}", group.genesis_file, genesis.error().text);
  if (genesis->config.group_id != group.id)
    return fail(Code::bad_config, "{} is the genesis of {}, the configuration calls the group {}", group.genesis_file,
                genesis->config.group_id, group.id);
  if (genesis->config.chain_id != config.chain_id)
    return fail(Code::bad_config, "{} is a genesis of chain {}, the configuration says {}", group.genesis_file,
                genesis->config.chain_id, config.chain_id);
  return genesis;
}

}  // namespace

struct Air::Parts {
  struct Group {
    std::string id;
    std::string data_folder;           // empty: in memory
    Suite suite = Suite::standard;
    std::unique_ptr<GroupHost> host;
    std::unique_ptr<NodeService> service;
  };

  ~Parts() {
    rpc.reset();
    to_gateway.shut();                 // the hosts still run and send: none of them may be inside when it goes
    gateway.reset();
    for (Group& group : groups) group.host->stop();
    log.info("stopped");
  }

  Result<void> open_all(const AirConfig& config);
  Result<void> divide_memory(const AirConfig& config);
  Result<void> open_group(const AirConfig& config, const AirGroup& group);
  Result<std::unique_ptr<GroupHost>> open_host(const AirConfig& config, const AirGroup& group, const GroupHostConfig& of_host);
  bool give_up(const Group& group, const std::string& why);
  Result<void> start_gateway(const AirConfig& config);
  Result<void> start_rpc(const AirConfig& config);
  Network network_of(std::string group_id);
  gateway::GroupMembership membership_of(GroupHost& host, std::string group_id);

  std::string folder;
  Log log;
  MemoryBudget memory;
  Registry metrics;
  Threads threads;
  std::vector<Group> groups;
  Door<gateway::Gateway> to_gateway;
  std::unique_ptr<gateway::Gateway> gateway;
  std::unique_ptr<rpc::Server> rpc;
};

Result<void> Air::Parts::divide_memory(const AirConfig& config) {
  const std::size_t count = config.groups.size(), total_mb = config.memory_budget_mb.value_or(memory_budget_mb_default(count));
  if (total_mb < memory_budget_mb_min(count))
    return fail(Code::bad_config, "memory_budget_mb = {}: {} group(s) need {} at least", total_mb, count, memory_budget_mb_min(count));
  memory = MemoryBudget::divide(total_mb, count);
  // The arena's, and for each group its execution lane and those for its clients.
  const std::size_t executing = threads.crew().threads + count * (1 + Threads::client_threads());
  executor::bound_code_caches(memory.code / executing);
  metrics.gauge("hanse_memory_budget_bytes", "What the parts of hanse_memory_bytes may take, and the rest of the process with them.")
      .set(static_cast<double>(memory.total));
  return {};
}

Result<void> Air::Parts::open_group(const AirConfig& config, const AirGroup& group) {
  auto genesis = read_genesis(config, group);
  if (!genesis) return pass(genesis);
  const auto key = load_key_file(group.key_file);
  if (!key) return pass(key);
  const Suite suite = genesis->config.suite;
  if (key->suite != suite) return fail(Code::bad_config, "{} is a key of the other suite than {}", group.key_file, group.genesis_file);
  group::GroupLimits limits = config.limits;
  limits.pool = bounded(limits.pool, memory.of_group);
  auto host = open_host(config, group, {.key = *key, .genesis = std::move(*genesis), .limits = limits,
                                        .spare_bodies_bytes_max = memory.of_group.spare_bodies});
  if (!host) return pass(host);
  auto service = std::make_unique<NodeService>(**host, config.name);
  (*host)->start(network_of(group.id));
  const bool on_disk = config.storage != StorageEngine::memory;
  groups.push_back({group.id, on_disk ? group.data_folder : "", suite, std::move(*host), std::move(service)});
  return {};
}

// A store may open and still hold rows that cannot be read: it is given up like one that does not open.
Result<std::unique_ptr<GroupHost>> Air::Parts::open_host(const AirConfig& config, const AirGroup& group,
                                                         const GroupHostConfig& of_host) {
  const Log of_group = log.with("group", group.id);
  if (config.storage == StorageEngine::memory)
    return GroupHost::open(of_host, kv::open_memory(), threads, metrics, of_group);
  const StorePlace place{group.data_folder, of_host.genesis, of_host.key.public_key, memory.of_group.store};
  for (bool again = false;; again = true) {
    auto store = open_store(place, of_group);
    if (!store) return pass(store);
    auto host = GroupHost::open(of_host, std::move(*store), threads, metrics, of_group);
    if (host || again || host.error().code != Code::corrupt || !can_fetch_again(place.genesis, place.self)) return host;
    of_group.error("{}: {}", place.folder, host.error().text);
    if (const auto given = give_up_store(place.folder, host.error().text); !given) return pass(given);
  }
}

Network Air::Parts::network_of(std::string id) {
  return {[this, id](const NodeId& to, SharedBytes message) {
            to_gateway.use([&](gateway::Gateway& open) { open.send(id, to, std::move(message)); });
          },
          [this, id](SharedBytes message) {
            to_gateway.use([&](gateway::Gateway& open) { open.broadcast(id, std::move(message)); });
          },
          [this, id] {
            std::vector<NodeId> connected;
            to_gateway.use([&](gateway::Gateway& open) { connected = open.connected(id); });
            return connected;
          }};
}

gateway::GroupMembership Air::Parts::membership_of(GroupHost& host, std::string group_id) {
  gateway::GroupMembership membership;
  membership.group_id = std::move(group_id);
  membership.key = host.config().key;
  membership.is_member = [&host](const NodeId& node) { return host.is_member(node); };
  membership.on_message = [&host](const NodeId& from, Bytes message) { host.on_message(from, std::move(message)); };
  membership.on_peer = [&host](const NodeId& peer, bool connected) { host.on_peer(peer, connected); };
  return membership;
}

Result<void> Air::Parts::start_gateway(const AirConfig& config) {
  std::vector<gateway::GroupMembership> memberships;
  for (Group& group : groups) memberships.push_back(membership_of(*group.host, group.id));
  gateway::GatewayConfig own = config.gateway;
  own.chain_id = config.chain_id;
  auto started = gateway::Gateway::start(std::move(own), std::move(memberships), metrics, log.with("gateway"));
  if (!started) return pass(started);
  gateway = std::move(*started);
  to_gateway.open(*gateway);
  return {};
}

Result<void> Air::Parts::start_rpc(const AirConfig& config) {
  std::vector<rpc::GroupEndpoint> endpoints;
  for (Group& group : groups) endpoints.push_back({group.id, group.suite, port::local<port::NodePort>(*group.service)});
  auto started = rpc::Server::start(config.rpc, std::move(endpoints), metrics);
  if (!started) return pass(started);
  rpc = std::move(*started);
  return {};
}

bool Air::Parts::give_up(const Group& group, const std::string& why) {
  const auto given = give_up_store(group.data_folder, why);
  if (!given) log.error("{}", given.error().text);
  return given.has_value();
}

Air::Air(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Air::~Air() = default;

Result<void> Air::Parts::open_all(const AirConfig& config) {
  if (config.groups.empty()) return fail(Code::bad_config, "a node needs at least one group");
  if (const auto divided = divide_memory(config); !divided) return divided;
  for (const AirGroup& group : config.groups)
    if (const auto opened = open_group(config, group); !opened) return opened;
  if (const auto started = start_gateway(config); !started) return started;
  return start_rpc(config);
}

Result<std::unique_ptr<Air>> Air::start(AirConfig config) {
  auto parts = std::make_unique<Parts>();
  auto log = Log::open(config.log);
  if (!log) return pass(log);
  parts->log = log->with("node");
  parts->folder = config.folder;
  if (const auto opened = parts->open_all(config); !opened) {
    parts->log.error("cannot start: {}", opened.error().text);
    return pass(opened);
  }
  parts->log.info("{} serves {} group(s): web3 {}, native {}, console {}", config.name, config.groups.size(),
                  parts->rpc->web3_port(), parts->rpc->native_port(), parts->rpc->console_port());
  return std::unique_ptr<Air>(new Air(std::move(parts)));
}

void Air::reload() {
  const auto config = load_air_config(parts_->folder);
  const auto taken = config ? parts_->gateway->set_lists(config->gateway.allow, config->gateway.deny) : pass(config);
  if (!taken) return parts_->log.error("the lists stay as they are: {}", taken.error().text);
  parts_->log.info("lists read again: {} allowed (0: all), {} denied", config->gateway.allow.size(), config->gateway.deny.size());
}

bool Air::must_begin_again() {
  bool must = false;
  for (const Parts::Group& group : parts_->groups) {
    const auto broken = group.host->broken_store();
    if (!broken || group.data_folder.empty()) continue;
    const GroupHostConfig& config = group.host->config();
    if (broken->code != Code::corrupt) must |= takes_writes(group.data_folder);
    else if (can_fetch_again(config.genesis, config.key.public_key)) must |= parts_->give_up(group, broken->text);
  }
  return must;
}

std::uint16_t Air::native_port() const { return parts_->rpc->native_port(); }
std::uint16_t Air::web3_port() const { return parts_->rpc->web3_port(); }
std::uint16_t Air::console_port() const { return parts_->rpc->console_port(); }

}  // namespace hanse::node
