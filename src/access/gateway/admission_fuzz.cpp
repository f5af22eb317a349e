// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/admission.hpp"
#include "base/fuzz_target.hpp"

namespace hanse::gateway {
namespace {

// A process of group0 that takes everybody for a member.
GroupMembership member(std::uint8_t secret) {
  return {.group_id = "group0", .key = *KeyPair::from_secret(Suite::standard, SecretKey{{secret}}),
          .is_member = [](const NodeId&) { return true; }};
}

// A hello from somebody who holds no node key of ours is refused, with a reason, whatever it says.
FUZZ_TARGET(admission, .per_byte = 256) {
  static const std::vector<GroupMembership> groups = {member(1)};
  static const Admission admission("chain0", groups);
  const auto hello = decode_hello(input);
  if (!hello) return;
  const auto admitted = admission.admit({}, *hello, {});
  CHECK(!admitted && !admitted.error().text.empty() && !name_of(admitted.error().reason).empty());
}

// A member's genuine hello with bytes changed: each 3 bytes of the input name a place and what to change there. Every byte
// of it is signed or checked, so that only the unchanged one is admitted.
FUZZ_TARGET(hello_tampered, .per_byte = 256) {
  static const std::vector<GroupMembership> ours = {member(1)}, theirs = {member(2)};
  static const SessionView session{Hash{{1}}, net::TlsRole::accepted, Hash{{2}}, Hash{{3}}};
  static const Bytes genuine = encode(Admission("chain0", theirs).introduce(session.seen_by_peer(), Instance{{4}}));
  Bytes bytes = genuine;
  for (; input.size() >= 3; input = input.subspan(3)) bytes[read_be<std::uint16_t>(input.data()) % bytes.size()] ^= input[2];
  const auto hello = decode_hello(bytes);
  const bool is_admitted = hello && Admission("chain0", ours).admit(session, *hello, {}).has_value();
  CHECK(is_admitted == (bytes == genuine));
}

}  // namespace
}  // namespace hanse::gateway
