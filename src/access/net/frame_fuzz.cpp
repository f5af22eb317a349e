// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The first byte cuts the rest in two: what the reader makes of bytes must not depend on how they arrive.
#include "access/net/frame.hpp"
#include "base/check.hpp"

namespace {

constexpr std::size_t kBodyBytesMax = 1u << 20;

std::vector<hanse::net::Frame> frames_of(hanse::BytesView bytes, std::size_t cut) {
  hanse::net::FrameReader reader(kBodyBytesMax);
  std::vector<hanse::net::Frame> frames;
  cut = std::min(cut, bytes.size());
  if (reader.put(bytes.first(cut), frames)) (void)reader.put(bytes.subspan(cut), frames);
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const hanse::BytesView bytes(data + 1, size - 1);
  const auto whole = frames_of(bytes, size), cut = frames_of(bytes, data[0]);
  CHECK(whole.size() == cut.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK(whole[i].head == cut[i].head && whole[i].body == cut[i].body && whole[i].body.size() <= kBodyBytesMax);
  }
  return 0;
}
