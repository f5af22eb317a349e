// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/continuation.hpp"
#include "access/rpc/fisco/errors.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "access/rpc/fisco/shapes.hpp"

namespace hanse::rpc::fisco {
namespace {

void get_block(const Group& group, port::BlockRef block, Params& params, Reply reply) {
  const bool only_header = params.boolean_or(3, "onlyHeader", true);
  const BlockShape shape{only_header, only_header || params.boolean_or(4, "onlyTxHash", true)};
  if (!params.ok()) return reply(params.refusal());
  const auto write = [node = group.node, shape](port::BlockView& block, Reply reply) {
    node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error, [block = std::move(block), shape](const auto& info) {
                 JsonWriter json(4'096);
                 write_block(json, block, {info.config.chain_id, info.config.group_id}, shape);
                 return json.take();
               }));
  };
  group.node->send(port::GetBlock{block, !shape.only_hashes}, then(std::move(reply), node_error, write));
}

}  // namespace

void get_block_number(const Group& group, Params&, Reply reply) {
  group.node->send(port::GetHead{}, answer_with(std::move(reply), node_error,
                                                [](const auto& head) { return std::to_string(head.number); }));
}

void get_block_by_number(const Group& group, Params& params, Reply reply) {
  const BlockNumber number = params.integer(2, "number");
  get_block(group, number, params, std::move(reply));
}

void get_block_by_hash(const Group& group, Params& params, Reply reply) {
  const Hash hash = params.hash(2, "hash");
  get_block(group, hash, params, std::move(reply));
}

void get_block_hash_by_number(const Group& group, Params& params, Reply reply) {
  const BlockNumber number = params.integer(2, "number");
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetBlock{number, false}, answer_with(std::move(reply), node_error, [](const port::BlockView& block) {
                     return JsonWriter().hex(block.hash).take();
                   }));
}

}  // namespace hanse::rpc::fisco
