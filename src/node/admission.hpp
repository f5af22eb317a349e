// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The admission lane of a group: turns encoded transactions into checked bodies. It takes what waits as one batch,
// decodes it on the arena, in pieces whose signers are recovered together, puts the bodies into the store and tells the core
// their summaries. Blocks from other nodes pass here too, so that their bodies are in the store before the core sees them.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <optional>
#include <variant>

#include "base/log.hpp"
#include "node/body_store.hpp"
#include "node/group_metrics.hpp"
#include "node/lane_queue.hpp"
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

struct AdmissionRoutes {                                   // on the admission lane
  std::function<bool()> core_is_behind;                    // nothing is taken meanwhile
  std::function<void(group::Event)> to_core;               // in the order of arrival
};

class Admission {
 public:
  Admission(Suite suite, const ledger::Ledger& ledger, BodyStore& bodies, Runtime& runtime, GroupMetrics& metrics,
            AdmissionRoutes routes, Log log);
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
  std::chrono::milliseconds turn();
  void take(std::vector<AdmissionJob>& jobs);
  void decode(std::span<Item> items) const;
  void check(Item& item, const ledger::LedgerView& view) const;
  void finish(AdmitFromClient& job, std::span<Item> items);
  void finish(AdmitFromPeer& job, std::span<Item> items);
  void finish(AdmitBlocks& job, std::span<Item> items);

  const Suite suite_;
  const ledger::Ledger& ledger_;
  BodyStore& bodies_;
  Runtime& runtime_;
  GroupMetrics& metrics_;
  AdmissionRoutes routes_;
  Log log_;
  std::vector<TxSummary> from_clients_;  // of the batch, not yet told to the core
  std::deque<AdmissionJob> in_hand_;
  std::atomic<std::size_t> bytes_{0};    // of the jobs that wait
  LaneQueue<AdmissionJob> jobs_;
};

}  // namespace hanse::node
