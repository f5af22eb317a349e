// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What decodes as a message encodes to its canonical form, and has a digest.
#include "base/check.hpp"
#include "codec/tars.hpp"
#include "scheduling/consensus/pbft/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hanse;
  const auto message = tars::decode<pbft::Message>({data, size});
  if (!message) return 0;
  const auto again = tars::decode_canonical<pbft::Message>(tars::encode(*message));
  CHECK(again && *again == *message);
  const pbft::GroupName group{Suite::standard, "chain0", "group0"};
  CHECK(pbft::digest_of(group, *again) == pbft::digest_of(group, *message));
  return 0;
}
