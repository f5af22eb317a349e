// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What decodes is encoded back to the same bytes.
#include "access/gateway/hello.hpp"
#include "base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const hanse::BytesView bytes(data, size);
  const auto hello = hanse::gateway::decode_hello(bytes);
  if (!hello || hello->version != hanse::gateway::kSessionVersion) return 0;
  CHECK(hanse::equal(hanse::gateway::encode(*hello), bytes));
  return 0;
}
