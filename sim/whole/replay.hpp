// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The chain of a node once more, block by block, on a fresh ledger: signatures of its transactions and certificates are
// checked, each identity, sender's nonce and native nonce may run once, and execution must give the certified headers.
#pragma once

#include <set>

#include "sim/whole/probes.hpp"
#include "sim/whole/violation.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::whole {

class Replay {
 public:
  Replay(const Genesis& genesis, Violations& violations, Probes& probes);
  void run(const ledger::LedgerView& chain, BlockNumber number);   // numbers rise by one
  const ledger::LedgerView& view() const { return *view_; }
  const kv::KvStore& rows() const { return *rows_; }

 private:
  void check_certificate(const Certificate& certificate);
  void check_once(const Transaction& tx, const Receipt& receipt);

  Violations& violations_;
  Probes& probes_;
  const kv::KvStore* rows_ = nullptr;                               // the ledger's
  std::unique_ptr<ledger::Ledger> ledger_;
  std::shared_ptr<const ledger::LedgerView> view_;
  std::set<Hash> identities_;
  std::set<std::pair<Address, std::uint64_t>> nonces_;
  std::map<std::string, BlockNumber> native_nonces_;
};

}  // namespace hanse::whole
