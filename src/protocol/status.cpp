// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/status.hpp"

#include <utility>

namespace hanse {
namespace {

constexpr std::pair<std::int32_t, std::string_view> kNames[] = {
    {0, "None"},
    {2, "OutOfGasLimit"},
    {7, "NotEnoughCash"},
    {10, "BadInstruction"},
    {11, "BadJumpDestination"},
    {12, "OutOfGas"},
    {13, "OutOfStack"},
    {14, "StackUnderflow"},
    {15, "PrecompiledError"},
    {16, "RevertInstruction"},
    {17, "ContractAddressAlreadyUsed"},
    {18, "PermissionDenied"},
    {19, "CallAddressError"},
    {20, "GasOverflow"},
    {21, "ContractFrozen"},
    {22, "AccountFrozen"},
    {23, "AccountAbolished"},
    {24, "ContractAbolished"},
    {32, "WASMValidationFailure"},
    {33, "WASMArgumentOutOfRange"},
    {34, "WASMUnreachableInstruction"},
    {35, "WASMTrap"},
    {10000, "NonceCheckFail"},
    {10001, "BlockLimitCheckFail"},
    {10002, "TxPoolIsFull"},
    {10003, "Malformed"},
    {10004, "AlreadyInTxPool"},
    {10005, "TxAlreadyInChain"},
    {10006, "InvalidChainId"},
    {10007, "InvalidGroupId"},
    {10008, "InvalidSignature"},
    {10009, "RequestNotBelongToTheGroup"},
    {10010, "TransactionPoolTimeout"},
    {10011, "AlreadyInTxPoolAndAccept"},
    {10012, "OverFlowValue"},
    {10013, "MaxInitCodeSizeExceeded"},
    {10014, "SenderNoEOA"},
    {10015, "InsufficientFunds"},
    {10100, "GasLimitTooHigh"},
};

}  // namespace

std::string_view status_name(std::int32_t status) {
  for (const auto& [number, name] : kNames)
    if (number == status) return name;
  return "Unknown";
}

std::string_view refusal_sentence(Code admission) {
  switch (admission) {
    case Code::nonce_used: return "a transaction with this nonce was run or waits already; take a new one";
    case Code::block_limit_failed:
      return "its block limit is reached, or further ahead than the group allows; sign it again with a newer one";
    case Code::pool_full: return "too many transactions wait at this node, or of this sender; try again later";
    case Code::malformed: return "it is no well-formed transaction";
    case Code::already_in_pool: return "this transaction waits already; ask for its receipt";
    case Code::already_in_chain: return "this transaction was run already; ask for its receipt";
    case Code::wrong_chain_id: return "it was signed for another chain";
    case Code::wrong_group_id: return "it was signed for another group";
    case Code::invalid_signature: return "its signature is not valid";
    case Code::wrong_group: return "it does not belong to this group";
    case Code::pool_timeout: return "it waited too long and was dropped; send it again";
    case Code::already_accepted: return "this transaction was accepted already; ask for its receipt";
    case Code::value_too_long: return "a number in it does not fit into 256 bits";
    case Code::init_code_too_long: return "its init code is longer than allowed";
    case Code::sender_is_contract: return "its sender is a contract; only keys send transactions";
    case Code::insufficient_funds: return "its sender cannot pay for gas and value";
    case Code::gas_limit_too_high: return "its gas limit is above the group's; see tx_gas_limit";
    default: return status_name(admission);
  }
}

}  // namespace hanse
