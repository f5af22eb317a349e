// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "access/net/address.hpp"
#include "access/net/http_client.hpp"
#include "access/rpc/server.hpp"
#include "access/sdk/client.hpp"
#include "management/cli/doctor.hpp"
#include "management/cli/node_client.hpp"

namespace hanse::cli {
namespace {

constexpr int kAnswerWithinMs = 1'500;

// An address that getaddrinfo found, and a socket for it.
class Socket {
 public:
  Socket(const std::string& host, std::uint16_t port, bool to_listen) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = to_listen ? AI_PASSIVE : 0;
    if (const int reason = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found_); reason != 0) {
      problem_ = ::gai_strerror(reason);
      return;
    }
    descriptor_ = ::socket(found_->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (found_) ::freeaddrinfo(found_);
  }
  Socket(const Socket&) = delete;

  // Empty, or why not.
  std::string listen() {
    const int yes = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (found_ && (::bind(descriptor_, found_->ai_addr, found_->ai_addrlen) != 0 || ::listen(descriptor_, 1) != 0))
      problem_ = std::strerror(errno);
    return problem_;
  }
  std::string connect() {
    if (!found_) return problem_;
    if (::connect(descriptor_, found_->ai_addr, found_->ai_addrlen) == 0) return {};
    if (errno != EINPROGRESS) return std::strerror(errno);
    pollfd waiting{descriptor_, POLLOUT, 0};
    if (::poll(&waiting, 1, kAnswerWithinMs) != 1) return "no answer";
    int reason = 0;
    socklen_t size = sizeof reason;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &reason, &size);
    return reason == 0 ? std::string() : std::strerror(reason);
  }

 private:
  addrinfo* found_ = nullptr;
  int descriptor_ = -1;
  std::string problem_;
};

struct Port {
  std::string key, host;
  std::uint16_t number;
};

std::vector<Port> ports_of(const node::AirConfig& config) {
  std::vector<Port> ports{{"[p2p] listen_port", config.gateway.listen_host, config.gateway.listen_port}};
  const auto add = [&](const char* key, const std::optional<std::uint16_t>& port) {
    if (port) ports.push_back({fmt::format("[rpc] {}", key), config.rpc.listen_host, *port});
  };
  add("native_port", config.rpc.native_port);
  add("web3_port", config.rpc.web3_port);
  add("console_port", config.rpc.console_port);
  std::erase_if(ports, [](const Port& port) { return port.number == 0; });   // any free one
  return ports;
}

std::string reachable(const std::string& host) { return host == "0.0.0.0" ? "127.0.0.1" : host; }

// What the node itself says of its health: one line a group.
void ask_health(const node::AirConfig& config, Findings& out) {
  if (!config.rpc.console_port || *config.rpc.console_port == 0) return;
  net::IoPool io(1);
  net::HttpClient console(io, {.host = reachable(config.rpc.listen_host), .port = *config.rpc.console_port, .connection_count = 1,
                               .timeout_ms = kAnswerWithinMs});
  const auto health = console.get_and_wait("/healthz"), readiness = console.get_and_wait("/readyz");
  const auto line = [](std::string body) {
    while (body.ends_with('\n')) body.pop_back();
    std::ranges::replace(body, '\n', ';');
    return body;
  };
  if (!health) out.push_back({true, "health", "the node does not answer /healthz: " + health.error().text, "look at its log"});
  else if (health->status != 200)
    out.push_back({true, "health", line(health->body), "the line names the cause; docs/OPERATIONS.md says what to do about each"});
  else if (readiness && readiness->status != 200)
    out.push_back({false, "health", line(readiness->body), "wait; if it does not change, look at the peers"});
}

}  // namespace

void look_at_ports(const Patient& node, Findings& out) {
  for (const Port& port : ports_of(node.config)) {
    Socket socket(node.pid ? reachable(port.host) : port.host, port.number, !node.pid);
    const std::string problem = node.pid ? socket.connect() : socket.listen();
    if (problem.empty()) continue;
    const std::string at = fmt::format("{}:{} ({})", port.host, port.number, port.key);
    if (node.pid)
      out.push_back({true, "port", fmt::format("the node runs but does not answer at {}: {}", at, problem), "look at its log; start it again"});
    else
      out.push_back({true, "port", fmt::format("{} cannot be listened on: {}", at, problem),
                     fmt::format("stop who uses it (ss -ltnp 'sport = :{}') or change config.ini", port.number)});
  }
  if (node.pid) ask_health(node.config, out);
}

void look_at_peers(const Patient& node, Findings& out) {
  for (const std::string& peer : node.config.gateway.peers) {
    if (std::ranges::find(node.stopped_peers, peer) != node.stopped_peers.end()) continue;
    const auto address = net::parse_host_port(peer);
    if (!address) {
      out.push_back({true, "peer", fmt::format("[p2p] peers: {}", address.error().text), "write host:port"});
      continue;
    }
    if (const std::string problem = Socket(address->host, address->port, false).connect(); !problem.empty())
      out.push_back({false, "peer", fmt::format("{} cannot be reached: {}", peer, problem),
                     "is that node running, and does a firewall between let TCP through?"});
  }
}

void look_at_version(const Patient& node, Findings& out) {
  const auto url = web3_url(node.config);
  if (!node.pid || !url) return;
  sdk::JsonRpcClient rpc(*url, kAnswerWithinMs);
  const auto answer = rpc.call("web3_clientVersion", "[]");
  if (!answer) return;                       // look_at_ports says so
  const auto version = nlohmann::json::parse(*answer, nullptr, false);
  const std::string own = rpc::RpcConfig().client_version;
  if (version.is_string() && version.get<std::string>() != own)
    out.push_back({false, "version", fmt::format("the running node is {}, this program is {}", version.get<std::string>(), own),
                   "start the node again to run this version"});
}

}  // namespace hanse::cli
