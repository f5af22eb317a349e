// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "node/node_service.hpp"

#include "codec/tars.hpp"
#include "computing/executor/execute_block.hpp"

namespace hanse::node {
namespace {

using ledger::LedgerView;

Result<BlockNumber> resolve(const LedgerView& view, const port::BlockRef& block) {
  if (const auto* number = std::get_if<BlockNumber>(&block)) return *number;
  if (const auto* hash = std::get_if<Hash>(&block)) return view.number_of(*hash);
  return view.head().number;
}

Result<Transaction> decoded(Suite suite, ledger::StoredTransaction stored) {
  return decode_stored_transaction(suite, {stored.kind, std::move(stored.encoded)}, stored.sender);
}

Result<std::vector<Transaction>> transactions_that_ran(const LedgerView& view, const BlockHeader& header) {
  std::vector<Transaction> out;
  if (header.number == 0) return out;
  auto stored = view.transactions(header.number);
  if (!stored) return pass(stored);
  const auto extra = tars::decode<HeaderExtra>(header.extra_data);
  if (!extra) return fail(Code::corrupt, "ledger: the header's extra data of block {} cannot be read", header.number);
  std::vector<bool> left_out(stored->size());
  for (const std::uint32_t place : extra->not_run)
    if (place < left_out.size()) left_out[place] = true;
  for (std::size_t place = 0; place < stored->size(); ++place) {
    if (left_out[place]) continue;
    auto tx = decoded(view.config().suite, std::move((*stored)[place]));
    if (!tx) return pass(tx);
    out.push_back(std::move(*tx));
  }
  return out;
}

Result<port::BlockView> block_view(const LedgerView& view, const port::GetBlock& request) {
  const auto number = resolve(view, request.block);
  if (!number) return pass(number);
  auto header = view.header(*number);
  if (!header) return pass(header);
  auto certificate = view.certificate(*number);
  if (!certificate) return pass(certificate);
  auto signatures = view.header_signatures(*number);
  if (!signatures) return pass(signatures);
  auto hashes = view.run_hashes(*number);
  if (!hashes) return pass(hashes);
  port::BlockView block{std::move(header->header), header->hash,       std::move(*certificate), std::move(*signatures),
                        std::move(*hashes),        {},                 header->size};
  block.size += block.transaction_hashes.size() * Hash::kSize;
  if (!request.with_transactions) return block;
  auto transactions = transactions_that_ran(view, block.header);
  if (!transactions) return pass(transactions);
  block.transactions = std::move(*transactions);
  for (const Transaction& tx : block.transactions) block.size += tx.encoded.size();
  return block;
}

Result<state::Account> account_at(const LedgerView& view, const Address& address) {
  const auto row = view.get(state::account_key(address));
  if (!row) return pass(row);
  if (!*row) return state::Account{};
  return tars::decode<state::Account>(**row);
}

Result<Bytes> value_at(const LedgerView& view, BytesView key) {
  auto row = view.get(key);
  if (!row) return pass(row);
  return *row ? std::move(**row) : Bytes{};
}

// A hash that cannot be read is `unread`: the answer would be wrong.
executor::BlockContext call_context(const LedgerView& view, std::optional<Error>& unread) {
  executor::BlockContext context;
  context.config = &view.config();
  context.head.epoch = view.config().epoch;
  context.head.number = view.head().number;
  context.head.time_ms = view.head().time_ms;
  context.parent_header = view.head().header;
  context.block_hash = [&view, &unread](BlockNumber number) {
    const auto hash = view.header_hash(number);
    if (!hash && hash.error().code != Code::not_found) unread = hash.error();
    return hash.value_or(Hash{});
  };
  return context;
}

executor::CallRequest call_request(port::CallContract& call) {
  return {call.from, call.to, call.value, std::move(call.input), call.gas_limit, call.gas_price};
}

}  // namespace

void NodeService::handle(port::SubmitTransaction request, port::ReplyTo<port::SubmitTransaction> reply) {
  host_.submit(std::move(request.transaction), std::move(reply));
}

void NodeService::handle(port::WaitReceipt request, port::ReplyTo<port::WaitReceipt> reply) {
  if (auto found = decided(request.hash, *host_.view()); found || found.error().code != Code::not_found)
    return reply(std::move(found));
  // It may be decided between the look above and the wait: whoever of the two below comes first answers.
  auto shared = std::make_shared<std::pair<std::atomic<bool>, port::ReplyTo<port::WaitReceipt>>>(false, std::move(reply));
  const auto once = [shared](Result<port::TransactionView> view) {
    if (!shared->first.exchange(true)) shared->second(std::move(view));
  };
  host_.wait_receipt(request.hash, request.timeout_ms, once);
  if (auto found = decided(request.hash, *host_.view())) once(std::move(found));
}

Result<port::TransactionView> NodeService::decided(const Hash& hash, const LedgerView& view) const {
  const auto place = view.place_of(hash);
  if (!place) return pass(place);
  if (!*place) return fail(Code::not_found, "no transaction has this hash");
  port::TransactionView out;
  // By identity: of two native transactions with one hash only one ran, and it need not be the one that is at hand.
  if (const Body body = host_.bodies().find(hash)) {
    out.transaction = *body;
  } else {
    auto stored = view.transaction(**place);
    if (!stored) return pass(stored);
    auto tx = decoded(view.config().suite, std::move(*stored));
    if (!tx) return pass(tx);
    out.transaction = std::move(*tx);
  }
  auto receipt = view.receipt((*place)->number, (*place)->index);
  if (!receipt) return pass(receipt);
  const auto header = view.header((*place)->number);
  if (!header) return pass(header);
  out.receipt = std::move(*receipt);
  out.block_hash = header->hash;
  out.block_time_ms = header->header.timestamp_ms;
  return out;
}

void NodeService::handle(port::GetTransaction request, port::ReplyTo<port::GetTransaction> reply) {
  auto found = decided(request.hash, *host_.view());
  if (found || found.error().code != Code::not_found) return reply(std::move(found));
  if (const Body body = host_.bodies().find_by_hash(request.hash)) return reply(port::TransactionView{*body, {}, {}, 0});
  reply(std::move(found));
}

void NodeService::handle(port::GetBlock request, port::ReplyTo<port::GetBlock> reply) {
  if (!request.with_transactions) return reply(block_view(*host_.view(), request));
  host_.client_jobs().post([view = host_.view(), request, reply = std::move(reply)]() mutable { reply(block_view(*view, request)); });
}

void NodeService::handle(port::GetBlockReceipts request, port::ReplyTo<port::GetBlockReceipts> reply) {
  host_.client_jobs().post([view = host_.view(), request, reply = std::move(reply)]() mutable {
    const auto number = resolve(*view, request.block);
    if (!number) return reply(pass(number));
    reply(view->receipts(*number));
  });
}

void NodeService::handle(port::GetHead, port::ReplyTo<port::GetHead> reply) {
  const auto view = host_.view();
  reply(port::GetHead::Reply{view->head().number, view->head().header, view->head().time_ms});
}

void NodeService::handle(port::CallContract request, port::ReplyTo<port::CallContract> reply) {
  host_.client_jobs().post([view = host_.view(), request = std::move(request), reply = std::move(reply)]() mutable {
    std::optional<Error> unread;
    auto result = executor::call(call_context(*view, unread), call_request(request), *view);
    if (unread) result = std::unexpected(*unread);
    if (!result) return reply(pass(result));
    reply(port::CallContract::Reply{result->status, std::move(result->output), result->gas_used, std::move(result->message),
                                    view->head().number});
  });
}

void NodeService::handle(port::EstimateGas request, port::ReplyTo<port::EstimateGas> reply) {
  host_.client_jobs().post([view = host_.view(), request = std::move(request), reply = std::move(reply)]() mutable {
    std::optional<Error> unread;
    auto gas = executor::estimate_gas(call_context(*view, unread), call_request(request.call), *view);
    if (unread) gas = std::unexpected(*unread);
    reply(std::move(gas));
  });
}

void NodeService::handle(port::GetAccount request, port::ReplyTo<port::GetAccount> reply) {
  const auto view = host_.view();
  const auto account = account_at(*view, request.address);
  if (!account) return reply(pass(account));
  auto code = !account->code_hash ? Result<Bytes>() : value_at(*view, state::code_key(*account->code_hash));
  if (!code) return reply(pass(code));
  const auto abi = !account->code_hash ? Result<Bytes>() : value_at(*view, state::table_key("abi", request.address));
  if (!abi) return reply(pass(abi));
  port::GetAccount::Reply answer{account->balance, account->nonce, 0, std::move(*code), std::string(as_text(*abi))};
  host_.pending_nonce(request.address, account->nonce,
                      [answer = std::move(answer), reply = std::move(reply)](std::uint64_t nonce) mutable {
                        answer.pending_nonce = nonce;
                        reply(std::move(answer));
                      });
}

void NodeService::handle(port::GetStorage request, port::ReplyTo<port::GetStorage> reply) {
  const auto value = value_at(*host_.view(), state::slot_key(request.address, request.slot));
  if (!value) return reply(pass(value));
  reply(value->size() == Hash::kSize ? Hash::of(*value) : Hash{});
}

void NodeService::handle(port::GetLogs request, port::ReplyTo<port::GetLogs> reply) {
  host_.client_jobs().post([view = host_.view(), request = std::move(request), reply = std::move(reply)]() mutable {
    reply(view->logs(request));
  });
}

void NodeService::handle(port::GetGroupInfo, port::ReplyTo<port::GetGroupInfo> reply) {
  const auto view = host_.view();
  auto genesis = view->genesis_text();
  if (!genesis) return reply(pass(genesis));
  reply(port::GetGroupInfo::Reply{view->config(), std::move(*genesis), host_.config().key.public_key, node_name_});
}

void NodeService::handle(port::GetStatus, port::ReplyTo<port::GetStatus> reply) {
  const auto view = host_.view();
  const auto header = view->header(view->head().number);
  if (!header) return reply(pass(header));
  GroupHost::Status status = host_.status();
  port::GetStatus::Reply out;
  out.number = view->head().number;
  out.block_hash = view->head().header;
  out.state_root = header->header.state_root;
  out.epoch = status.core.epoch;
  out.view = status.core.view;
  out.leader = status.core.leader;
  out.self = status.core.self;
  out.peers = status.connected.size();
  out.pending = status.core.pending;
  out.syncing = status.core.syncing;
  out.highest_known = std::max(status.core.highest_known, out.number);
  out.halted = status.core.halted || !status.disk_trouble.empty();
  out.halt_reason = status.core.halted ? status.core.halt_reason : status.disk_trouble;
  out.transaction_count = view->head().transaction_count;
  out.failed_transaction_count = view->head().failed_transaction_count;
  out.connected = std::move(status.connected);
  reply(std::move(out));
}

}  // namespace hanse::node
