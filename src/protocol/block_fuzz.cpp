// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a peer may send: certified blocks, headers' extra data and receipts. What decodes encodes to its canonical form.
#include "base/check.hpp"
#include "codec/tars.hpp"
#include "protocol/block.hpp"

namespace {

template <class T>
void decode(hanse::BytesView input) {
  const auto value = hanse::tars::decode<T>(input);
  if (value) CHECK(hanse::tars::decode_canonical<T>(hanse::tars::encode(*value)).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  decode<CertifiedBlock>({data, size});
  decode<BlockHeader>({data, size});
  decode<HeaderExtra>({data, size});
  decode<Receipt>({data, size});
  return 0;
}
