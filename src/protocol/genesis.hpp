// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Genesis: the text file that all members of a group share. Its canonical text stands in the extraData of block 0, so
// that a node with another genesis is recognised and told what differs.
#pragma once

#include <map>
#include <string>

#include "protocol/block.hpp"
#include "protocol/group_config.hpp"

namespace hanse {

struct Genesis {
  GroupConfig config;
  TimeMs timestamp_ms = 0;                 // of block 0
  std::map<Address, U256> balances;        // accounts funded in block 0

  static Result<Genesis> parse(std::string_view text);   // config.genesis (docs/WIRE.md §4); errors name line and key
  std::string to_text() const;                           // canonical; parse(to_text()) is the same genesis
};

// The first difference between two canonical texts, for a person: "consensus.node.2: 04ab…:1 here, absent there"; empty
// when there is none.
std::string genesis_difference(std::string_view here, std::string_view there);

}  // namespace hanse
