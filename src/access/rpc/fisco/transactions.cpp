// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <algorithm>

#include "access/rpc/continuation.hpp"
#include "access/rpc/fisco/errors.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "access/rpc/fisco/shapes.hpp"

namespace hanse::rpc::fisco {
namespace {

using port::TransactionView;
using WriteView = std::move_only_function<std::string(const TransactionView&, const Proofs*)>;

// Proofs need all hashes of the block: two more calls, made only when they are asked for.
void with_proofs(const Group& group, TransactionView view, bool proofs, Reply reply, WriteView write) {
  if (!proofs || !view.receipt) return reply(write(view, nullptr));
  const Hash block = view.block_hash;
  group.node->send(port::GetBlock{block, false}, then(std::move(reply), node_error,
      [node = group.node, suite = group.suite, view = std::move(view), write = std::move(write)]
      (port::BlockView& block, Reply reply) mutable {
    node->send(port::GetBlockReceipts{block.hash}, answer_with(std::move(reply), node_error,
        [suite, view = std::move(view), write = std::move(write), hashes = std::move(block.transaction_hashes)]
        (const std::vector<Receipt>& receipts) mutable -> Outcome {
      const std::size_t index = view.receipt->transaction_index;
      if (index >= hashes.size() || receipts.size() != hashes.size())
        return refuse(kInternalError, "the block does not hold the transaction where its receipt says");
      std::vector<Hash> of_receipts(receipts.size());
      receipt_hashes(suite, receipts, of_receipts);
      const Proofs proofs{proof_of(suite, hashes, index), proof_of(suite, of_receipts, index)};
      return write(view, &proofs);
    }));
  }));
}

WriteView receipt_writer(Suite suite) {
  return [suite](const TransactionView& view, const Proofs* proofs) {
    JsonWriter json(2'048 + 2 * view.transaction.input.size());
    write_receipt(json, suite, view.transaction, *view.receipt, proofs);
    return json.take();
  };
}

// The caller of a signed call: the signature is over H(`to` as sent ‖ data).
Result<Address> caller_of(Suite suite, const std::string& to, BytesView data, BytesView signature) {
  Bytes signed_bytes = to_bytes(to);
  append(signed_bytes, data);
  const auto key = recover(suite, hash_of(suite, signed_bytes), signature);
  if (!key) return fail(Code::invalid_signature, "{}", key.error().text);
  return address_of(suite, *key);
}

void wait_for_receipt(const Group& group, const Hash& hash, bool proofs, Reply reply) {
  group.node->send(port::WaitReceipt{hash, group.receipt_timeout_ms},
                   then(std::move(reply), node_error, [group, proofs](TransactionView& view, Reply reply) {
                     if (!view.receipt) return reply(refuse(kInternalError, "a decided transaction without a receipt"));
                     with_proofs(group, std::move(view), proofs, std::move(reply), receipt_writer(group.suite));
                   }));
}

}  // namespace

void send_transaction(const Group& group, Params& params, Reply reply) {
  Bytes bytes = params.bytes(2, "transaction");
  const bool proofs = params.boolean_or(3, "requireProof", false);
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::SubmitTransaction{{TransactionKind::native, std::move(bytes)}},
                   then(std::move(reply), node_error, [group, proofs](const Hash& hash, Reply reply) {
                     wait_for_receipt(group, hash, proofs, std::move(reply));
                   }));
}

void call(const Group& group, Params& params, Reply reply) {
  const std::string to = params.text(2, "to");
  port::CallContract request{.to = params.address(2, "to"), .input = params.bytes(3, "data")};
  const Bytes signature = params.has(4) ? params.bytes(4, "sign") : Bytes();
  if (!params.ok()) return reply(params.refusal());
  if (!signature.empty()) {
    const auto caller = caller_of(group.suite, to, request.input, signature);
    if (!caller) return reply(std::unexpected(node_error(caller.error())));
    request.from = *caller;
  }
  group.node->send(std::move(request), answer_with(std::move(reply), node_error, [](const port::CallContract::Reply& result) {
                     JsonWriter json;
                     json.begin_object().key("blockNumber").number(result.block).key("status").number(std::int64_t{result.status});
                     return json.key("output").hex(result.output).end_object().take();
                   }));
}

void get_transaction(const Group& group, Params& params, Reply reply) {
  const Hash hash = params.hash(2, "hash");
  const bool proofs = params.boolean_or(3, "requireProof", false);
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetTransaction{hash}, then(std::move(reply), node_error, [group, proofs](TransactionView& view, Reply reply) {
    group.node->send(port::GetGroupInfo{}, then(std::move(reply), node_error,
        [group, proofs, view = std::move(view)](const port::GetGroupInfo::Reply& info, Reply reply) mutable {
      const GroupNames names{info.config.chain_id, info.config.group_id};
      with_proofs(group, std::move(view), proofs, std::move(reply), [names](const TransactionView& view, const Proofs* proofs) {
        JsonWriter json(2'048 + 2 * view.transaction.input.size());
        write_transaction(json, view.transaction, names, proofs);
        return json.take();
      });
    }));
  }));
}

void get_transaction_receipt(const Group& group, Params& params, Reply reply) {
  const Hash hash = params.hash(2, "hash");
  const bool proofs = params.boolean_or(3, "requireProof", false);
  if (!params.ok()) return reply(params.refusal());
  group.node->send(port::GetTransaction{hash}, then(std::move(reply), node_error, [group, proofs](TransactionView& view, Reply reply) {
    if (!view.receipt) return reply(std::unexpected(node_error({Code::not_found, "the transaction is not decided yet"})));
    with_proofs(group, std::move(view), proofs, std::move(reply), receipt_writer(group.suite));
  }));
}

}  // namespace hanse::rpc::fisco
