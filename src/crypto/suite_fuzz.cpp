// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/check.hpp"
#include "crypto/suite.hpp"

// Any bytes as a signature: an error, or a key for which the same bytes verify.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  if (size < 1) return 0;
  const Suite suite = data[0] & 1 ? Suite::sm : Suite::standard;
  const BytesView signature{data + 1, size - 1};
  const Hash digest = sha256(signature.first(signature.size() / 2));
  if (const auto signer = recover(suite, digest, signature)) CHECK(verify(suite, *signer, digest, signature).has_value());
  return 0;
}
