// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The methods of one façade, found by name, counted and timed.
#pragma once

#include <chrono>
#include <span>
#include <unordered_map>

#include "access/rpc/jsonrpc.hpp"
#include "base/metrics.hpp"

namespace hanse::rpc {

// One row of a façade's table. `params` and `doc` are for people. A handler reads its parameters before it returns and
// answers then or later; `context` is valid until it returns.
template <class Context>
struct Method {
  std::string_view name;
  std::string_view params;
  void (*handle)(const Context& context, Params& params, Reply reply);
  std::string_view doc;
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
      rows_.emplace(method.name, Row{method.handle, &counter(metrics, facade, method.name, "ok"),
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
    const auto start = std::chrono::steady_clock::now();
    row.handle(context, params,
               [ok = row.ok, error = row.error, &seconds = seconds_, start, reply = std::move(reply)](Outcome outcome) mutable {
                 (outcome ? ok : error)->add();
                 seconds.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
                 reply(std::move(outcome));
               });
  }

 private:
  struct Row {
    void (*handle)(const Context&, Params&, Reply);
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
};

}  // namespace hanse::rpc
