// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A client of a node's JSON-RPC over HTTP, for programs that wait for each answer: the command line and tests. One
// connection, kept open; not for several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "protocol/block.hpp"

namespace hanse::sdk {

// An error that the node answered has Code::refused (or execution_reverted, when a contract reverted) and its message.
class JsonRpcClient {
 public:
  // The native port waits up to a minute for a receipt; who asks for less need not wait that long.
  static constexpr std::uint32_t kAnswerWithinMs = 75'000;

  // "http://host:port"; connects at the first call.
  explicit JsonRpcClient(std::string url, std::uint32_t timeout_ms = kAnswerWithinMs);
  ~JsonRpcClient();
  JsonRpcClient(JsonRpcClient&&) noexcept;

  // `params` is JSON text, an array. Answers the JSON text of `result`.
  // Errors: unreachable, timeout, bad_encoding (not JSON-RPC), refused, execution_reverted.
  Result<std::string> call(std::string_view method, std::string_view params);

  const std::string& url() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

struct Web3Receipt {
  Hash transaction_hash;
  bool succeeded = false;
  BlockNumber block_number = 0;
  std::uint64_t gas_used = 0;
  std::optional<Address> contract_address;
  std::string json;                              // as the node answered it
};

// The result of eth_getTransactionReceipt. Errors: bad_encoding.
Result<Web3Receipt> read_web3_receipt(std::string json);

struct Web3Call {
  std::optional<Address> from, to;
  U256 value;
  Bytes input;
};

// The methods of the web3 port that our own programs use, with values in and values out.
class Web3Client {
 public:
  explicit Web3Client(std::string url) : rpc_(std::move(url)) {}

  Result<std::uint64_t> chain_id();
  Result<BlockNumber> block_number();
  Result<std::uint64_t> next_nonce(const Address& sender);          // after the transactions that wait in the pool
  Result<U256> balance(const Address& account);
  Result<U256> gas_price();
  Result<Bytes> code(const Address& contract);
  Result<Bytes> call(const Web3Call& call);                         // execution_reverted: the text has the reason
  Result<std::uint64_t> estimate_gas(const Web3Call& call);
  Result<Hash> send_raw(BytesView signed_transaction);              // answers when it is in the pool
  Result<std::optional<Web3Receipt>> receipt(const Hash& transaction);
  // Asks until the receipt is there. Errors: timeout.
  Result<Web3Receipt> wait_receipt(const Hash& transaction, std::uint32_t timeout_ms);

  JsonRpcClient& rpc() { return rpc_; }

 private:
  JsonRpcClient rpc_;
};

}  // namespace hanse::sdk
