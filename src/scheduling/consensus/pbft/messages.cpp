// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "scheduling/consensus/pbft/messages.hpp"

#include "protocol/bound_hash.hpp"

namespace hanse::pbft {
namespace {

template <class T>
Hash digest(const GroupName& group, std::string_view tag, const T& signed_part) {
  return bound_hash_of(group.suite, tag, group.chain_id, group.group_id, signed_part);
}

struct DigestOf {
  const GroupName& group;
  Hash operator()(const PrePrepare& message) const { return digest(group, "hanse.pre-prepare.v1", message); }
  Hash operator()(const Prepare& message) const { return prepare_digest(group, message); }
  Hash operator()(const Commit& message) const { return commit_digest(group, message); }
  Hash operator()(const ViewChange& message) const { return claim_list_digest(group, message.list); }
  Hash operator()(const NewView& message) const { return digest(group, "hanse.new-view.v1", message); }
};

}  // namespace

Hash prepare_digest(const GroupName& group, const Prepare& vote) { return digest(group, "hanse.prepare.v1", vote); }
Hash commit_digest(const GroupName& group, const Commit& vote) { return digest(group, "hanse.commit.v1", vote); }
Hash claim_list_digest(const GroupName& group, const ClaimList& list) {
  return digest(group, "hanse.view-change.v1", list);
}
Hash digest_of(const GroupName& group, const Message& message) { return std::visit(DigestOf{group}, message); }

}  // namespace hanse::pbft
