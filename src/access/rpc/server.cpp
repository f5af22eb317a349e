// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/server.hpp"

#include <algorithm>

#include "access/net/http_server.hpp"
#include "access/rpc/facades.hpp"
#include "access/rpc/monitoring.hpp"

namespace hanse::rpc {
namespace {

constexpr std::size_t kIoThreadCount = 2;   // parsing and writing JSON; the node does the rest elsewhere

// Any page may call a node: it answers nothing that is secret to the caller, and what changes state is signed.
const std::vector<net::HttpField> kCors = {
    {"Access-Control-Allow-Origin", "*"},
    {"Access-Control-Allow-Methods", "POST, OPTIONS"},
    {"Access-Control-Allow-Headers", "Content-Type"},
    {"Access-Control-Max-Age", "86400"},
};

net::HttpHandler jsonrpc_handler(JsonRpc facade) {
  return [facade = std::move(facade)](net::HttpRequest request, net::HttpReply reply) {
    if (request.method == "OPTIONS") return reply({.status = 204, .content_type = "", .fields = kCors});
    if (request.method != "POST") {
      return reply({.status = 405, .content_type = "text/plain; charset=utf-8", .fields = {{"Allow", "POST, OPTIONS"}},
                    .body = "JSON-RPC is sent with POST\n"});
    }
    facade.handle(request.body, [reply = std::move(reply)](std::string body) mutable {
      reply({.fields = {kCors.front()}, .body = std::move(body)});
    });
  };
}

}  // namespace

struct Server::Parts {
  net::IoPool io{kIoThreadCount};
  std::unique_ptr<net::HttpServer> web3, native, console;   // end before the threads do
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(RpcConfig config, std::vector<GroupEndpoint> groups, Registry& metrics) {
  auto parts = std::make_unique<Parts>();
  Error error;
  const auto serve = [&](std::optional<std::uint16_t> port, std::unique_ptr<net::HttpServer>& server, net::HttpHandler handler) {
    net::HttpServerConfig http{.host = config.listen_host, .port = *port};
    http.limits.body_bytes_max = config.body_bytes_max;
    auto started = net::HttpServer::start(parts->io, http, std::move(handler));
    if (!started) return error = started.error(), false;
    server = std::move(*started);
    return true;
  };
  if (config.web3_port) {
    const auto group = std::ranges::find(groups, Suite::standard, &GroupEndpoint::suite);
    if (group == groups.end())
      return fail(Code::bad_config, "web3_port is set, and no group has the standard suite; an sm group has no web3 port");
    if (!serve(config.web3_port, parts->web3, jsonrpc_handler(web3_facade(config, *group, metrics)))) return std::unexpected(error);
  }
  if (config.native_port &&
      !serve(config.native_port, parts->native, jsonrpc_handler(native_facade(config, groups, metrics))))
    return std::unexpected(error);
  if (config.console_port && !serve(config.console_port, parts->console, monitoring_handler(groups, metrics)))
    return std::unexpected(error);
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::uint16_t Server::web3_port() const { return parts_->web3 ? parts_->web3->port() : 0; }
std::uint16_t Server::native_port() const { return parts_->native ? parts_->native->port() : 0; }
std::uint16_t Server::console_port() const { return parts_->console ? parts_->console->port() : 0; }

}  // namespace hanse::rpc
