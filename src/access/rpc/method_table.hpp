// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The methods of one façade, found by name, counted and timed. Those that may run long are bounded in number: what waits for
// the node's workers holds memory, and clients can ask faster than any node answers.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <unordered_map>

#include "access/rpc/jsonrpc.hpp"
#include "base/metrics.hpp"

namespace hanse::rpc {

// At once, of a façade: two of the largest batches.
inline constexpr int kLongRequestsMax = 2'000;

// One row of a façade's table. `params` and `doc` are for people. A handler reads its parameters before it returns and
// answers then or later; `context` is valid until it returns.
template <class Context>
struct Method {
  std::string_view name;
  std::string_view params;
  void (*handle)(const Context& context, Params& params, Reply reply);
  std::string_view doc;
  bool runs_long = false;   // executes, or reads what grows with the chain
};

template <class Context>
class MethodTable {
 public:
  // `metrics` outlives every reply.
  MethodTable(std::span<const Method<Context>> methods, const std::string& facade, Registry& metrics)
      : seconds_(metrics.histogram("hanse_rpc_request_seconds", "Time from a parsed request to its answer.", kSecondsBounds,
                                   {{"facade", facade}})),
        unknown_(counter(metrics, facade, "unknown", "error")) {
    for (const auto& method : methods) {
      rows_.emplace(method.name, Row{method.handle, method.runs_long, &counter(metrics, facade, method.name, "ok"),
                                     &counter(metrics, facade, method.name, "error")});
    }
  }

  void dispatch(const Context& context, std::string_view name, Params& params, Reply reply) const {
    const auto found = rows_.find(name);
    if (found == rows_.end()) {
      unknown_.add();
      return reply(refuse(kMethodNotFound, fmt::format("the method {} does not exist/is not available", name.substr(0, 100))));
    }
    const Row& row = found->second;
    std::shared_ptr<void> place;   // until the answer; of a request that is dropped too
    if (row.runs_long) {
      place = std::shared_ptr<void>(nullptr, [running = long_running_](void*) { --*running; });
      if (++*long_running_ > kLongRequestsMax) {
        row.error->add();
        return reply(refuse(kBusy, fmt::format("limit exceeded: {} calls and queries run at this node already; try again later",
                                               kLongRequestsMax)));
      }
    }
    const auto start = std::chrono::steady_clock::now();
    row.handle(context, params,
               [ok = row.ok, error = row.error, &seconds = seconds_, start, place = std::move(place),
                reply = std::move(reply)](Outcome outcome) mutable {
                 place.reset();
                 (outcome ? ok : error)->add();
                 seconds.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
                 reply(std::move(outcome));
               });
  }

 private:
  struct Row {
    void (*handle)(const Context&, Params&, Reply);
    bool runs_long;
    Counter* ok;
    Counter* error;
  };

  static Counter& counter(Registry& metrics, const std::string& facade, std::string_view method, const char* outcome) {
    return metrics.counter("hanse_rpc_requests_total", "Requests answered, by method and outcome.",
                           {{"facade", facade}, {"method", std::string(method)}, {"outcome", outcome}});
  }

  std::unordered_map<std::string_view, Row> rows_;
  Histogram& seconds_;
  Counter& unknown_;
  std::shared_ptr<std::atomic<int>> long_running_ = std::make_shared<std::atomic<int>>(0);   // owned by requests under way too
};

}  // namespace hanse::rpc
