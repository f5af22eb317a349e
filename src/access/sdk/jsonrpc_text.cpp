// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/jsonrpc_text.hpp"

#include <simdjson.h>

#include "codec/json_writer.hpp"

namespace hanse::sdk {
namespace {

constexpr std::int64_t kReverted = 3;

Error error_of(const simdjson::dom::object& object) {
  std::int64_t code = 0;
  std::string_view message, data;
  if (object["code"].get(code) != simdjson::SUCCESS || object["message"].get(message) != simdjson::SUCCESS)
    return {Code::bad_encoding, "an error without code and message"};
  std::string text(message.empty() ? "refused without a reason" : message);
  // The native port puts the reason beside the status' name; on the web3 port data is of a revert.
  if (code != kReverted && object["data"].get(data) == simdjson::SUCCESS) text += fmt::format(": {}", data);
  return {code == kReverted ? Code::execution_reverted : Code::refused, std::move(text)};
}

}  // namespace

std::string request_text(std::string_view method, std::string_view params) {
  JsonWriter json(64 + method.size() + params.size());
  json.begin_object().key("jsonrpc").raw("\"2.0\"").key("id").raw("1").key("method").text(method);
  return json.key("params").raw(params).end_object().take();
}

Result<std::string> result_of(std::string_view answer) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (parser.parse(answer.data(), answer.size()).get(root) != simdjson::SUCCESS || root.get(object) != simdjson::SUCCESS)
    return fail(Code::bad_encoding, "the answer is not JSON-RPC: {}", answer.substr(0, 200));
  simdjson::dom::object error;
  if (object["error"].get(error) == simdjson::SUCCESS) return std::unexpected(error_of(error));
  simdjson::dom::element result;
  if (object["result"].get(result) != simdjson::SUCCESS)
    return fail(Code::bad_encoding, "the answer has neither result nor error: {}", answer.substr(0, 200));
  return simdjson::minify(result);
}

}  // namespace hanse::sdk
