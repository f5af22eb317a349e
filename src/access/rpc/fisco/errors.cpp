// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/fisco/errors.hpp"

#include "codec/json_writer.hpp"

namespace hanse::rpc::fisco {
namespace {

constexpr std::pair<Code, std::string_view> kStatusNames[] = {
    {Code::nonce_used, "NonceCheckFail"},
    {Code::block_limit_failed, "BlockLimitCheckFail"},
    {Code::pool_full, "TxPoolIsFull"},
    {Code::malformed, "Malformed"},
    {Code::already_in_pool, "AlreadyInTxPool"},
    {Code::already_in_chain, "TxAlreadyInChain"},
    {Code::wrong_chain_id, "InvalidChainId"},
    {Code::wrong_group_id, "InvalidGroupId"},
    {Code::invalid_signature, "InvalidSignature"},
    {Code::wrong_group, "RequestNotBelongToTheGroup"},
    {Code::pool_timeout, "TransactionPoolTimeout"},
    {Code::already_accepted, "AlreadyInTxPoolAndAccept"},
    {Code::value_too_long, "OverFlowValue"},
    {Code::init_code_too_long, "MaxInitCodeSizeExceeded"},
    {Code::sender_is_contract, "SenderNoEOA"},
    {Code::insufficient_funds, "InsufficientFunds"},
    {Code::gas_limit_too_high, "OutOfGasLimit"},
};

}  // namespace

RpcError node_error(const Error& error) {
  for (const auto& [code, name] : kStatusNames)
    if (code == error.code)   // clients show the message and go by the code
      return {static_cast<int>(code), fmt::format("{}: {}", name, error.text), JsonWriter().text(error.text).take()};
  switch (error.code) {
    case Code::internal: return {kInternalError, error.text, {}};
    case Code::bad_request: return {kInvalidParams, error.text, {}};
    case Code::timeout:
    case Code::unreachable: return {kServiceNotReady, error.text, {}};
    case Code::group_not_found: return {kGroupNotExist, error.text, {}};
    default: return {static_cast<int>(error.code), error.text, {}};
  }
}

}  // namespace hanse::rpc::fisco
