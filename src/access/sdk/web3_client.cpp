// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <chrono>
#include <thread>

#include "access/sdk/client.hpp"
#include "base/hex.hpp"
#include "codec/json_writer.hpp"

namespace hanse::sdk {
namespace {

constexpr std::chrono::milliseconds kReceiptPollInterval{20};

// The text inside a JSON string of hex digits.
Result<std::string_view> unquoted(const Result<std::string>& json) {
  if (!json) return pass(json);
  const std::string_view text = *json;
  if (text.size() < 2 || text.front() != '"') return fail(Code::bad_encoding, "a string expected, got {}", text.substr(0, 200));
  return text.substr(1, text.size() - 2);
}

Result<U256> quantity_of(const Result<std::string>& json) {
  const auto text = unquoted(json);
  if (!text) return pass(text);
  return U256::from_quantity(*text);
}

Result<std::uint64_t> quantity64_of(const Result<std::string>& json) {
  const auto quantity = quantity_of(json);
  if (!quantity) return pass(quantity);
  if (!quantity->fits_u64()) return fail(Code::bad_encoding, "{} does not fit in 64 bits", quantity->to_quantity());
  return quantity->limbs[0];
}

Result<Bytes> bytes_of(const Result<std::string>& json) {
  const auto text = unquoted(json);
  return text ? from_hex(*text) : pass(text);
}

std::string account_params(const Address& account, std::string_view block) {
  return JsonWriter().begin_array().hex(account).text(block).end_array().take();
}

std::string call_params(const Web3Call& call) {
  JsonWriter json(256 + 2 * call.input.size());
  json.begin_array().begin_object();
  if (call.from) json.key("from").hex(*call.from);
  if (call.to) json.key("to").hex(*call.to);
  if (!call.value.is_zero()) json.key("value").quantity(call.value);
  return json.key("data").hex(call.input).end_object().end_array().take();
}

}  // namespace

Result<std::uint64_t> Web3Client::chain_id() { return quantity64_of(rpc_.call("eth_chainId", "[]")); }

Result<BlockNumber> Web3Client::block_number() {
  const auto number = quantity64_of(rpc_.call("eth_blockNumber", "[]"));
  if (!number) return pass(number);
  return static_cast<BlockNumber>(*number);
}

Result<std::uint64_t> Web3Client::next_nonce(const Address& sender) {
  return quantity64_of(rpc_.call("eth_getTransactionCount", account_params(sender, "pending")));
}

Result<U256> Web3Client::balance(const Address& account) {
  return quantity_of(rpc_.call("eth_getBalance", account_params(account, "latest")));
}

Result<U256> Web3Client::gas_price() { return quantity_of(rpc_.call("eth_gasPrice", "[]")); }

Result<Bytes> Web3Client::code(const Address& contract) {
  return bytes_of(rpc_.call("eth_getCode", account_params(contract, "latest")));
}

Result<Bytes> Web3Client::call(const Web3Call& call) { return bytes_of(rpc_.call("eth_call", call_params(call))); }

Result<std::uint64_t> Web3Client::estimate_gas(const Web3Call& call) {
  return quantity64_of(rpc_.call("eth_estimateGas", call_params(call)));
}

Result<Hash> Web3Client::send_raw(BytesView signed_transaction) {
  JsonWriter params(16 + 2 * signed_transaction.size());
  const auto text = rpc_.call("eth_sendRawTransaction", params.begin_array().hex(signed_transaction).end_array().take());
  const auto hash = unquoted(text);
  if (!hash) return pass(hash);
  return fixed_from_hex<Hash::kSize>(*hash);
}

Result<std::optional<Web3Receipt>> Web3Client::receipt(const Hash& transaction) {
  auto json = rpc_.call("eth_getTransactionReceipt", JsonWriter().begin_array().hex(transaction).end_array().take());
  if (!json) return pass(json);
  if (*json == "null") return std::nullopt;
  auto receipt = read_web3_receipt(std::move(*json));
  if (!receipt) return pass(receipt);
  return std::move(*receipt);
}

Result<Web3Receipt> Web3Client::wait_receipt(const Hash& transaction, std::uint32_t timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (true) {
    auto found = receipt(transaction);
    if (!found) return pass(found);
    if (*found) return std::move(**found);
    if (std::chrono::steady_clock::now() >= deadline)
      return fail(Code::timeout, "{}: no receipt of {} within {} ms; it may still be decided", rpc_.url(), to_hex0x(transaction),
                  timeout_ms);
    std::this_thread::sleep_for(kReceiptPollInterval);
  }
}

}  // namespace hanse::sdk
