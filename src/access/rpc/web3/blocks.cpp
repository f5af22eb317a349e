// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "access/rpc/web3/whole_block.hpp"

namespace hanse::rpc::web3 {
namespace {

constexpr std::size_t kBlockBytesExpected = 2'048, kTransactionBytesExpected = 1'024, kReceiptBytesExpected = 1'400;

// (BLOCK) → what `write` makes of it, null if there is none.
void count_in_block(const Group& group, Params& params, Reply reply, std::uint64_t (*count)(const port::BlockView&)) {
  const BlockParam block = params.block(0, "block");
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetBlock{block_ref(block), false},
                   [count, reply = std::move(reply)](Result<port::BlockView> view) mutable {
                     if (view) return reply(JsonWriter().quantity(count(*view)).take());
                     if (view.error().code == Code::not_found) return reply("null");
                     reply(std::unexpected(node_error(view.error())));
                   });
}

}  // namespace

void get_block(const Group& group, Params& params, Reply reply) {
  const BlockParam block = params.block(0, "block");
  const bool full = params.boolean_or(1, "full transactions", false);
  if (!params.ok()) return reply(params.refusal());
  with_whole_block(group.node, block_ref(block), full, std::move(reply), [full](const WholeBlock& whole) {
    JsonWriter json(kBlockBytesExpected + whole.block.transaction_hashes.size() * (full ? kTransactionBytesExpected : 70));
    write_block(json, whole, full);
    return json.take();
  });
}

void get_block_receipts(const Group& group, Params& params, Reply reply) {
  const BlockParam block = params.block(0, "block");
  if (!params.ok()) return reply(params.refusal());
  with_whole_block(group.node, block_ref(block), true, std::move(reply), [](const WholeBlock& whole) {
    JsonWriter json(whole.receipts.size() * kReceiptBytesExpected);
    json.begin_array();
    for (std::size_t i = 0; i < std::min(whole.receipts.size(), whole.block.transactions.size()); ++i) {
      const Receipt& receipt = whole.receipts[i];
      write_receipt(json, whole.block.transactions[i], receipt,
                    place_of(receipt, whole.block.hash, whole.block.header.timestamp_ms));
    }
    return json.end_array().take();
  });
}

void get_block_transaction_count(const Group& group, Params& params, Reply reply) {
  count_in_block(group, params, std::move(reply),
                 [](const port::BlockView& block) { return std::uint64_t{block.transaction_hashes.size()}; });
}

void get_uncle_count(const Group& group, Params& params, Reply reply) {
  count_in_block(group, params, std::move(reply), [](const port::BlockView&) { return std::uint64_t{0}; });
}

}  // namespace hanse::rpc::web3
