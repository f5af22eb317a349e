// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/whole_block.hpp"

#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"

namespace hanse::rpc::web3 {
namespace {

using Node = port::Caller<port::NodePort>;
using Write = std::move_only_function<std::string(const WholeBlock&)>;

void finish(const Node& node, WholeBlock whole, Reply reply, Write write) {
  node->send(port::GetGroupInfo{}, answer_with(std::move(reply), node_error,
                                               [whole = std::move(whole), write = std::move(write)](const auto& info) mutable {
                                                 whole.gas_limit = info.config.block_gas_limit;
                                                 return write(whole);
                                               }));
}

void add_receipts(const Node& node, WholeBlock whole, Reply reply, Write write) {
  const Hash hash = whole.block.hash;
  if (whole.block.transaction_hashes.empty()) return finish(node, std::move(whole), std::move(reply), std::move(write));
  node->send(port::GetBlockReceipts{hash},
             then(std::move(reply), node_error,
                  [node, whole = std::move(whole), write = std::move(write)](std::vector<Receipt>& receipts, Reply reply) mutable {
                    whole.receipts = std::move(receipts);
                    finish(node, std::move(whole), std::move(reply), std::move(write));
                  }));
}

}  // namespace

port::BlockRef block_ref(const BlockParam& block) {
  if (const auto* hash = std::get_if<Hash>(&block)) return *hash;
  if (const auto* number = std::get_if<BlockNumber>(&block)) return *number;
  if (std::get<BlockWord>(block) == BlockWord::earliest) return BlockNumber{0};
  return std::monostate{};
}

void with_whole_block(const Node& node, port::BlockRef block, bool with_transactions, Reply reply, Write write) {
  node->send(port::GetBlock{block, with_transactions},
             [node, reply = std::move(reply), write = std::move(write)](Result<port::BlockView> view) mutable {
               if (!view && view.error().code == Code::not_found) return reply("null");
               if (!view) return reply(std::unexpected(node_error(view.error())));
               add_receipts(node, WholeBlock{.block = std::move(*view)}, std::move(reply), std::move(write));
             });
}

}  // namespace hanse::rpc::web3
