// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Which transactions of a block may run beside which. A guess, made from who is named in them: it decides how long a block
// takes and never what comes out (execute_block.cpp checks what the parts touched, and falls back to one after the other).
#pragma once

#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "computing/executor/conflict_fields.hpp"
#include "protocol/transaction.hpp"

namespace hanse::executor {

// What the blocks before taught: contracts whose calls meet in one place, and whether it has paid to guess at all. Belongs to
// who executes one chain.
class Contention {
 public:
  bool pays_off(BlockNumber number) const { return number >= again_at_; }
  bool meets_in(const Address& contract, BlockNumber number) const;
  // The parts of this block touched one thing, of that account, or went beyond the gas limit.
  void guessed_wrong(BlockNumber number, std::optional<Address> met_in);
  void guessed_right() { if (wrong_ > 0) --wrong_; }

 private:
  std::unordered_map<Address, BlockNumber> meets_in_;   // until that block
  BlockNumber again_at_ = 0;
  int wrong_ = 0;
};

// Places in the block, rising within each part; at most `parts_max`, of about the same size. Transactions that name one party
// stand in one part: senders, who receives value, and where a call's contract declares that calls meet, or else who is named
// in its first words. Empty when two parts would not be much quicker than one.
using Declared = std::function<std::optional<std::vector<Meeting>>(const Transaction& call)>;
std::vector<std::vector<std::uint32_t>> partition(std::span<const Transaction* const> transactions, std::size_t parts_max,
                                                  const Contention& contention, BlockNumber number, const Declared& declared);

}  // namespace hanse::executor
