// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/group_config.hpp"

#include <algorithm>

#include "base/hex.hpp"
#include "protocol/bound_hash.hpp"

namespace hanse {
namespace {

// An id stands in folder names, metric labels and INI text.
Result<void> check_id(std::string_view what, std::string_view id) {
  constexpr std::size_t kIdSizeMax = 64;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (id.empty() || id.size() > kIdSizeMax || !std::ranges::all_of(id, allowed))
    return fail(Code::bad_config, "{} is 1 to {} letters, digits, _ or -, got \"{}\"", what, kIdSizeMax, id);
  return {};
}

Result<void> check_members(const GroupConfig& config) {
  if (config.sealers.empty()) return fail(Code::bad_config, "a group needs at least one sealer");
  if (config.sealers.size() > kSealerCountMax)
    return fail(Code::bad_config, "{} sealers, at most {} are allowed", config.sealers.size(), kSealerCountMax);
  if (config.observers.size() > kObserverCountMax)
    return fail(Code::bad_config, "{} observers, at most {} are allowed", config.observers.size(), kObserverCountMax);
  std::vector<NodeId> nodes = config.observers;
  for (const Sealer& sealer : config.sealers) {
    nodes.push_back(sealer.node);
    if (sealer.weight == 0 || sealer.weight > kSealerWeightMax)
      return fail(Code::bad_config, "the weight of sealer {} is {}, it must be 1 to {}", to_hex(sealer.node),
                  sealer.weight, kSealerWeightMax);
  }
  std::ranges::sort(nodes);
  const auto twice = std::ranges::adjacent_find(nodes);
  if (twice != nodes.end()) return fail(Code::bad_config, "node {} is listed twice", to_hex(*twice));
  return {};
}

}  // namespace

Hash config_hash(const GroupConfig& config) {
  return bound_hash_of(config.suite, "hanse.config.v1", config.chain_id, config.group_id, config);
}

Result<void> check_config(const GroupConfig& config) {
  if (auto good = check_id("chain_id", config.chain_id); !good) return good;
  if (auto good = check_id("group_id", config.group_id); !good) return good;
  if (auto good = check_members(config); !good) return good;
  if (config.web3_chain_id == 0 || config.web3_chain_id > kWeb3ChainIdMax)
    return fail(Code::bad_config, "the web3 chain id is {}, it must be 1 to {}", config.web3_chain_id, kWeb3ChainIdMax);
  if (config.tx_count_limit == 0 || config.tx_count_limit > kTxCountLimitMax)
    return fail(Code::bad_config, "tx_count_limit is {}, it must be 1 to {}", config.tx_count_limit, kTxCountLimitMax);
  if (config.tx_gas_limit < kTxGasLimitMin || config.tx_gas_limit > config.block_gas_limit)
    return fail(Code::bad_config, "the gas limit of a transaction is {}, it must be {} to that of a block, {}",
                config.tx_gas_limit, kTxGasLimitMin, config.block_gas_limit);
  if (config.block_gas_limit > kBlockGasLimitMax)
    return fail(Code::bad_config, "the gas limit of a block is {}, at most {}", config.block_gas_limit, kBlockGasLimitMax);
  if (config.leader_period == 0) return fail(Code::bad_config, "leader_period is 0, it must be at least 1");
  if (config.block_limit_span == 0 || config.block_limit_span > kBlockLimitSpanMax)
    return fail(Code::bad_config, "block_limit is {}, it must be 1 to {}", config.block_limit_span, kBlockLimitSpanMax);
  if (config.features.bits & ~Features::newest().bits)
    return fail(Code::bad_config, "the group uses features that this version does not know: 0x{:x}",
                config.features.bits & ~Features::newest().bits);
  return {};
}

}  // namespace hanse
