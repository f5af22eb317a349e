// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/continuation.hpp"
#include "access/rpc/web3/errors.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "access/rpc/web3/latest_state.hpp"
#include "codec/json_writer.hpp"

namespace hanse::rpc::web3 {
namespace {

using Account = port::GetAccount::Reply;

// (address, BLOCK) → what `write` makes of the account.
void get_account(const Group& group, Params& params, Reply reply, std::string (*write)(const Account&)) {
  const Address address = params.address(0, "address");
  const BlockParam block = params.block_or_latest(1, "block");
  if (!params.ok()) return reply(params.refusal());
  at_latest_state(group.node, block, std::move(reply), [node = group.node, address, write](Reply reply) {
    node->send(port::GetAccount{address}, answer_with(std::move(reply), node_error, write));
  });
}

}  // namespace

void get_balance(const Group& group, Params& params, Reply reply) {
  get_account(group, params, std::move(reply), [](const Account& account) { return JsonWriter().quantity(account.balance).take(); });
}

void get_code(const Group& group, Params& params, Reply reply) {
  get_account(group, params, std::move(reply), [](const Account& account) { return JsonWriter().hex(account.code).take(); });
}

void get_transaction_count(const Group& group, Params& params, Reply reply) {
  const BlockParam block = params.block_or_latest(1, "block");
  const bool pending = block == BlockParam(BlockWord::pending);
  get_account(group, params, std::move(reply),
              pending ? [](const Account& account) { return JsonWriter().quantity(account.pending_nonce).take(); }
                      : [](const Account& account) { return JsonWriter().quantity(account.nonce).take(); });
}

void get_storage_at(const Group& group, Params& params, Reply reply) {
  const port::GetStorage request{params.address(0, "address"), params.slot(1, "slot")};
  const BlockParam block = params.block_or_latest(2, "block");
  if (!params.ok()) return reply(params.refusal());
  at_latest_state(group.node, block, std::move(reply), [node = group.node, request](Reply reply) {
    node->send(request, answer_with(std::move(reply), node_error,
                                    [](const Hash& value) { return JsonWriter().hex(value).take(); }));
  });
}

}  // namespace hanse::rpc::web3
