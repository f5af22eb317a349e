// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/web3/errors.hpp"

#include "access/rpc/revert_reason.hpp"
#include "base/hex.hpp"

namespace hanse::rpc::web3 {
namespace {

constexpr std::int32_t kStatusReverted = 16;   // FISCO TransactionStatus RevertInstruction

struct Row {
  Code code;
  int rpc_code;
  std::string_view text;    // put before the node's own; ethers and viem match on it
};

constexpr Row kRows[] = {
    {Code::nonce_used, kServerError, "nonce too low"},
    {Code::pool_full, kServerError, "txpool is full"},
    {Code::malformed, kServerError, "malformed transaction"},
    {Code::not_canonical, kServerError, "malformed transaction"},
    {Code::already_in_pool, kServerError, "already known"},
    {Code::already_in_chain, kServerError, "already known"},
    {Code::already_accepted, kServerError, "already known"},
    {Code::wrong_chain_id, kServerError, "invalid chain id for signer"},
    {Code::invalid_signature, kServerError, "invalid sender"},
    {Code::value_too_long, kServerError, "transaction value too large"},
    {Code::init_code_too_long, kServerError, "max initcode size exceeded"},
    {Code::sender_is_contract, kServerError, "sender not an eoa"},
    {Code::gas_limit_too_high, kServerError, "exceeds block gas limit"},
    {Code::insufficient_funds, kServerError, "insufficient funds for gas * price + value"},
    {Code::execution_failed, kServerError, ""},
    {Code::execution_reverted, kReverted, "execution reverted"},
    {Code::not_found, kServerError, ""},
    {Code::too_large, kLimitExceeded, ""},
    {Code::rate_limited, kLimitExceeded, "limit exceeded"},
    {Code::bad_request, kInvalidParams, ""},
    {Code::not_supported, kServerError, ""},
};

std::string joined(std::string_view head, const std::string& text) {
  if (head.empty()) return text;
  if (text.empty() || text == head) return std::string(head);
  return fmt::format("{}: {}", head, text);
}

}  // namespace

RpcError node_error(const Error& error) {
  for (const Row& row : kRows)
    if (row.code == error.code) return {row.rpc_code, joined(row.text, error.text), {}};
  const auto number = static_cast<std::int32_t>(error.code);
  return {number >= 10'000 ? int{kServerError} : int{kInternalError}, error.text, {}};
}

RpcError call_error(const port::CallContract::Reply& call) {
  if (call.status == kStatusReverted) return {kReverted, revert_text(call.output), '"' + to_hex0x(call.output) + '"'};
  if (!call.message.empty()) return {kServerError, call.message, {}};
  return {kServerError, fmt::format("execution failed with status {}", call.status), {}};
}

}  // namespace hanse::rpc::web3
