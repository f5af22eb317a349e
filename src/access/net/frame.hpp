// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Frames on a byte stream (docs/WIRE.md, "Sessions between nodes"): a short head that says what it is, and a body. All
// lengths are known, and refused if too long, before memory is taken; memory for a body grows with what has come.
//   body length 4 ‖ flags 1 (1: the body is zstd) ‖ head length 1 ‖ head ‖ body
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace hanse::net {

inline constexpr std::size_t kFramePrefixBytes = 6;
inline constexpr std::size_t kFrameHeadBytesMax = 255;
inline constexpr std::size_t kCompressBytesMin = 4096;   // a shorter body is not worth it
// What unpacks to more for each of its bytes is refused, and not sent: zstd can pack 32 MiB of zeros into a kilobyte, and
// rates are counted in bytes on the wire.
inline constexpr std::size_t kUnpackedPerByteMax = 256;

struct Frame {
  Bytes head;
  Bytes body;
};

// What several sessions send at once. It is compressed once, by the first that gets to it, and only kept so if that
// saves an eighth or more, and does not shrink it beyond kUnpackedPerByteMax.
class FrameBody {
 public:
  explicit FrameBody(std::shared_ptr<const Bytes> plain) : plain_(std::move(plain)) {}   // second owner: who sends it
  std::size_t size() const { return plain_->size(); }
  struct OnWire {
    BytesView bytes;
    bool compressed;
  };
  OnWire on_wire() const;   // any thread

 private:
  std::shared_ptr<const Bytes> plain_;
  mutable std::once_flag once_;
  mutable Bytes packed_;
};

// Prefix and head, to be followed by the body's bytes.
void append_frame_start(Bytes& out, BytesView head, FrameBody::OnWire body);

class FrameReader {
 public:
  explicit FrameReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}
  void set_body_bytes_max(std::size_t bytes) { body_bytes_max_ = bytes; }   // for frames whose prefix has not come

  // Errors: bad_frame (unknown flags, broken zstd), too_large. The reader is of no use after an error.
  Result<void> put(BytesView bytes, std::vector<Frame>& frames);

  // Where bytes of a long body may be put without a copy; empty when there is no such place. Then fill().
  std::span<std::uint8_t> gap();
  Result<void> fill(std::size_t count, std::vector<Frame>& frames);

 private:
  Result<void> start_frame();
  Result<void> finish_if_whole(std::vector<Frame>& frames);
  void grow_body();

  std::size_t body_bytes_max_;
  std::uint8_t prefix_[kFramePrefixBytes];
  std::size_t prefix_count_ = 0;
  bool compressed_ = false;
  std::size_t head_length_ = 0, body_length_ = 0;
  Frame frame_;
  std::size_t body_count_ = 0;   // of frame_.body, which may be larger: room for what comes
};

}  // namespace hanse::net
