// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "protocol/bound_hash.hpp"

namespace hanse {

Hash bound_hash(Suite suite, std::string_view tag, std::string_view chain_id, std::string_view group_id,
                BytesView body) {
  Bytes head;
  head.reserve(12 + tag.size() + chain_id.size() + group_id.size());
  for (const std::string_view text : {tag, chain_id, group_id}) {
    append_be(head, static_cast<std::uint32_t>(text.size()));
    append(head, as_bytes(text));
  }
  return Hasher(suite).update(head).update(body).finish();
}

}  // namespace hanse
