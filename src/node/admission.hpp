// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The admission thread of a group: turns encoded transactions into checked bodies. It takes what waits as one batch,
// decodes it and recovers the signers on the arena, puts the bodies into the store and tells the core their summaries.
// Blocks from other nodes pass here too, so that their bodies are in the store before the core sees them.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <thread>
#include <variant>

#include "base/bounded_queue.hpp"
#include "base/log.hpp"
#include "node/body_store.hpp"
#include "node/group_metrics.hpp"
#include "node/work.hpp"
#include "scheduling/group/events.hpp"
#include "storage/ledger/ledger.hpp"

namespace hanse::node {

struct AdmitFromClient {
  EncodedTransaction transaction;
  std::move_only_function<void(Result<Body>)> decoded;   // before the core is told; an error ends it
};
struct AdmitFromPeer {
  NodeId from;
  group::Bodies bodies;
};
struct AdmitBlocks {
  NodeId from;
  group::BlockReply reply;
};
using AdmissionJob = std::variant<AdmitFromClient, AdmitFromPeer, AdmitBlocks>;

class Admission {
 public:
  // `admitted` is called on the admission thread, in the order of arrival.
  Admission(Suite suite, const ledger::Ledger& ledger, BodyStore& bodies, Work& work, GroupMetrics& metrics,
            std::function<void(group::Event)> admitted, Log log);
  ~Admission();

  // Takes it, unless too many jobs or bytes wait already.
  [[nodiscard]] bool push(AdmissionJob&& job);

 private:
  struct Item {
    EncodedTransaction* encoded = nullptr;   // its bytes are taken when it decodes
    bool in_block = false;               // of a certified block: the checks of admission were others' business
    Result<Body> body;
    TxSummary summary;
  };
  void run();
  void take(std::span<AdmissionJob> jobs);
  void decode(Item& item, const ledger::LedgerView& view) const;
  void finish(AdmitFromClient& job, std::span<Item> items);
  void finish(AdmitFromPeer& job, std::span<Item> items);
  void finish(AdmitBlocks& job, std::span<Item> items);

  const Suite suite_;
  const ledger::Ledger& ledger_;
  BodyStore& bodies_;
  Work& work_;
  GroupMetrics& metrics_;
  std::function<void(group::Event)> admitted_;
  Log log_;
  std::vector<TxSummary> from_clients_;  // of the batch, not yet told to the core
  std::atomic<std::size_t> bytes_{0};    // of the jobs that wait
  BoundedQueue<AdmissionJob> jobs_;
  std::thread thread_;
};

}  // namespace hanse::node
