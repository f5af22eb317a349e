// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/frame.hpp"
#include "base/fuzz_target.hpp"

namespace hanse::net {
namespace {

constexpr std::size_t kBodyBytesMax = 1u << 20;

struct Read {
  std::vector<Frame> frames;
  bool failed = false;
};

Read read_in_two(BytesView bytes, std::size_t cut) {
  FrameReader reader(kBodyBytesMax);
  Read read;
  cut = std::min(cut, bytes.size());
  read.failed = !reader.put(bytes.first(cut), read.frames) || !reader.put(bytes.subspan(cut), read.frames);
  return read;
}

// As a link reads: a long body's bytes go where they belong without a copy.
Read read_into_gaps(BytesView bytes, std::size_t step) {
  FrameReader reader(kBodyBytesMax);
  Read read;
  while (!bytes.empty() && !read.failed) {
    const std::span<std::uint8_t> gap = reader.gap();
    const std::size_t count = std::min({bytes.size(), step, gap.empty() ? step : gap.size()});
    if (gap.empty()) {
      read.failed = !reader.put(bytes.first(count), read.frames);
    } else {
      std::ranges::copy(bytes.first(count), gap.begin());
      read.failed = !reader.fill(count, read.frames);
    }
    bytes = bytes.subspan(count);
  }
  return read;
}

void check_same(const Read& a, const Read& b) {
  CHECK(a.failed == b.failed && a.frames.size() == b.frames.size());
  for (std::size_t i = 0; i < a.frames.size(); ++i)
    CHECK(a.frames[i].head == b.frames[i].head && a.frames[i].body == b.frames[i].body);
}

// The first byte cuts the rest: what the reader makes of bytes must not depend on how they arrive. Three readers hold what
// they read at the same time, each a first 64 KiB of the body that comes.
FUZZ_TARGET(frame, .per_byte = 8 * kUnpackedPerByteMax, .fixed = 1u << 20) {
  if (input.empty()) return;
  const BytesView bytes = input.subspan(1);
  const Read whole = read_in_two(bytes, bytes.size());
  for (const Frame& frame : whole.frames) CHECK(frame.body.size() <= kBodyBytesMax);
  check_same(whole, read_in_two(bytes, input[0]));
  check_same(whole, read_into_gaps(bytes, 1u + input[0]));
}

Bytes framed(BytesView head, FrameBody::OnWire body) {
  Bytes bytes;
  append_frame_start(bytes, head, body);
  append(bytes, body.bytes);
  return bytes;
}

// The input as what zstd has packed, and as what is to be packed.
FUZZ_TARGET(frame_compressed, .per_byte = 4 * kUnpackedPerByteMax, .fixed = 4u << 20) {
  const Read packed = read_in_two(framed({}, {input, true}), 0);
  CHECK(packed.failed || packed.frames.size() == 1);
  if (input.empty()) return;
  Bytes plain;
  while (plain.size() < 2 * kCompressBytesMin) append(plain, input);
  const FrameBody body(std::make_shared<const Bytes>(plain));
  const Read again = read_in_two(framed(input.first(std::min(input.size(), kFrameHeadBytesMax)), body.on_wire()), 7);
  CHECK(!again.failed && again.frames.size() == 1 && again.frames[0].body == plain);
}

}  // namespace
}  // namespace hanse::net
