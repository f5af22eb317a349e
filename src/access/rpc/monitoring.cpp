// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/rpc/monitoring.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hanse::rpc {
namespace {

constexpr const char* kPlainText = "text/plain; charset=utf-8";
constexpr const char* kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";

net::HttpResponse plain(int status, std::string text) {
  return {.status = status, .content_type = kPlainText, .body = std::move(text)};
}

using Status = Result<port::GetStatus::Reply>;
using TroubleOf = std::string (*)(const Status& status);   // empty: none

// What a group cannot go on with until somebody does something: the invariant, the file or the disk.
std::string cannot_go_on(const Status& status) {
  if (!status) return status.error().text;
  return status->halted ? "halted: " + status->halt_reason : std::string();
}

// Why a group is not ready.
std::string not_ready(const Status& status) {
  if (std::string trouble = cannot_go_on(status); !trouble.empty()) return trouble;
  if (status->syncing) return fmt::format("catching up, block {} of {}", status->number, status->highest_known);
  return {};
}

// Reasons come from the disk and the library: a page has a line for each group.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

struct Question {
  std::vector<GroupEndpoint> groups;
  TroubleOf trouble_of;
  std::string good;
  net::HttpReply reply;
};

// Asks one group after the other.
void ask(Question question, std::size_t next, std::string troubles) {
  if (next == question.groups.size())
    return question.reply(troubles.empty() ? plain(200, std::move(question.good)) : plain(503, std::move(troubles)));
  const auto node = question.groups[next].node;
  node->send(port::GetStatus{}, [question = std::move(question), next, troubles = std::move(troubles)](Status status) mutable {
    if (std::string trouble = question.trouble_of(status); !trouble.empty())
      troubles += fmt::format("{}: {}\n", question.groups[next].group_id, one_line(std::move(trouble)));
    ask(std::move(question), next + 1, std::move(troubles));
  });
}

}  // namespace

net::HttpHandler monitoring_handler(std::vector<GroupEndpoint> groups, Registry& metrics) {
  return [groups = std::move(groups), &metrics](net::HttpRequest request, net::HttpReply reply) {
    if (request.method != "GET" && request.method != "HEAD") return reply(plain(405, "GET expected\n"));
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (path == "/metrics") return reply({.content_type = kPrometheusText, .body = metrics.render()});
    if (path == "/healthz") return ask({groups, cannot_go_on, "ok\n", std::move(reply)}, 0, {});
    if (path == "/readyz") return ask({groups, not_ready, "ready\n", std::move(reply)}, 0, {});
    reply(plain(404, "no such page; there are /metrics, /healthz and /readyz\n"));
  };
}

}  // namespace hanse::rpc
