// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/admission.hpp"

#include "base/hex.hpp"

namespace hanse::gateway {
namespace {

Result<std::set<NodeId>> parse_list(const char* name, const std::vector<std::string>& texts) {
  std::set<NodeId> ids;
  for (const std::string& text : texts) {
    const auto id = fixed_from_hex<NodeId::kSize>(text);
    if (!id) return fail(Code::bad_config, "{} list: \"{}\" is not a node id: {}", name, text, id.error().text);
    ids.insert(*id);
  }
  return ids;
}

template <class... Args>
std::unexpected<Refused> refuse(Refusal reason, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Refused{reason, fmt::format(text, std::forward<Args>(args)...)});
}

}  // namespace

std::string_view name_of(Refusal refusal) {
  static constexpr std::string_view kNames[kRefusalCount] = {"certificate", "broken", "timeout", "version", "chain",
                                                             "itself", "own_node_key", "denied", "not_allowed",
                                                             "proof", "no_common_group", "duplicate"};
  return kNames[static_cast<std::size_t>(refusal)];
}

Result<AccessLists> AccessLists::parse(const std::vector<std::string>& allow, const std::vector<std::string>& deny) {
  auto allowed = parse_list("allow", allow);
  if (!allowed) return pass(allowed);
  auto denied = parse_list("deny", deny);
  if (!denied) return pass(denied);
  return AccessLists{std::move(*allowed), std::move(*denied)};
}

std::expected<void, Refused> AccessLists::check(const NodeId& node_id) const {
  if (deny.contains(node_id)) return refuse(Refusal::denied, "node {} is on the deny list", to_hex(node_id));
  if (!allow.empty() && !allow.contains(node_id))
    return refuse(Refusal::not_allowed, "node {} is not on the allow list", to_hex(node_id));
  return {};
}

Hello Admission::introduce(const SessionView& session, const Instance& instance) const {
  Hello hello{.instance = instance, .chain_id = chain_id_};
  for (const GroupMembership& group : groups_) {
    GroupClaim claim{group.group_id, group.key.suite, group.key.public_key, {}};
    claim.proof = sign(group.key, claim_digest(session, hello, claim));
    hello.claims.push_back(std::move(claim));
  }
  return hello;
}

std::expected<void, Refused> Admission::check(const SessionView& seen_by_peer, const Hello& hello,
                                              const GroupClaim& claim, const NodeId& own_id) const {
  if (claim.node_id == own_id)
    return refuse(Refusal::own_node_key, "it uses our own node id in group {}: one node key runs in two places", claim.group_id);
  const auto proved = verify(claim.suite, claim.node_id, claim_digest(seen_by_peer, hello, claim), claim.proof);
  if (!proved)
    return refuse(Refusal::proof, "node {} did not prove its key for this session in group {}: {}", to_hex(claim.node_id),
                  claim.group_id, proved.error().text);
  return {};
}

std::expected<std::vector<ProvedGroup>, Refused> Admission::admit(const SessionView& session, const Hello& hello,
                                                                  const AccessLists& lists) const {
  if (hello.version != kSessionVersion)
    return refuse(Refusal::version, "it speaks session version {}, we speak {}", hello.version, kSessionVersion);
  if (hello.chain_id != chain_id_)
    return refuse(Refusal::chain, "it belongs to chain \"{}\", we to \"{}\"", hello.chain_id, chain_id_);
  const SessionView seen_by_peer = session.seen_by_peer();
  std::vector<ProvedGroup> proved;
  bool is_member = false;
  for (std::size_t index = 0; index < groups_.size(); ++index) {
    const GroupMembership& group = groups_[index];
    const auto claim = std::ranges::find(hello.claims, group.group_id, &GroupClaim::group_id);
    if (claim == hello.claims.end() || claim->suite != group.key.suite) continue;
    if (auto listed = lists.check(claim->node_id); !listed) return std::unexpected(std::move(listed.error()));
    if (auto checked = check(seen_by_peer, hello, *claim, group.key.public_key); !checked)
      return std::unexpected(std::move(checked.error()));
    proved.push_back({index, claim->node_id});
    is_member |= group.is_member(claim->node_id);
  }
  if (is_member) return proved;
  std::string claimed;
  for (const GroupClaim& claim : hello.claims) claimed += fmt::format(" {}:{}", claim.group_id, to_hex(claim.node_id));
  return refuse(Refusal::no_common_group, "it is a member of no group of ours; it claims{}",
                claimed.empty() ? " nothing" : claimed);
}

}  // namespace hanse::gateway
