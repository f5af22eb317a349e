// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/latest_state.hpp"

#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"

namespace hanse::rpc::web3 {
namespace {

bool is_head(const BlockParam& block, const port::GetHead::Reply& head) {
  if (const auto* hash = std::get_if<Hash>(&block)) return *hash == head.hash;
  if (const auto* number = std::get_if<BlockNumber>(&block)) return *number == head.number;
  return std::get<BlockWord>(block) != BlockWord::earliest || head.number == 0;
}

std::unexpected<RpcError> not_kept(const BlockParam& block, BlockNumber head) {
  if (const auto* number = std::get_if<BlockNumber>(&block); number && *number > head)
    return refuse(kServerError, fmt::format("header not found: block {} is not decided yet, the latest is {}", *number, head));
  const auto* hash = std::get_if<Hash>(&block);
  const auto* number = std::get_if<BlockNumber>(&block);
  const std::string name = hash ? to_hex0x(*hash) : std::to_string(number ? *number : 0);
  return refuse(kServerError, fmt::format("the state of block {} is not kept: only the latest block ({}) can be asked; use "
                                          "\"latest\"", name, head));
}

}  // namespace

void at_latest_state(const port::Caller<port::NodePort>& node, const BlockParam& block, Reply reply, StateQuery query) {
  const auto* word = std::get_if<BlockWord>(&block);
  if (word && *word != BlockWord::earliest) return query(std::move(reply));
  node->send(port::GetHead{}, then(std::move(reply), node_error,
                                   [node, block, query = std::move(query)](const auto& head, Reply reply) mutable {
    if (!is_head(block, head)) return reply(not_kept(block, head.number));
    query([node, block, reply = std::move(reply)](Outcome outcome) mutable {
      if (!outcome) return reply(std::move(outcome));
      node->send(port::GetHead{}, answer_with(std::move(reply), node_error,
                                              [block, outcome = std::move(outcome)](const auto& head) mutable -> Outcome {
        if (!is_head(block, head)) return not_kept(block, head.number);
        return std::move(outcome);
      }));
    });
  }));
}

}  // namespace hanse::rpc::web3
