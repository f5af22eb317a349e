// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/genesis.hpp"

#include <limits>

#include "base/config_file.hpp"
#include "base/hex.hpp"

namespace hanse {
namespace {

constexpr std::uint64_t kU32Max = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kFileName = "config.genesis";

// A numeric key: what stands in the file goes to `member`, within bounds; the rest of the rules is check_config's.
template <class Int>
Result<void> read_number(ConfigFile& file, std::string_view section, std::string_view key, Int& member,
                         std::uint64_t max) {
  const auto number = file.number_or(section, key, member, 0, max);
  if (!number) return pass(number);
  member = static_cast<Int>(*number);
  return {};
}

Result<void> read_limits(ConfigFile& file, Genesis& genesis) {
  constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
  GroupConfig& config = genesis.config;
  constexpr std::uint64_t kTimeMax = std::numeric_limits<TimeMs>::max();
  for (const auto& result : {
           read_number(file, "chain", "timestamp_ms", genesis.timestamp_ms, kTimeMax),
           read_number(file, "web3", "chain_id", config.web3_chain_id, kAny),
           read_number(file, "consensus", "tx_count_limit", config.tx_count_limit, kU32Max),
           read_number(file, "consensus", "leader_period", config.leader_period, kU32Max),
           read_number(file, "tx", "gas_limit", config.tx_gas_limit, kAny),
           read_number(file, "tx", "block_gas_limit", config.block_gas_limit, kAny),
           read_number(file, "tx", "block_limit", config.block_limit_span, kU32Max),
       })
    if (!result) return result;
  const auto price = U256::from_decimal(file.text_or("tx", "gas_price", "0"));
  if (!price) return std::unexpected(file.error_at("tx", "gas_price", price.error().text));
  config.gas_price = *price;
  return {};
}

Result<void> read_chain(ConfigFile& file, GroupConfig& config) {
  const auto sm = file.flag_or("chain", "sm_crypto", false);
  if (!sm) return pass(sm);
  config.suite = *sm ? Suite::sm : Suite::standard;
  config.chain_id = file.text_or("chain", "chain_id", config.chain_id);
  config.group_id = file.text_or("chain", "group_id", config.group_id);
  return {};
}

Result<NodeId> read_node(ConfigFile& file, std::string_view key, std::string_view text) {
  const auto node = fixed_from_hex<NodeId::kSize>(text);
  if (!node) return std::unexpected(file.error_at("consensus", key, "names no node: " + node.error().text));
  return *node;
}

Result<Sealer> read_sealer(ConfigFile& file, const std::string& key, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return std::unexpected(file.error_at("consensus", key, "reads <node id>:<weight>"));
  const auto node = read_node(file, key, text.substr(0, colon));
  if (!node) return pass(node);
  const auto weight = U256::from_decimal(text.substr(colon + 1));
  if (!weight || !weight->fits_u64()) return std::unexpected(file.error_at("consensus", key, "has a weight that is no number"));
  return Sealer{*node, weight->limbs[0]};
}

// node.0, node.1, … without a gap: a NodeIndex is a place in this list.
Result<void> read_members(ConfigFile& file, GroupConfig& config) {
  for (std::size_t i = 0;; ++i) {
    const std::string key = fmt::format("node.{}", i);
    const auto text = file.find("consensus", key);
    if (!text) break;
    const auto sealer = read_sealer(file, key, *text);
    if (!sealer) return pass(sealer);
    config.sealers.push_back(*sealer);
  }
  for (std::size_t i = 0;; ++i) {
    const std::string key = fmt::format("observer.{}", i);
    const auto text = file.find("consensus", key);
    if (!text) break;
    const auto node = read_node(file, key, *text);
    if (!node) return pass(node);
    config.observers.push_back(*node);
  }
  return {};
}

Result<void> read_features(ConfigFile& file, Features& features) {
  for (const NamedFeature& each : kFeatures) {
    const auto value = file.find("features", each.name);
    if (!value) continue;
    if (*value != "1") return std::unexpected(file.error_at("features", each.name, "is 1, or left out"));
    features.set(each.feature);
  }
  return {};
}

Result<void> read_balances(ConfigFile& file, std::map<Address, U256>& balances) {
  U256 total;
  for (const std::string& key : file.keys("alloc")) {
    const auto address = fixed_from_hex<Address::kSize>(key);
    if (!address) return std::unexpected(file.error_at("alloc", key, "is no address: " + address.error().text));
    const auto balance = U256::from_decimal(*file.find("alloc", key));
    if (!balance) return std::unexpected(file.error_at("alloc", key, balance.error().text));
    if (!add_to(total, *balance)) return std::unexpected(file.error_at("alloc", key, "makes the sum exceed 2^256"));
    if (!balances.emplace(*address, *balance).second) return std::unexpected(file.error_at("alloc", key, "stands twice"));
  }
  return {};
}

std::map<std::string, std::string> entries_of(std::string_view text) {
  std::map<std::string, std::string> entries;
  std::string section;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find(" = ");
    if (line.starts_with('[')) section = line.substr(1, line.size() - 2);
    else if (equals != line.npos) entries[fmt::format("{}.{}", section, line.substr(0, equals))] = line.substr(equals + 3);
  }
  return entries;
}

}  // namespace

