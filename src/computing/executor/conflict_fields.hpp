// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Where calls of a contract meet, as its ABI declares it: `conflictFields` of a function (FISCO BCOS, "parallel contract";
// compilers and its console write them). Only a hint for who may run beside whom, so that what cannot be read is not there.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocol/transaction.hpp"
#include "storage/state/state.hpp"

namespace hanse::executor {

// Something that calls share. Two with the same bytes are one thing.
using Meeting = Address;

class ConflictFields {
 public:
  // Where this call meets others, besides in its sender; none: its contract declares nothing about that function.
  // The ABI is read from `state` once, since a deployed contract keeps it.
  std::optional<std::vector<Meeting>> of(Suite suite, const Transaction& call, const state::StateReader& state);

 private:
  enum class Kind : std::uint8_t { all, len, env, params, constant, none };   // as the JSON numbers them
  struct Field {
    Kind kind = Kind::none;
    std::uint64_t slot = 0;
    std::vector<std::uint64_t> value;    // params: a path of positions; env: which; constant: bytes
  };
  using Functions = std::map<std::uint32_t, std::vector<Field>>;   // by selector

  static Functions parse(Suite suite, BytesView abi);
  static std::optional<Meeting> meeting(const Field& field, const Transaction& call);

  std::unordered_map<Address, Functions> contracts_;
  std::size_t held_ = 0;                 // contracts, functions and fields
};

}  // namespace hanse::executor
