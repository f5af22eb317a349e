// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <nlohmann/json.hpp>

#include "access/sdk/account.hpp"
#include "access/sdk/client.hpp"
#include "base/hex.hpp"
#include "management/cli/group_client.hpp"

namespace hanse::cli {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kGasLimit = 300'000'000;         // what FISCO BCOS clients send
constexpr BlockNumber kBlocksToLive = 500;

std::string text_member(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}
std::int64_t number_member(const Json& object, const char* key, std::int64_t otherwise) {
  return object.is_object() && object.contains(key) && object[key].is_number_integer() ? object[key].get<std::int64_t>() : otherwise;
}

class NativeGroupClient : public GroupClient {
 public:
  NativeGroupClient(sdk::JsonRpcClient rpc, std::string group) : rpc_(std::move(rpc)), group_(std::move(group)) {}

  Result<void> learn() {
    const auto info = ask("getGroupInfo", Json::array());
    if (!info) return pass(info);
    chain_id_ = text_member(*info, "chainID");
    const Json nodes = info->is_object() ? info->value("nodeList", Json::array()) : Json::array();
    suite_ = !nodes.empty() && number_member(nodes.front(), "type", 0) == 1 ? Suite::sm : Suite::standard;
    return {};
  }

  Suite suite() const override { return suite_; }

  Result<Outcome> send(const KeyPair& key, const Order& order) override {
    const auto account = sdk::Account::from_secret(suite_, key.secret);
    if (!account) return pass(account);
    const auto head = ask("getBlockNumber", Json::array({""}));
    if (!head) return pass(head);
    const BlockNumber number = head->is_number_integer() ? head->get<BlockNumber>() : 0;
    const Bytes signed_form = sdk::sign_native(*account, {.chain_id = chain_id_, .group_id = group_, .block_limit = number + kBlocksToLive,
                                                          .to = order.to, .value = order.value, .input = order.input,
                                                          .gas_limit = kGasLimit, .abi = order.abi});
    const auto receipt = ask("sendTransaction", Json::array({"", to_hex0x(signed_form), false}));
    if (!receipt) return pass(receipt);
    const std::int64_t status = number_member(*receipt, "status", -1);
    const std::string message = text_member(*receipt, "message");
    return Outcome{.transaction_hash = text_member(*receipt, "transactionHash"),
                   .succeeded = status == 0,
                   .message = message.empty() ? fmt::format("status {}", status) : fmt::format("status {}: {}", status, message),
                   .block_number = number_member(*receipt, "blockNumber", 0),
                   .contract_address = text_member(*receipt, "contractAddress"),
                   .receipt = receipt->dump()};
  }

  Result<Bytes> call(const Order& order) override {
    const auto answer = ask("call", Json::array({"", order.to ? to_hex0x(*order.to) : "", to_hex0x(order.input)}));
    if (!answer) return pass(answer);
    const std::int64_t status = number_member(*answer, "status", -1);
    if (status != 0) return fail(Code::execution_reverted, "the call ended with status {}: {}", status, text_member(*answer, "output"));
    return from_hex(text_member(*answer, "output"));
  }

  Result<std::string> block(const std::string& name) override {
    if (name.size() >= 64) return text("getBlockByHash", Json::array({"", name, false, true}));
    std::string number = name;
    if (name == "latest") {
      const auto head = ask("getBlockNumber", Json::array({""}));
      if (!head) return pass(head);
      number = head->dump();
    }
    const auto value = U256::from_decimal(number);
    if (!value || !value->fits_u64()) return fail(Code::bad_request, "\"{}\" is neither a block number, a hash nor latest", name);
    return text("getBlockByNumber", Json::array({"", value->limbs[0], false, true}));
  }
  Result<std::string> transaction(const std::string& hash) override { return text("getTransaction", Json::array({"", hash, false})); }
  Result<std::string> receipt(const std::string& hash) override { return text("getTransactionReceipt", Json::array({"", hash, false})); }

 private:
  // `params` follow the group.
  Result<Json> ask(std::string_view method, Json params) {
    params.insert(params.begin(), group_);
    const auto answer = rpc_.call(method, params.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!answer) return pass(answer);
    Json value = Json::parse(*answer, nullptr, false);
    if (value.is_discarded()) return fail(Code::bad_encoding, "{}: the answer to {} is not JSON", rpc_.url(), method);
    return value;
  }
  Result<std::string> text(std::string_view method, Json params) {
    const auto value = ask(method, std::move(params));
    if (!value) return pass(value);
    if (value->is_null()) return fail(Code::not_found, "{} of group {} answers nothing to {}", rpc_.url(), group_, method);
    return value->dump();
  }

  sdk::JsonRpcClient rpc_;
  std::string group_, chain_id_;
  Suite suite_ = Suite::standard;
};

}  // namespace

Result<std::unique_ptr<GroupClient>> connect_native(const std::string& url, const std::string& group) {
  auto client = std::make_unique<NativeGroupClient>(sdk::JsonRpcClient(url), group);
  if (auto learnt = client->learn(); !learnt) return pass(learnt);
  return client;
}

}  // namespace hanse::cli
