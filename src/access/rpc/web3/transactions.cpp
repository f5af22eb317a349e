// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "access/rpc/web3/whole_block.hpp"

namespace hanse::rpc::web3 {
namespace {

using port::TransactionView;

std::string transaction_json(const TransactionView& view) {
  JsonWriter json(1'024 + 2 * view.transaction.input.size());
  if (!view.receipt) {
    write_transaction(json, view.transaction, nullptr, nullptr);
    return json.take();
  }
  const Place place = place_of(*view.receipt, view.block_hash, view.block_time_ms);
  write_transaction(json, view.transaction, &*view.receipt, &place);
  return json.take();
}

std::string receipt_json(const TransactionView& view) {
  if (!view.receipt) return "null";
  JsonWriter json(1'400 + 700 * view.receipt->logs.size());
  write_receipt(json, view.transaction, *view.receipt, place_of(*view.receipt, view.block_hash, view.block_time_ms));
  return json.take();
}

// A client that sees null waits for the next block before it asks again, and ethers keeps the null for a while. But blocks
// are made only when there is work: the transaction's own block may be the last for long, and decided a moment after the
// null. So the receipt of a transaction that waits in the pool is answered when it is decided, within a second.
constexpr std::uint32_t kReceiptWaitMs = 1'000;

// Null for a transaction that is not known.
void answer_view(const Result<TransactionView>& view, std::string (*write)(const TransactionView&), Reply reply) {
  if (view) return reply(write(*view));
  if (view.error().code == Code::not_found) return reply("null");
  reply(std::unexpected(node_error(view.error())));
}

void get_transaction(const port::Caller<port::NodePort>& node, const Hash& hash, Reply reply,
                     std::string (*write)(const TransactionView&)) {
  node->send(port::GetTransaction{hash}, [write, reply = std::move(reply)](Result<TransactionView> view) mutable {
    answer_view(view, write, std::move(reply));
  });
}

}  // namespace

void send_raw_transaction(const Group& group, Params& params, Reply reply) {
  Bytes bytes = params.bytes(0, "signed transaction");
  if (!params.ok()) return reply(params.refusal());
  if (bytes.size() > kTransactionBytesMax)
    return reply(refuse(kServerError, fmt::format("oversized data: {} bytes, at most {} are taken", bytes.size(),
                                                  kTransactionBytesMax)));
  group.node->send(port::SubmitTransaction{{TransactionKind::web3, std::move(bytes)}},
                   answer_with(std::move(reply), node_error, [](const Hash& hash) { return JsonWriter().hex(hash).take(); }));
}

void get_transaction_receipt(const Group& group, Params& params, Reply reply) {
  const Hash hash = params.hash(0, "transaction hash");
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetTransaction{hash}, [node = group.node, hash, reply = std::move(reply)](Result<TransactionView> view) mutable {
    if (!view || view->receipt) return answer_view(view, receipt_json, std::move(reply));
    node->send(port::WaitReceipt{hash, kReceiptWaitMs}, [reply = std::move(reply)](Result<TransactionView> view) mutable {
      if (!view) return reply("null");               // not decided in time, or it left the pool
      reply(receipt_json(*view));
    });
  });
}

void get_transaction_by_hash(const Group& group, Params& params, Reply reply) {
  const Hash hash = params.hash(0, "transaction hash");
  if (!params.ok()) return reply(params.refusal());
  get_transaction(group.node, hash, std::move(reply), transaction_json);
}

void get_transaction_in_block(const Group& group, Params& params, Reply reply) {
  const BlockParam block = params.block(0, "block");
  const std::uint64_t index = params.quantity(1, "index");
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetBlock{block_ref(block), false},
                   [node = group.node, index, reply = std::move(reply)](Result<port::BlockView> view) mutable {
                     if (!view && view.error().code != Code::not_found)
                       return reply(std::unexpected(node_error(view.error())));
                     if (!view || index >= view->transaction_hashes.size()) return reply("null");
                     get_transaction(node, view->transaction_hashes[index], std::move(reply), transaction_json);
                   });
}

}  // namespace hanse::rpc::web3
