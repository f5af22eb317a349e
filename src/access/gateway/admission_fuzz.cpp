// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/admission.hpp"
#include "base/fuzz_target.hpp"

namespace hanse::gateway {
namespace {

// A hello from somebody who holds no node key of ours is refused, with a reason, whatever it says.
FUZZ_TARGET(admission, .per_byte = 256) {
  static const KeyPair key = *KeyPair::from_secret(Suite::standard, SecretKey{{1}});
  static const std::vector<GroupMembership> groups = {
      {.group_id = "group0", .key = key, .is_member = [](const NodeId&) { return true; }}};
  static const Admission admission("chain0", groups);
  const auto hello = decode_hello(input);
  if (!hello) return;
  const auto admitted = admission.admit({}, *hello, {});
  CHECK(!admitted && !admitted.error().text.empty() && !name_of(admitted.error().reason).empty());
}

}  // namespace
}  // namespace hanse::gateway
