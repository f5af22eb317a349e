// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Writes EVM code for tests: instructions are appended in order, numbers are pushed in the shortest form.
#pragma once

#include <initializer_list>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace hanse::vm {

enum Op : std::uint8_t {
  STOP = 0x00, ADD = 0x01, EQ = 0x14, ISZERO = 0x15, KECCAK256 = 0x20, ADDRESS = 0x30, BALANCE = 0x31, CALLER = 0x33,
  CALLVALUE = 0x34, CALLDATALOAD = 0x35, CALLDATASIZE = 0x36, CODECOPY = 0x39, EXTCODESIZE = 0x3b,
  RETURNDATASIZE = 0x3d, RETURNDATACOPY = 0x3e, EXTCODEHASH = 0x3f, BLOCKHASH = 0x40, TIMESTAMP = 0x42,
  NUMBER = 0x43, PREVRANDAO = 0x44, CHAINID = 0x46, BASEFEE = 0x48, POP = 0x50, MLOAD = 0x51, MSTORE = 0x52, SLOAD = 0x54,
  SSTORE = 0x55, JUMP = 0x56, JUMPI = 0x57, GAS = 0x5a, JUMPDEST = 0x5b, TLOAD = 0x5c, TSTORE = 0x5d, DUP1 = 0x80,
  SWAP1 = 0x90, LOG1 = 0xa1, CREATE = 0xf0, CALL = 0xf1, RETURN = 0xf3, DELEGATECALL = 0xf4, CREATE2 = 0xf5, STATICCALL = 0xfa,
  REVERT = 0xfd, SELFDESTRUCT = 0xff,
};

struct Assembly {
  Bytes bytes;

  Assembly& op(std::initializer_list<Op> ops) {
    for (const Op each : ops) bytes.push_back(each);
    return *this;
  }
  Assembly& push(BytesView value) {
    bytes.push_back(static_cast<std::uint8_t>(0x5f + value.size()));
    append(bytes, value);
    return *this;
  }
  Assembly& push(const U256& value) {
    const Hash whole = value.to_be();
    std::size_t zeros = 0;
    while (zeros < 32 && whole.bytes[zeros] == 0) ++zeros;
    return push(BytesView(whole).subspan(zeros));
  }
  Assembly& push(std::uint64_t value) { return push(U256(value)); }
  Assembly& sstore(std::uint64_t key, std::uint64_t value) { return push(value).push(key).op({SSTORE}); }
  // CALL with all gas; the answer's first 32 bytes come to memory 0, and 1 or 0 to the stack.
  Assembly& call(const Address& to, std::uint64_t value = 0, std::uint64_t input_size = 0) {
    return push(32).push(0).push(input_size).push(0).push(value).push(BytesView(to)).op({GAS, CALL});
  }
  Assembly& revert() { return push(0).push(0).op({REVERT}); }
  Assembly& return_word() { return push(32).push(0).op({RETURN}); }   // memory 0 … 31
  Assembly& return_top() { return push(0).op({MSTORE}).return_word(); }
  Assembly& raw(BytesView more) {
    append(bytes, more);
    return *this;
  }
};

// Init code that runs `first` and then leaves `code` as the contract.
inline Bytes deployment_of(BytesView code, Assembly first = {}) {
  const auto size = static_cast<std::uint16_t>(code.size());
  const auto offset = static_cast<std::uint16_t>(first.bytes.size() + 13);
  Bytes size_bytes, offset_bytes;
  append_be(size_bytes, size);
  append_be(offset_bytes, offset);
  first.push(BytesView(size_bytes)).op({DUP1}).push(BytesView(offset_bytes)).push(0).op({CODECOPY}).push(0);
  return first.op({RETURN, STOP, STOP}).raw(code).bytes;
}

}  // namespace hanse::vm
