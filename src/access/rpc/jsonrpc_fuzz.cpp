// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What clients send, given to both façades over a node of two blocks: exactly one answer, and that answer is JSON-RPC.
#include "access/rpc/ask_test_node.hpp"
#include "access/rpc/fisco/handlers.hpp"
#include "access/rpc/web3/handlers.hpp"
#include "base/fuzz_target.hpp"

namespace hanse::rpc {
namespace {

// Each with its own node: a state query moves its head.
struct Facades {
  TestNode node;
  Registry metrics;
  GroupEndpoint group{"group0", Suite::standard, port::local<port::NodePort>(node)};
  JsonRpc web3 = web3_facade({.batch_count_max = 4}, group, metrics);
  JsonRpc native = native_facade({.batch_count_max = 4}, {group}, metrics);
};

Facades& facades() {
  static Facades all;
  return all;
}

bool is_answer(const Json& json) {
  return json.is_object() && json.contains("id") && json.value("jsonrpc", "") == "2.0" &&
         json.contains("result") != json.contains("error");
}

void ask(const JsonRpc& facade, std::string_view body) {
  int count = 0;
  std::string answer;
  facade.handle(body, [&](std::string text) { ++count, answer = std::move(text); });
  CHECK(count == 1);
  if (answer.empty()) return;                    // notifications only
  const Json json = Json::parse(answer, nullptr, false);
  CHECK(json.is_array() ? std::ranges::all_of(json, is_answer) : is_answer(json));
}

// The names of a façade's methods, and one that it does not know.
template <class Methods>
std::string method_of(const Methods& methods, std::size_t place) {
  return place < methods.size() ? std::string(methods[place].name) : "eth_unknown";
}

// The node as it may be at that moment: behind, with transactions that wait, with a contract that reverts.
void set_mood(TestNode& node, std::uint8_t mood) {
  node.syncing = mood & 1;
  node.pending = mood & 2, node.decided_later = mood & 4;
  node.call_result.status = mood & 8 ? 16 : 0;
  node.estimate_error = mood & 16 ? std::optional<Error>({Code::execution_reverted, "reverted"}) : std::nullopt;
}

template <class Methods>
void ask_method(const JsonRpc& facade, const Methods& methods, BytesView input) {
  if (input.size() < 2) return;
  set_mood(facades().node, input[1]);
  const std::string name = method_of(methods, input[0] % (methods.size() + 1));
  ask(facade, fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{}}})", name, as_text(input.subspan(2))));
}

// simdjson's parser and the answers of a whole block have sizes of their own.
FUZZ_TARGET(jsonrpc, .per_byte = 512, .fixed = 4u << 20) {
  ask(facades().web3, as_text(input));
  ask(facades().native, as_text(input));
}

// The first byte names the method, the second what the node is about, the rest is the text of the parameters.
FUZZ_TARGET(web3_method, .per_byte = 512, .fixed = 4u << 20) { ask_method(facades().web3, web3::methods(), input); }
FUZZ_TARGET(native_method, .per_byte = 512, .fixed = 4u << 20) { ask_method(facades().native, fisco::methods(), input); }

}  // namespace
}  // namespace hanse::rpc
