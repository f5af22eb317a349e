// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/contract_code.hpp"

#include <nlohmann/json.hpp>

#include "base/hex.hpp"

namespace hanse::cli {
namespace {

using Json = nlohmann::json;

Result<Bytes> parse_hex_code(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return fail(Code::bad_encoding, "there is no code; an interface or an abstract contract has none");
  text = text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
  if (text.find("__$") != text.npos)
    return fail(Code::bad_encoding, "the code has places for libraries that are not linked; link them with the compiler");
  auto code = from_hex(text);
  if (!code) return fail(Code::bad_encoding, "the code is neither hex nor JSON: {}", code.error().text);
  if (code->empty()) return fail(Code::bad_encoding, "there is no code; an interface or an abstract contract has none");
  return code;
}

const Json* find_code(const Json& document) {
  if (document.contains("bytecode")) {
    const Json& code = document["bytecode"];
    if (code.is_object() && code.contains("object")) return &code["object"];
    return &code;
  }
  if (document.contains("evm") && document["evm"].is_object() && document["evm"].contains("bytecode"))
    return find_code(document["evm"]);
  return nullptr;
}

}  // namespace

Result<ContractCode> parse_contract_code(std::string_view text) {
  ContractCode contract;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos || text[first] != '{') {
    auto code = parse_hex_code(text);
    if (!code) return pass(code);
    contract.init_code = std::move(*code);
    return contract;
  }
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return fail(Code::bad_encoding, "the file begins like JSON but is not");
  const Json* hex = find_code(document);
  if (!hex || !hex->is_string()) return fail(Code::bad_encoding, "the JSON has neither `bytecode` nor `evm.bytecode.object`");
  auto code = parse_hex_code(hex->get_ref<const std::string&>());
  if (!code) return pass(code);
  contract.init_code = std::move(*code);
  if (document.contains("abi")) contract.abi = document["abi"].is_string() ? document["abi"].get<std::string>() : document["abi"].dump();
  return contract;
}

}  // namespace hanse::cli
