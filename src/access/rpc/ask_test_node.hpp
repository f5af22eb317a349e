// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Asks a façade over the test node and reads the answer.
#pragma once

#include <nlohmann/json.hpp>

#include "access/rpc/facades.hpp"
#include "access/rpc/test_node.hpp"
#include "base/metrics.hpp"

namespace hanse::rpc {

using Json = nlohmann::json;

struct Asked {
  explicit Asked(Suite suite = Suite::standard) : node(suite) {}

  TestNode node;
  Registry metrics;
  RpcConfig config{.batch_count_max = 4};
  GroupEndpoint group() { return {"group0", node.key().suite, port::local<port::NodePort>(node)}; }

  std::string web3(const std::string& body) { return text_of(web3_facade(config, group(), metrics), body); }
  std::string native(const std::string& body) { return text_of(native_facade(config, {group()}, metrics), body); }

  // The whole answer to one request.
  Json web3(const std::string& method, const Json& params) { return Json::parse(web3(request(method, params))); }
  Json native(const std::string& method, const Json& params) { return Json::parse(native(request(method, params))); }

 private:
  static std::string request(const std::string& method, const Json& params) {
    return Json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}}.dump();
  }
  static std::string text_of(const JsonRpc& facade, const std::string& body) {
    std::string text = "no answer";
    facade.handle(body, [&](std::string answer) { text = std::move(answer); });
    return text;
  }
};

}  // namespace hanse::rpc
