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

}  // namespace hanse
