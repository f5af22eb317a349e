// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What clients may rely on: what one was told is decided and stays so, also after a crash of everybody; a read answers
// from decided blocks only and never goes back at one node.
#pragma once

#include <map>

#include "sim/checkers/knowledge.hpp"

namespace hanse::sim {

class Host;

class ClientChecker {
 public:
  explicit ClientChecker(Knowledge& known) : known_(known) {}

  void on_told(const Host& host, const Hash& transaction, BlockNumber number, const Hash& header);
  void on_read(const Host& host, const Outcome& answer);
  void on_disk_lost(NodeNumber node) { read_.erase(node); }   // it begins anew
  void at_end(const Host& host);           // after healing, everybody level

 private:
  Knowledge& known_;
  std::map<Hash, std::pair<BlockNumber, Hash>> told_;
  std::map<NodeNumber, BlockNumber> read_;
};

}  // namespace hanse::sim