Result<Genesis> Genesis::parse(std::string_view text) {
  auto file = ConfigFile::parse(text, std::string(kFileName));
  if (!file) return pass(file);
  Genesis genesis;
  if (auto good = read_chain(*file, genesis.config); !good) return pass(good);
  if (auto good = read_limits(*file, genesis); !good) return pass(good);
  if (auto good = read_members(*file, genesis.config); !good) return pass(good);
  if (auto good = read_features(*file, genesis.config.features); !good) return pass(good);
  if (auto good = read_balances(*file, genesis.balances); !good) return pass(good);
  if (auto good = file->check_all_read(); !good) return pass(good);
  if (auto good = check_config(genesis.config); !good)
    return fail(Code::bad_config, "{}: {}", kFileName, good.error().text);
  return genesis;
}

std::string Genesis::to_text() const {
  std::string text = fmt::format(
      "[chain]\nsm_crypto = {}\nchain_id = {}\ngroup_id = {}\ntimestamp_ms = {}\n\n[web3]\nchain_id = {}\n\n[consensus]\n"
      "tx_count_limit = {}\nleader_period = {}\n",
      config.suite == Suite::sm, config.chain_id, config.group_id, timestamp_ms, config.web3_chain_id,
      config.tx_count_limit, config.leader_period);
  for (std::size_t i = 0; i < config.sealers.size(); ++i)
    text += fmt::format("node.{} = {}:{}\n", i, to_hex(config.sealers[i].node), config.sealers[i].weight);
  for (std::size_t i = 0; i < config.observers.size(); ++i)
    text += fmt::format("observer.{} = {}\n", i, to_hex(config.observers[i]));
  text += fmt::format("\n[tx]\ngas_limit = {}\nblock_gas_limit = {}\ngas_price = {}\nblock_limit = {}\n\n[features]\n",
                      config.tx_gas_limit, config.block_gas_limit, config.gas_price.to_decimal(), config.block_limit_span);
  for (const NamedFeature& each : kFeatures)
    if (config.features.has(each.feature)) text += fmt::format("{} = 1\n", each.name);
  text += "\n[alloc]\n";
  for (const auto& [address, balance] : balances)
    text += fmt::format("{} = {}\n", to_hex0x(address), balance.to_decimal());
  return text;
}

std::string genesis_difference(std::string_view here, std::string_view there) {
  const auto ours = entries_of(here), theirs = entries_of(there);
  for (const auto& [key, value] : ours) {
    const auto other = theirs.find(key);
    if (other == theirs.end()) return fmt::format("{}: {} here, absent there", key, value);
    if (other->second != value) return fmt::format("{}: {} here, {} there", key, value, other->second);
  }
  for (const auto& [key, value] : theirs)
    if (!ours.contains(key)) return fmt::format("{}: absent here, {} there", key, value);
  return here == there ? "" : "the texts differ in more than their keys";
}

}  // namespace hanse
