// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/monitoring.hpp"

#include <fmt/format.h>

namespace hanse::rpc {
namespace {

constexpr const char* kPlainText = "text/plain; charset=utf-8";
constexpr const char* kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";

net::HttpResponse plain(int status, std::string text) {
  return {.status = status, .content_type = kPlainText, .body = std::move(text)};
}

// Why a group is not ready; empty if it is.
std::string trouble_of(const Result<port::GetStatus::Reply>& status) {
  if (!status) return status.error().text;
  if (status->halted) return "halted: " + status->halt_reason;
  if (status->syncing) return fmt::format("catching up, block {} of {}", status->number, status->highest_known);
  return {};
}

// Asks one group after the other.
void ask(std::vector<GroupEndpoint> groups, std::size_t next, std::string troubles, net::HttpReply reply) {
  if (next == groups.size()) return reply(troubles.empty() ? plain(200, "ready\n") : plain(503, std::move(troubles)));
  const auto node = groups[next].node;
  node->send(port::GetStatus{}, [groups = std::move(groups), next, troubles = std::move(troubles),
                                 reply = std::move(reply)](Result<port::GetStatus::Reply> status) mutable {
    if (const std::string trouble = trouble_of(status); !trouble.empty())
      troubles += fmt::format("{}: {}\n", groups[next].group_id, trouble);
    ask(std::move(groups), next + 1, std::move(troubles), std::move(reply));
  });
}

}  // namespace

net::HttpHandler monitoring_handler(std::vector<GroupEndpoint> groups, Registry& metrics) {
  return [groups = std::move(groups), &metrics](net::HttpRequest request, net::HttpReply reply) {
    if (request.method != "GET" && request.method != "HEAD") return reply(plain(405, "GET expected\n"));
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (path == "/metrics") return reply({.content_type = kPrometheusText, .body = metrics.render()});
    if (path == "/healthz") return reply(plain(200, "ok\n"));
    if (path == "/readyz") return ask(groups, 0, {}, std::move(reply));
    reply(plain(404, "no such page; there are /metrics, /healthz and /readyz\n"));
  };
}

}  // namespace hanse::rpc
