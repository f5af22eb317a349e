// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <algorithm>

#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "access/rpc/web3/whole_block.hpp"

namespace hanse::rpc::web3 {
namespace {

constexpr std::uint64_t kHistoryBlocksMax = 128;

// eth_feeHistory, from its newest block down. The base fee is zero and every transaction pays the group's price, so that
// only the shares of gas used are looked up.
struct FeeHistory {
  port::Caller<port::NodePort> node;
  std::uint64_t left = 0;
  std::size_t percentile_count = 0;
  bool with_rewards = false;
  GroupConfig config;
  BlockNumber oldest = 0;
  std::vector<double> gas_used_ratios;      // newest first
};

std::string history_json(const FeeHistory& history) {
  JsonWriter json;
  const std::size_t count = history.gas_used_ratios.size();
  json.begin_object().key("oldestBlock").quantity(static_cast<std::uint64_t>(history.oldest));
  json.key("baseFeePerGas").begin_array();
  for (std::size_t i = 0; i <= count; ++i) json.raw("\"0x0\"");       // the next block's too
  json.end_array().key("gasUsedRatio").begin_array();
  for (auto ratio = history.gas_used_ratios.rbegin(); ratio != history.gas_used_ratios.rend(); ++ratio)
    json.raw(fmt::format("{}", *ratio));
  json.end_array();
  if (history.with_rewards) {
    json.key("reward").begin_array();
    for (std::size_t block = 0; block < count; ++block) {
      json.begin_array();
      for (std::size_t i = 0; i < history.percentile_count; ++i) json.quantity(history.config.gas_price);
      json.end_array();
    }
    json.end_array();
  }
  return json.end_object().take();
}

void add_block(FeeHistory history, port::BlockRef block, Reply reply) {
  const auto node = history.node;
  node->send(port::GetBlock{block, false},
             then(std::move(reply), node_error, [history = std::move(history)](port::BlockView& view, Reply reply) mutable {
               const auto limit = static_cast<double>(std::max<std::uint64_t>(history.config.block_gas_limit, 1));
               history.gas_used_ratios.push_back(static_cast<double>(view.header.gas_used) / limit);
               history.oldest = view.header.number;
               if (--history.left == 0 || history.oldest == 0) return reply(history_json(history));
               const BlockNumber below = history.oldest - 1;
               add_block(std::move(history), below, std::move(reply));
             }));
}

}  // namespace

void gas_price(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [](const auto& info) {
                     return JsonWriter().quantity(info.config.gas_price).take();
                   }));
}

void fee_history(const Group& group, Params& params, Reply reply) {
  FeeHistory history{.node = group.node};
  history.left = std::min(params.quantity(0, "block count"), kHistoryBlocksMax);   // fewer than asked for is allowed
  const BlockParam newest = params.block(1, "newest block");
  history.percentile_count = params.numbers(2, "percentiles").size();
  history.with_rewards = params.has(2);
  if (!params.ok()) return reply(params.refusal());
  if (history.left == 0) return reply(history_json(history));
  group.node->send(port::GetGroupInfo{}, then(std::move(reply), node_error,
                                              [history = std::move(history), newest](auto& info, Reply reply) mutable {
                                                history.config = std::move(info.config);
                                                add_block(std::move(history), block_ref(newest), std::move(reply));
                                              }));
}

}  // namespace hanse::rpc::web3
