// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <algorithm>

#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "access/rpc/web3/shapes.hpp"

namespace hanse::rpc::web3 {
namespace {

constexpr BlockNumber kBlocksMax = 100'000;    // searched at once, some tenths of a second

std::string logs_json(const std::vector<port::GetLogs::Entry>& entries) {
  JsonWriter json(entries.size() * 700);
  json.begin_array();
  for (const auto& entry : entries) {
    const Place place{entry.block_hash, entry.block_number, entry.transaction_index, entry.block_time_ms};
    write_log(json, entry.log, place, entry.transaction_hash, entry.log_index);
  }
  return json.end_array().take();
}

BlockNumber number_of(const BlockParam& block, BlockNumber head) {
  if (const auto* number = std::get_if<BlockNumber>(&block)) return *number;
  const auto* word = std::get_if<BlockWord>(&block);
  return word && *word == BlockWord::earliest ? 0 : head;
}

void send_range(const port::Caller<port::NodePort>& node, port::GetLogs request, Reply reply) {
  node->send(std::move(request), answer_with(std::move(reply), node_error, logs_json));
}

}  // namespace

void get_logs(const Group& group, Params& params, Reply reply) {
  LogFilterParam filter = params.log_filter(0);
  if (!params.ok()) return reply(params.refusal());
  if (std::holds_alternative<Hash>(filter.first) || std::holds_alternative<Hash>(filter.last))
    return reply(refuse(kInvalidParams, "invalid params: fromBlock, toBlock: a number or a word expected; use blockHash"));
  port::GetLogs request{.addresses = std::move(filter.addresses), .topics = std::move(filter.topics)};
  if (filter.block) {
    group.node->send(port::GetBlock{*filter.block, false},
                     then(std::move(reply), node_error,
                          [node = group.node, request = std::move(request)](const port::BlockView& block, Reply reply) mutable {
                            request.first = request.last = block.header.number;
                            send_range(node, std::move(request), std::move(reply));
                          }));
    return;
  }
  group.node->send(port::GetHead{}, then(std::move(reply), node_error,
                                         [node = group.node, request = std::move(request), first = filter.first,
                                          last = filter.last](const auto& head, Reply reply) mutable {
    request.first = number_of(first, head.number);
    request.last = std::min(number_of(last, head.number), head.number);
    if (request.first > number_of(last, head.number)) return reply(refuse(kServerError, "invalid block range params"));
    if (request.first > request.last) return reply("[]");           // wholly beyond the latest block
    if (request.last - request.first >= kBlocksMax)
      return reply(refuse(kLimitExceeded, fmt::format("block range of {} is too large: {} blocks are searched at once; ask for one "
                                                      "part after the other", request.last - request.first + 1, kBlocksMax)));
    send_range(node, std::move(request), std::move(reply));
  }));
}

}  // namespace hanse::rpc::web3
