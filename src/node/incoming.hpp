// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The thread of a group that takes what other members sent: decodes it, verifies the outer signatures of votes (several
// at once on the arena), and sorts it. Votes and peer messages go to the core, transactions and blocks to admission,
// requests for bodies are answered here. What does not decode or verify is counted and dropped.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "base/bounded_queue.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "node/admission.hpp"
#include "node/envelope.hpp"
#include "node/work.hpp"

namespace hanse::node {

struct IncomingRoutes {                                    // on the incoming thread
  std::function<void(group::Event)> to_core;
  std::function<void(AdmissionJob)> to_admission;
  std::function<void(const NodeId& from, const group::BodyRequest&)> body_request;
  std::function<void(const NodeId& from, HeaderSignature)> header_signature;
};

class Incoming {
 public:
  Incoming(pbft::GroupName group, IncomingRoutes routes, Work& work, Counter& dropped, Log log);
  ~Incoming();

  void push(const NodeId& from, Bytes message);            // any thread; dropped and counted when too much waits

 private:
  struct Message {
    NodeId from;
    Bytes bytes;
  };
  struct Decoded {
    NodeId from;
    Result<Envelope> envelope;
  };
  void run();
  void decode(const Message& message, Decoded& out) const;
  void route(Decoded& message);

  const pbft::GroupName group_;
  IncomingRoutes routes_;
  Work& work_;
  Counter& dropped_;
  Log log_;
  std::atomic<std::size_t> bytes_{0};   // of the messages that wait
  BoundedQueue<Message> messages_;
  std::thread thread_;
};

}  // namespace hanse::node
