// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The node port of one group: what clients ask, answered from the ledger and from the last status of the core. Cheap reads
// are answered on the caller's thread; calls, estimates, log queries and whole blocks in jobs of clients. Every answer is
// made from one view of the ledger, so that it belongs to one block. The group thread is asked for one thing only: the
// nonces that wait in its pool.
#pragma once

#include <string>

#include "access/port/caller.hpp"
#include "node/group_host.hpp"

namespace hanse::node {

class NodeService {
 public:
  NodeService(GroupHost& host, std::string node_name) : host_(host), node_name_(std::move(node_name)) {}

  void handle(port::SubmitTransaction request, port::ReplyTo<port::SubmitTransaction> reply);
  void handle(port::WaitReceipt request, port::ReplyTo<port::WaitReceipt> reply);
  void handle(port::GetTransaction request, port::ReplyTo<port::GetTransaction> reply);
  void handle(port::GetBlock request, port::ReplyTo<port::GetBlock> reply);
  void handle(port::GetBlockReceipts request, port::ReplyTo<port::GetBlockReceipts> reply);
  void handle(port::GetHead request, port::ReplyTo<port::GetHead> reply);
  void handle(port::CallContract request, port::ReplyTo<port::CallContract> reply);
  void handle(port::EstimateGas request, port::ReplyTo<port::EstimateGas> reply);
  void handle(port::GetAccount request, port::ReplyTo<port::GetAccount> reply);
  void handle(port::GetStorage request, port::ReplyTo<port::GetStorage> reply);
  void handle(port::GetLogs request, port::ReplyTo<port::GetLogs> reply);
  void handle(port::GetGroupInfo request, port::ReplyTo<port::GetGroupInfo> reply);
  void handle(port::GetStatus request, port::ReplyTo<port::GetStatus> reply);

 private:
  // The transaction of `hash` in the ledger; not_found.
  Result<port::TransactionView> decided(const Hash& hash, const ledger::LedgerView& view) const;

  GroupHost& host_;                  // outlives the service
  const std::string node_name_;
};

}  // namespace hanse::node
