// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What anybody was shown of the chain, for ever: blocks that became visible at a node, receipts that clients were told,
// accounts that they read. Contradictions are reported at once; at the end everything is compared with a serial
// execution of the chain from its genesis on a fresh ledger.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "protocol/ports/node_port.hpp"
#include "sim/whole/probes.hpp"
#include "sim/whole/vote_watch.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::whole {

class ChainWatch {
 public:
  ChainWatch(const Genesis& genesis, Violations& violations, Probes& probes)
      : genesis_(genesis), violations_(violations), probes_(probes) {}

  void shown(NodeNumber node, BlockNumber number, const Hash& header);
  void told(NodeNumber node, const ledger::LedgerView& view, const port::TransactionView& answer);
  void read_account(NodeNumber node, BlockNumber at, const Address& address, std::uint64_t nonce, const U256& balance);
  void read_slot(NodeNumber node, BlockNumber at, const Address& contract, const Hash& slot, const U256& value);
  bool was_told(const Hash& transaction) const { return told_.contains(transaction); }
  const port::TransactionView* told_of(const Hash& transaction) const;
  const std::map<BlockNumber, Hash>& blocks() const { return shown_; }

  // All hold the same chain, and it is what a serial execution makes of it.
  struct Holder {
    std::shared_ptr<const ledger::LedgerView> view;
    const kv::KvStore* rows = nullptr;
  };
  void at_end(const std::vector<Holder>& nodes);

 private:
  struct AccountRead {
    NodeNumber node;
    Address address;
    std::uint64_t nonce;
    U256 balance;
  };
  struct SlotRead {
    NodeNumber node;
    Address contract;
    Hash slot;
    U256 value;
  };
  void compare(const kv::KvStore& one, const kv::KvStore& other, const std::string& whose);
  void check_reads(const ledger::LedgerView& view);
  void check_told(const ledger::LedgerView& view);

  const Genesis& genesis_;
  Violations& violations_;
  Probes& probes_;
  std::map<BlockNumber, Hash> shown_;
  std::unordered_map<Hash, port::TransactionView> told_;    // looked up only
  std::vector<Hash> told_in_order_;
  std::map<BlockNumber, std::vector<AccountRead>> accounts_;
  std::map<BlockNumber, std::vector<SlotRead>> slots_;
};

}  // namespace hanse::whole
