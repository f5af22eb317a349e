// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A group as the commands reach it: over a node's web3 port (Ethereum JSON-RPC; the port's own group), or over its native
// port (FISCO BCOS JSON-RPC; any group, and the only way to one of the sm suite).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/uint256.hpp"
#include "protocol/types.hpp"

namespace hanse::cli {

struct Endpoint {
  std::string url;            // empty: the first node of a chain with the usual ports
  std::string group;          // empty: the web3 port
};

struct Order {
  std::optional<Address> to;  // none: creates a contract
  U256 value;
  Bytes input;
  std::string abi;            // native deployments keep it beside the code
};

struct Outcome {
  std::string transaction_hash;
  bool succeeded = false;
  std::string message;        // why not, where the node says it
  BlockNumber block_number = 0;
  std::string contract_address;   // of a deployment
  std::string receipt;        // JSON as the node answered it
};

class GroupClient {
 public:
  virtual ~GroupClient() = default;
  virtual Suite suite() const = 0;
  virtual Result<Outcome> send(const KeyPair& key, const Order& order) = 0;      // waits until it is decided
  virtual Result<Bytes> call(const Order& order) = 0;
  // JSON as the node answers it; not_found where it answers null. A block is named by number, hash or "latest".
  virtual Result<std::string> block(const std::string& name) = 0;
  virtual Result<std::string> transaction(const std::string& hash) = 0;
  virtual Result<std::string> receipt(const std::string& hash) = 0;
};

Result<std::unique_ptr<GroupClient>> connect_web3(const std::string& url);
Result<std::unique_ptr<GroupClient>> connect_native(const std::string& url, const std::string& group);
inline Result<std::unique_ptr<GroupClient>> connect(const Endpoint& endpoint) {
  if (endpoint.group.empty()) return connect_web3(endpoint.url.empty() ? "http://127.0.0.1:8545" : endpoint.url);
  return connect_native(endpoint.url.empty() ? "http://127.0.0.1:20200" : endpoint.url, endpoint.group);
}

constexpr std::uint32_t kDecidedWithinMs = 60'000;

}  // namespace hanse::cli
