// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/sdk/account.hpp"
#include "access/sdk/client.hpp"
#include "base/hex.hpp"
#include "codec/json_writer.hpp"
#include "management/cli/group_client.hpp"

namespace hanse::cli {
namespace {

class Web3GroupClient : public GroupClient {
 public:
  Web3GroupClient(sdk::Web3Client client, std::uint64_t chain_id) : client_(std::move(client)), chain_id_(chain_id) {}

  Suite suite() const override { return Suite::standard; }

  Result<Outcome> send(const KeyPair& key, const Order& order) override {
    const auto account = sdk::Account::from_secret(Suite::standard, key.secret);
    if (!account) return pass(account);
    const auto nonce = client_.next_nonce(account->address);
    if (!nonce) return pass(nonce);
    const auto price = client_.gas_price();
    if (!price) return pass(price);
    // The estimate runs the call: a revert is reported before anything is sent.
    const auto gas = client_.estimate_gas({.from = account->address, .to = order.to, .value = order.value, .input = order.input});
    if (!gas) return pass(gas);
    const Bytes signed_form = sdk::sign_web3(*account, {.chain_id = chain_id_, .nonce = *nonce, .to = order.to, .value = order.value,
                                                        .input = order.input, .gas_limit = *gas + *gas / 4, .fee = *price});
    const auto hash = client_.send_raw(signed_form);
    if (!hash) return pass(hash);
    const auto receipt = client_.wait_receipt(*hash, kDecidedWithinMs);
    if (!receipt) return pass(receipt);
    return Outcome{.transaction_hash = to_hex0x(*hash),
                   .succeeded = receipt->succeeded,
                   .message = "the contract reverted or ran out of gas",
                   .block_number = receipt->block_number,
                   .contract_address = receipt->contract_address ? to_hex0x(*receipt->contract_address) : "",
                   .receipt = receipt->json};
  }

  Result<Bytes> call(const Order& order) override {
    return client_.call({.to = order.to, .value = order.value, .input = order.input});
  }

  Result<std::string> block(const std::string& name) override {
    const bool is_hash = fixed_from_hex<Hash::kSize>(name).has_value() && name.size() >= 64;
    std::string block = name;
    if (!is_hash && name != "latest") {
      const auto number = name.starts_with("0x") ? U256::from_quantity(name) : U256::from_decimal(name);
      if (!number) return fail(Code::bad_request, "\"{}\" is neither a block number, a hash nor latest", name);
      block = number->to_quantity();
    }
    return found(is_hash ? "eth_getBlockByHash" : "eth_getBlockByNumber",
                 JsonWriter().begin_array().text(block).boolean(false).end_array().take(), "block " + name);
  }
  Result<std::string> transaction(const std::string& hash) override {
    return found("eth_getTransactionByHash", JsonWriter().begin_array().text(hash).end_array().take(), "transaction " + hash);
  }
  Result<std::string> receipt(const std::string& hash) override {
    return found("eth_getTransactionReceipt", JsonWriter().begin_array().text(hash).end_array().take(), "a receipt of " + hash);
  }

 private:
  Result<std::string> found(std::string_view method, std::string_view params, const std::string& what) {
    auto result = client_.rpc().call(method, params);
    if (result && *result == "null") return fail(Code::not_found, "{} is not known to {}", what, client_.rpc().url());
    return result;
  }

  sdk::Web3Client client_;
  std::uint64_t chain_id_;
};

}  // namespace

Result<std::unique_ptr<GroupClient>> connect_web3(const std::string& url) {
  sdk::Web3Client client(url);
  const auto chain_id = client.chain_id();
  if (!chain_id) return pass(chain_id);
  return std::make_unique<Web3GroupClient>(std::move(client), *chain_id);
}

}  // namespace hanse::cli
