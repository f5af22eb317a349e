// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "access/net/frame.hpp"

#include <zstd.h>

#include "base/check.hpp"

namespace hanse::net {
namespace {

constexpr std::uint8_t kCompressed = 1;
constexpr int kCompressionLevel = 1;
constexpr std::size_t kBodyFirstBytes = 64u << 10;   // taken at once; then it doubles with what has come
constexpr std::size_t kGapBytesMin = 4u << 10;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Bytes compress(BytesView plain) {
  // Half a megabyte of tables, kept for each of the few io threads instead of being made for each message.
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  Bytes packed(plain.size() - plain.size() / 8);   // no room for more: then it is not worth it
  const std::size_t size =
      ZSTD_compressCCtx(context.get(), packed.data(), packed.size(), plain.data(), plain.size(), kCompressionLevel);
  if (ZSTD_isError(size) || plain.size() / kUnpackedPerByteMax >= size) return {};
  packed.resize(size);
  return packed;
}

Result<Bytes> decompress(BytesView packed, std::size_t bytes_max) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
    return fail(Code::bad_frame, "a compressed frame does not state its size");
  if (size > bytes_max) return fail(Code::too_large, "a frame unpacks to {} bytes, {} are allowed", size, bytes_max);
  if (size / kUnpackedPerByteMax >= packed.size())
    return fail(Code::too_large, "a frame of {} bytes unpacks to {}: more than {} for each", packed.size(), size, kUnpackedPerByteMax);
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  Bytes plain(size);
  const std::size_t unpacked = ZSTD_decompressDCtx(context.get(), plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(unpacked)) return fail(Code::bad_frame, "a compressed frame is broken: {}", ZSTD_getErrorName(unpacked));
  if (unpacked != size) return fail(Code::bad_frame, "a compressed frame misstates its size");
  return plain;
}

}  // namespace

FrameBody::OnWire FrameBody::on_wire() const {
  if (plain_->size() < kCompressBytesMin) return {*plain_, false};
  std::call_once(once_, [this] { packed_ = compress(*plain_); });
  return packed_.empty() ? OnWire{*plain_, false} : OnWire{packed_, true};
}

void append_frame_start(Bytes& out, BytesView head, FrameBody::OnWire body) {
  CHECK(head.size() <= kFrameHeadBytesMax && body.bytes.size() <= UINT32_MAX);
  append_be(out, static_cast<std::uint32_t>(body.bytes.size()));
  out.push_back(body.compressed ? kCompressed : 0);
  out.push_back(static_cast<std::uint8_t>(head.size()));
  append(out, head);
}

Result<void> FrameReader::start_frame() {
  body_length_ = read_be<std::uint32_t>(prefix_);
  if (prefix_[4] > kCompressed) return fail(Code::bad_frame, "a frame has unknown flags {:#x}", prefix_[4]);
  if (body_length_ > body_bytes_max_)
    return fail(Code::too_large, "a frame of {} bytes, {} are allowed", body_length_, body_bytes_max_);
  compressed_ = prefix_[4] == kCompressed;
  head_length_ = prefix_[5];
  frame_ = {};
  body_count_ = 0;
  grow_body();
  return {};
}

void FrameReader::grow_body() {
  if (body_count_ < frame_.body.size() || frame_.body.size() == body_length_) return;
  frame_.body.resize(std::min(body_length_, std::max(kBodyFirstBytes, 2 * body_count_)));
}

Result<void> FrameReader::finish_if_whole(std::vector<Frame>& frames) {
  if (prefix_count_ < kFramePrefixBytes || frame_.head.size() < head_length_ || body_count_ < body_length_) return {};
  prefix_count_ = 0;
  if (compressed_) {
    auto plain = decompress(frame_.body, body_bytes_max_);
    if (!plain) return pass(plain);
    frame_.body = std::move(*plain);
  }
  frames.push_back(std::move(frame_));
  return {};
}

Result<void> FrameReader::put(BytesView bytes, std::vector<Frame>& frames) {
  const auto take = [&bytes](std::size_t count_max) {
    const BytesView taken = bytes.first(std::min(bytes.size(), count_max));
    bytes = bytes.subspan(taken.size());
    return taken;
  };
  while (!bytes.empty()) {
    if (prefix_count_ < kFramePrefixBytes) {
      const BytesView part = take(kFramePrefixBytes - prefix_count_);
      std::ranges::copy(part, prefix_ + prefix_count_);
      prefix_count_ += part.size();
      if (prefix_count_ < kFramePrefixBytes) return {};
      if (auto started = start_frame(); !started) return started;
    } else if (frame_.head.size() < head_length_) {
      append(frame_.head, take(head_length_ - frame_.head.size()));
    } else {
      grow_body();
      const BytesView part = take(frame_.body.size() - body_count_);
      std::ranges::copy(part, frame_.body.begin() + static_cast<std::ptrdiff_t>(body_count_));
      body_count_ += part.size();
    }
    if (auto finished = finish_if_whole(frames); !finished) return finished;
  }
  return {};
}

std::span<std::uint8_t> FrameReader::gap() {
  if (prefix_count_ < kFramePrefixBytes || frame_.head.size() < head_length_) return {};
  if (body_length_ - body_count_ < kGapBytesMin) return {};
  grow_body();
  return std::span(frame_.body).subspan(body_count_);
}

Result<void> FrameReader::fill(std::size_t count, std::vector<Frame>& frames) {
  body_count_ += count;
  CHECK(body_count_ <= frame_.body.size());
  return finish_if_whole(frames);
}

}  // namespace hanse::net
