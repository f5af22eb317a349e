// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/gateway.hpp"

#include "access/gateway/roster.hpp"

namespace hanse::gateway {

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayConfig config, std::vector<GroupMembership> groups, Registry& metrics,
                                                Log log) {
  auto roster = Roster::start(std::move(config), std::move(groups), metrics, std::move(log));
  if (!roster) return pass(roster);
  return std::unique_ptr<Gateway>(new Gateway(std::move(*roster)));
}

Gateway::Gateway(std::unique_ptr<Roster> roster) : roster_(std::move(roster)) {}
Gateway::~Gateway() = default;

void Gateway::send(const std::string& group_id, const NodeId& to, std::shared_ptr<const Bytes> message) {
  roster_->send(group_id, to, std::move(message));
}
void Gateway::broadcast(const std::string& group_id, std::shared_ptr<const Bytes> message) {
  roster_->broadcast(group_id, std::move(message));
}
std::vector<NodeId> Gateway::connected(const std::string& group_id) const { return roster_->connected(group_id); }
Result<void> Gateway::set_lists(const std::vector<std::string>& allow, const std::vector<std::string>& deny) {
  auto lists = AccessLists::parse(allow, deny);
  if (!lists) return pass(lists);
  roster_->set_lists(std::move(*lists));
  return {};
}
std::uint16_t Gateway::port() const { return roster_->port(); }
GatewayStats Gateway::stats() const { return roster_->stats(); }

}  // namespace hanse::gateway
