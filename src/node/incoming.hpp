// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The lane of a group that takes what other members sent: decodes it, verifies the outer signatures of votes (several at
// once on the arena), and sorts it. Votes and peer messages go to the core, transactions and blocks to admission,
// requests for bodies are answered here. What does not decode or verify is counted and dropped.
#pragma once

#include <functional>
#include <mutex>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "node/admission.hpp"
#include "node/envelope.hpp"
#include "node/peer_inbox.hpp"
#include "node/runtime.hpp"

namespace hanse::node {

struct IncomingRoutes {                                    // on the incoming lane
  std::function<bool()> core_is_behind;                    // nothing is taken meanwhile
  std::function<void(group::Event)> to_core;
  std::function<void(AdmissionJob)> to_admission;
  std::function<void(const NodeId& from, const group::BodyRequest&)> body_request;
  std::function<void(const NodeId& from, HeaderSignature)> header_signature;
};

class Incoming {
 public:
  Incoming(pbft::GroupName group, IncomingRoutes routes, Runtime& runtime, Counter& dropped, Log log);
  ~Incoming();

  void push(const NodeId& from, Bytes message);            // any thread; what does not fit is dropped and counted

 private:
  struct Decoded {
    NodeId from;
    Result<Envelope> envelope;
  };
  std::chrono::milliseconds turn();
  void decode(const PeerMessageBytes& message, Decoded& out) const;
  void route(Decoded& message);

  const pbft::GroupName group_;
  IncomingRoutes routes_;
  Runtime& runtime_;
  Counter& dropped_;
  Log log_;
  std::mutex mutex_;                    // inbox_
  PeerInbox inbox_;
  std::vector<PeerMessageBytes> messages_;   // of a turn
  std::unique_ptr<Lane> lane_;
};

}  // namespace hanse::node
