// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What clients call, over three HTTP ports of a process:
//   web3     Ethereum JSON-RPC of one group, the first standard one (an sm group has no web3 port)
//   native   FISCO BCOS JSON-RPC of every group, told apart by the first parameter
//   console  /metrics, /healthz, /readyz
// Everything is answered through the node port; nothing here knows where a group runs. Threads: handlers run on the
// server's io threads and never block; a reply of the node port may arrive on any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/port/caller.hpp"
#include "base/result.hpp"
#include "protocol/ports/node_port.hpp"

namespace hanse {
class Registry;   // base/metrics.hpp
}

namespace hanse::rpc {

struct GroupEndpoint {
  std::string group_id;
  Suite suite = Suite::standard;
  port::Caller<port::NodePort> node;
};

struct RpcConfig {
  std::string listen_host = "127.0.0.1";
  // None: not served. 0: any free port; the server tells which.
  std::optional<std::uint16_t> web3_port, native_port, console_port;
  std::string client_version = "hanse/0.1.0";
  std::size_t body_bytes_max = 10'240'000;
  std::size_t batch_count_max = 1'000;           // web3: requests in one batch
  std::size_t batch_reply_bytes_max = 25'000'000;
  std::uint32_t receipt_timeout_ms = 60'000;     // native sendTransaction: how long it waits for the decided receipt
};

class Server {
 public:
  // Errors: bad_config (a web3 port without a standard group), io (the port is taken: names it).
  static Result<std::unique_ptr<Server>> start(RpcConfig config, std::vector<GroupEndpoint> groups, Registry& metrics);
  ~Server();   // closes every connection; requests in flight are dropped. Stop it before the groups.

  // The ports in use; 0 when that façade is not served.
  std::uint16_t web3_port() const;
  std::uint16_t native_port() const;
  std::uint16_t console_port() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hanse::rpc
