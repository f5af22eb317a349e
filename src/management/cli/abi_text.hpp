// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Calls and their results as people write them: "transfer(address,uint256)(bool)" with the values as text, into and out of
// the contract ABI (https://docs.soliditylang.org/en/latest/abi-spec.html). Types: uintN, intN, address, bool, bytesN,
// bytes, string, and arrays of them, T[] and T[k], written [a,b,c]. No tuples: they are refused by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/suite.hpp"

namespace hanse::cli {

struct AbiType {
  enum class Kind : std::uint8_t { uint, int_, address, boolean, fixed_bytes, bytes, string, array };

  Kind kind = Kind::uint;
  std::size_t size = 0;                     // uint, int_: bits; fixed_bytes: bytes; array: elements
  bool open = false;                        // array: T[], of any length
  std::vector<AbiType> element;             // array: exactly one

  bool is_dynamic() const;
  std::size_t head_size() const;            // bytes that it takes in its container
};

struct AbiFunction {
  std::string name;                         // empty: a constructor
  std::string canonical;                    // "transfer(address,uint256)": what the selector hashes
  std::vector<AbiType> inputs, outputs;
};

// "name(inputs)" or "name(inputs)(outputs)". Errors: bad_request.
Result<AbiFunction> parse_signature(std::string_view text);

// Without a selector. Errors: bad_request (count or text of the values).
Result<Bytes> encode_values(const std::vector<AbiType>& types, const std::vector<std::string>& values);
// With the selector: the first four bytes of the group's hash.
Result<Bytes> encode_call(Suite suite, const AbiFunction& function, const std::vector<std::string>& values);
// Errors: bad_encoding.
Result<std::vector<std::string>> decode_values(const std::vector<AbiType>& types, BytesView data);

}  // namespace hanse::cli
