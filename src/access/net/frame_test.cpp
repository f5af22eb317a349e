// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/frame.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

namespace hanse::net {
namespace {

Bytes frame_of(std::string_view head, const Bytes& body) {
  const FrameBody shared(std::make_shared<const Bytes>(body));
  Bytes out;
  append_frame_start(out, as_bytes(head), shared.on_wire());
  append(out, shared.on_wire().bytes);
  return out;
}
Bytes noise(std::size_t size) {
  Bytes out(size);
  std::uint32_t state = 1;
  for (auto& byte : out) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return out;
}
Bytes compressed(const Bytes& plain) {
  Bytes out(ZSTD_compressBound(plain.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 1));
  return out;
}
Bytes raw_frame(std::uint8_t flags, const Bytes& body) {
  Bytes out;
  append_be(out, static_cast<std::uint32_t>(body.size()));
  out.push_back(flags);
  out.push_back(0);
  append(out, body);
  return out;
}

TEST(Frame, ComesBackWhateverTheCuts) {
  const std::vector<Bytes> bodies = {{}, {1}, Bytes(100'000, 7), noise(100'000), noise(4095), noise(4096)};
  Bytes stream;
  for (const Bytes& body : bodies) append(stream, frame_of("head", body));
  for (const std::size_t step : {1u, 5u, 6u, 7u, 1000u, 1'000'000u}) {
    FrameReader reader(1u << 20);
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size(); at += step)
      ASSERT_TRUE(reader.put(BytesView(stream).subspan(at, std::min(step, stream.size() - at)), frames));
    ASSERT_EQ(frames.size(), bodies.size()) << step;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      EXPECT_EQ(as_text(frames[i].head), "head");
      EXPECT_EQ(frames[i].body, bodies[i]);
    }
  }
}

TEST(Frame, TakesLongBodiesWithoutACopyThroughTheGap) {
  const Bytes body = noise(300'000);
  const Bytes stream = frame_of("h", body);
  FrameReader reader(1u << 20);
  std::vector<Frame> frames;
  ASSERT_TRUE(reader.put(BytesView(stream).first(kFramePrefixBytes + 1), frames));
  std::size_t at = kFramePrefixBytes + 1;
  while (frames.empty()) {
    const auto gap = reader.gap();
    if (gap.empty()) {
      ASSERT_TRUE(reader.put(BytesView(stream).subspan(at), frames));
      break;
    }
    const std::size_t count = std::min<std::size_t>(gap.size(), 10'000);
    std::ranges::copy(BytesView(stream).subspan(at, count), gap.begin());
    at += count;
    ASSERT_TRUE(reader.fill(count, frames));
  }
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].body, body);
}

TEST(Frame, IsCompressedWhenThatSavesAnEighth) {
  Bytes often;
  while (often.size() < 100'000) append(often, noise(1'000));
  EXPECT_LT(frame_of("", often).size(), 3000u);
  EXPECT_EQ(frame_of("", noise(100'000)).size(), 100'000 + kFramePrefixBytes);
  EXPECT_EQ(frame_of("", Bytes(4095, 7)).size(), 4095 + kFramePrefixBytes);
}

TEST(Frame, BeyondTheBoundIsRefusedByItsPrefix) {
  FrameReader reader(1000);
  std::vector<Frame> frames;
  const auto put = reader.put(BytesView(raw_frame(0, Bytes(1001))).first(kFramePrefixBytes), frames);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::too_large);
}

TEST(Frame, ThatUnpacksBeyondTheBoundIsRefused) {
  FrameReader reader(100'000);
  std::vector<Frame> frames;
  const auto put = reader.put(raw_frame(1, compressed(Bytes(100'001, 7))), frames);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::too_large);
}

TEST(Frame, ThatUnpacksToHundredsOfTimesItsSizeIsRefusedAndNotSent) {
  const Bytes zeros(1u << 20);
  const Bytes bomb = raw_frame(1, compressed(zeros));
  ASSERT_LT(bomb.size() * kUnpackedPerByteMax, zeros.size());
  FrameReader reader(1u << 20);
  std::vector<Frame> frames;
  const auto put = reader.put(bomb, frames);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::too_large);

  FrameReader other(1u << 20);
  ASSERT_TRUE(other.put(frame_of("", zeros), frames));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].body, zeros);
}

TEST(Frame, WithBrokenZstdOrUnknownFlagsIsRefused) {
  const Bytes good = raw_frame(1, compressed(noise(50'000)));
  std::vector<Frame> frames;
  ASSERT_TRUE(FrameReader(1u << 20).put(good, frames));
  Bytes cut = compressed(noise(50'000));
  cut.resize(cut.size() / 2);
  for (const Bytes& bad : {raw_frame(1, cut), raw_frame(1, noise(100)), raw_frame(1, {}), raw_frame(2, noise(10)), raw_frame(0xff, {})}) {
    FrameReader reader(1u << 20);
    const auto put = reader.put(bad, frames);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, Code::bad_frame);
  }
}

}  // namespace
}  // namespace hanse::net
