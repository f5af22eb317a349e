// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <CLI/CLI.hpp>

#include "base/hex.hpp"
#include "codec/json_writer.hpp"
#include "crypto/pem_file.hpp"
#include "management/cli/abi_text.hpp"
#include "management/cli/account_store.hpp"
#include "management/cli/command.hpp"
#include "management/cli/contract_code.hpp"
#include "management/cli/group_client.hpp"

namespace hanse::cli {
namespace {

struct Options {
  Endpoint endpoint;
  std::string accounts = default_account_folder();
  std::string from, value = "0";
  std::string file, constructor;                  // deploy
  std::string address, function, data;            // call, send
  std::vector<std::string> arguments;
};

Result<Outcome> sign_and_send(GroupClient& group, const Options& options, Order order) {
  const auto key = find_account(options.accounts, options.from, group.suite());
  if (!key) return pass(key);
  if (key->suite != group.suite())
    return fail(Code::bad_key, "account {} belongs to the other suite; the group is of suite {}", options.from,
                group.suite() == Suite::sm ? "sm" : "standard");
  const auto value = U256::from_decimal(options.value);
  if (!value) return fail(Code::bad_request, "--value {}: {}", options.value, value.error().text);
  order.value = *value;
  auto outcome = group.send(*key, order);
  if (outcome && !outcome->succeeded)
    return fail(Code::execution_failed, "transaction {} failed in block {}: {}", outcome->transaction_hash, outcome->block_number,
                outcome->message);
  return outcome;
}

Answer answer_of(const Outcome& outcome) {
  Answer answer;
  if (!outcome.contract_address.empty()) answer.text += fmt::format("contract     {}\n", outcome.contract_address);
  answer.text += fmt::format("transaction  {}\nblock        {}\n", outcome.transaction_hash, outcome.block_number);
  JsonWriter json;
  json.begin_object().key("transaction").text(outcome.transaction_hash).key("block_number").number(outcome.block_number);
  json.key("contract");
  outcome.contract_address.empty() ? json.null() : json.text(outcome.contract_address);
  answer.json = json.key("receipt").raw(outcome.receipt).end_object().take();
  return answer;
}

Result<Answer> deploy(const Options& options) {
  const auto text = read_small_file(options.file);
  if (!text) return pass(text);
  auto code = parse_contract_code(*text);
  if (!code) return fail(code.error().code, "{}: {}", options.file, code.error().text);
  const auto constructor = parse_signature(options.constructor.empty() ? "()" : options.constructor);
  if (!constructor) return pass(constructor);
  const auto arguments = encode_values(constructor->inputs, options.arguments);
  if (!arguments)
    return fail(arguments.error().code, "constructor: {}{}", arguments.error().text,
                options.constructor.empty() ? "; give its types, as --constructor \"(string,uint256)\"" : "");
  append(code->init_code, *arguments);
  const auto group = connect(options.endpoint);
  if (!group) return pass(group);
  const auto outcome = sign_and_send(**group, options, {.input = std::move(code->init_code), .abi = std::move(code->abi)});
  if (!outcome) return pass(outcome);
  return answer_of(*outcome);
}

struct Prepared {
  std::unique_ptr<GroupClient> group;
  AbiFunction function;
  Order order;
};

Result<Prepared> prepare(const Options& options) {
  const auto address = fixed_from_hex<Address::kSize>(options.address);
  if (!address) return fail(Code::bad_request, "\"{}\" is not an address: {}", options.address, address.error().text);
  if (options.function.empty() == options.data.empty())
    return fail(Code::bad_request, "give either a function, as \"transfer(address,uint256)\", or --data");
  auto group = connect(options.endpoint);
  if (!group) return pass(group);
  Prepared prepared{.group = std::move(*group), .order = {.to = *address}};
  if (options.function.empty()) {
    auto data = from_hex(options.data);
    if (!data) return fail(Code::bad_request, "--data: {}", data.error().text);
    prepared.order.input = std::move(*data);
    return prepared;
  }
  auto function = parse_signature(options.function);
  if (!function) return pass(function);
  auto input = encode_call(prepared.group->suite(), *function, options.arguments);
  if (!input) return pass(input);
  prepared.function = std::move(*function);
  prepared.order.input = std::move(*input);
  return prepared;
}

Result<Answer> send(const Options& options) {
  auto prepared = prepare(options);
  if (!prepared) return pass(prepared);
  const auto outcome = sign_and_send(*prepared->group, options, std::move(prepared->order));
  if (!outcome) return pass(outcome);
  return answer_of(*outcome);
}

Result<Answer> call(const Options& options) {
  auto prepared = prepare(options);
  if (!prepared) return pass(prepared);
  const auto output = prepared->group->call(prepared->order);
  if (!output) return pass(output);
  JsonWriter json;
  json.begin_object().key("output").hex(*output).key("values").begin_array();
  Answer answer;
  if (prepared->function.outputs.empty()) answer.text = to_hex0x(*output);
  const auto values = decode_values(prepared->function.outputs, *output);
  if (!values) return fail(values.error().code, "the answer {} is not of the given types: {}", to_hex0x(*output), values.error().text);
  for (const std::string& value : *values) {
    answer.text += value + "\n";
    json.text(value);
  }
  answer.json = json.end_array().end_object().take();
  return answer;
}

void add_endpoint(CLI::App& app, Options& options) {
  app.add_option("--rpc", options.endpoint.url, "a node's address; without it http://127.0.0.1:8545, with --group :20200");
  app.add_option("--group", options.endpoint.group, "use the FISCO BCOS port and this group; needed for groups of the sm suite");
}

void add_signer(CLI::App& app, Options& options) {
  app.add_option("--from", options.from, "who signs: an address of `hanse account list`, a key file, or test0 to test9")->required();
  app.add_option("--accounts", options.accounts, "the folder that keeps the accounts")->capture_default_str();
  app.add_option("--value", options.value, "in wei")->capture_default_str();
}

void add_target(CLI::App& app, Options& options) {
  app.add_option("ADDRESS", options.address, "the contract")->required();
  app.add_option("FUNCTION", options.function, "as \"balanceOf(address)(uint256)\"");
  app.add_option("ARGUMENTS", options.arguments, "its values; arrays as [a,b]")->allow_extra_args(false);
  app.add_option("--data", options.data, "the encoded call, in place of FUNCTION");
}

}  // namespace

void add_contract(Commands& commands) {
  auto options = std::make_shared<Options>();
  CLI::App& noun = commands.noun("contract", "deploy and use contracts");
  CLI::App& deploying = commands.add(noun, "deploy", "create a contract and wait until that is decided",
                                     "hanse contract deploy Token.json --constructor \"(string,uint256)\" Coin 1000 --from test0",
                                     [options](Format) { return deploy(*options); });
  deploying.add_option("FILE", options->file, "hex of the init code, or a compiler's JSON")->required();
  deploying.add_option("ARGUMENTS", options->arguments, "values of the constructor")->allow_extra_args(false);
  deploying.add_option("--constructor", options->constructor, "the constructor's types, as \"(string,uint256)\"");
  add_signer(deploying, *options);
  add_endpoint(deploying, *options);

  CLI::App& calling = commands.add(noun, "call", "ask a contract, without effect",
                                   "hanse contract call 0x5fbd… \"balanceOf(address)(uint256)\" 0xf39f…",
                                   [options](Format) { return call(*options); });
  add_target(calling, *options);
  add_endpoint(calling, *options);

  CLI::App& sending = commands.add(noun, "send", "send a transaction to a contract and wait until it is decided",
                                   "hanse contract send 0x5fbd… \"transfer(address,uint256)\" 0x7099… 100 --from test0",
                                   [options](Format) { return send(*options); });
  add_target(sending, *options);
  add_signer(sending, *options);
  add_endpoint(sending, *options);
}

}  // namespace hanse::cli
