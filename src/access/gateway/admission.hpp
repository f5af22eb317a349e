// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Who may connect: pure decisions about a peer's hello. TLS has already checked its certificate against the CA. The lists
// may change while the process runs, so they are handed in; everything else is what the gateway started with.
#pragma once

#include <expected>
#include <set>
#include <string_view>
#include <vector>

#include "access/gateway/gateway.hpp"
#include "access/gateway/hello.hpp"

namespace hanse::gateway {

enum class Refusal : std::uint8_t {
  certificate,       // TLS: another CA, expired, not yet valid, none
  broken,            // garbage, or a frame that has no place there
  timeout,
  version,
  chain,
  itself,            // this very process, under one of its addresses
  own_node_key,      // another process with a node key of ours
  denied,
  not_allowed,
  proof,             // the node key did not sign this session
  no_common_group,
  duplicate,         // another session with the same process is kept
};
inline constexpr std::size_t kRefusalCount = 12;
std::string_view name_of(Refusal refusal);   // as in metrics: "certificate", "no_common_group"

struct Refused {
  Refusal reason;
  std::string text;
};

// The node id that a peer has proved, in one of our groups.
struct ProvedGroup {
  std::size_t group_index;   // in the gateway's list of groups
  NodeId node_id;
};

// Whom the operator lets in. A process is judged by each node id that it proves.
struct AccessLists {
  std::set<NodeId> allow, deny;   // an empty allow list: everybody

  // Errors: bad_config (an entry is no node id: names it).
  static Result<AccessLists> parse(const std::vector<std::string>& allow, const std::vector<std::string>& deny);
  std::expected<void, Refused> check(const NodeId& node_id) const;
};

class Admission {
 public:
  Admission(std::string chain_id, const std::vector<GroupMembership>& groups) : chain_id_(std::move(chain_id)), groups_(groups) {}

  Hello introduce(const SessionView& session, const Instance& instance) const;
  // Every group that is ours too and whose node id is proved and passes the lists. At least one of them is a member now.
  std::expected<std::vector<ProvedGroup>, Refused> admit(const SessionView& session, const Hello& hello,
                                                         const AccessLists& lists) const;

 private:
  std::expected<void, Refused> check(const SessionView& seen_by_peer, const Hello& hello, const GroupClaim& claim,
                                     const NodeId& own_id) const;

  const std::string chain_id_;
  const std::vector<GroupMembership>& groups_;   // the gateway's; outlives this
};

}  // namespace hanse::gateway
