// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/gateway/hello.hpp"
#include "base/fuzz_target.hpp"

namespace hanse::gateway {
namespace {

// What decodes is encoded back to the same bytes.
FUZZ_TARGET(hello) {
  const auto hello = decode_hello(input);
  if (hello && hello->version == kSessionVersion) CHECK(equal(encode(*hello), input));
}

}  // namespace
}  // namespace hanse::gateway
