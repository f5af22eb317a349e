// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The untyped half of the tars codec: heads, integers, byte strings, and a reader that bounds what it reads. Rooms use
// codec/tars.hpp.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

namespace hanse::tars {

constexpr int kDepthMax = 16;                       // of nested structs and lists
constexpr std::size_t kMemoryPerByteMax = 32;       // list items in memory, for each byte of input
constexpr std::size_t kMemoryFree = 4096;           // granted to every input

enum class WireType : std::uint8_t {
  int8 = 0, int16 = 1, int32 = 2, int64 = 3, float32 = 4, float64 = 5, text8 = 6, text32 = 7, map = 8, list = 9,
  struct_begin = 10, struct_end = 11, zero = 12, bytes = 13,
};

struct ByteCount {                                  // a sink that only measures
  std::size_t size = 0;
  void put(std::uint8_t) { ++size; }
  void put(BytesView bytes) { size += bytes.size(); }
  template <class Int> void put_be(Int) { size += sizeof(Int); }
};

struct ByteWriter {                                 // a sink into memory that was measured before
  std::uint8_t* at;
  void put(std::uint8_t byte) { *at++ = byte; }
  void put(BytesView bytes) {
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    at += bytes.size();
  }
  template <class Int> void put_be(Int value) {
    for (int shift = (sizeof(Int) - 1) * 8; shift >= 0; shift -= 8) *at++ = static_cast<std::uint8_t>(value >> shift);
  }
};

template <class Sink>
void write_head(Sink& sink, int tag, WireType type) {
  const auto low = static_cast<std::uint8_t>(type);
  if (tag < 15) return sink.put(static_cast<std::uint8_t>(tag << 4 | low));
  sink.put(static_cast<std::uint8_t>(0xf0 | low));
  sink.put(static_cast<std::uint8_t>(tag));
}

template <class Sink>
void write_int(Sink& sink, int tag, std::int64_t value) {
  if (value == 0) {
    write_head(sink, tag, WireType::zero);
  } else if (value == static_cast<std::int8_t>(value)) {
    write_head(sink, tag, WireType::int8), sink.put(static_cast<std::uint8_t>(value));
  } else if (value == static_cast<std::int16_t>(value)) {
    write_head(sink, tag, WireType::int16), sink.put_be(static_cast<std::uint16_t>(value));
  } else if (value == static_cast<std::int32_t>(value)) {
    write_head(sink, tag, WireType::int32), sink.put_be(static_cast<std::uint32_t>(value));
  } else {
    write_head(sink, tag, WireType::int64), sink.put_be(static_cast<std::uint64_t>(value));
  }
}

template <class Sink>
void write_text(Sink& sink, int tag, std::string_view text) {
  if (text.size() <= 255) {
    write_head(sink, tag, WireType::text8), sink.put(static_cast<std::uint8_t>(text.size()));
  } else {
    write_head(sink, tag, WireType::text32), sink.put_be(static_cast<std::uint32_t>(text.size()));
  }
  sink.put(as_bytes(text));
}

template <class Sink>
void write_bytes(Sink& sink, int tag, BytesView bytes) {
  write_head(sink, tag, WireType::bytes);
  write_head(sink, 0, WireType::int8);
  write_int(sink, 0, static_cast<std::int64_t>(bytes.size()));
  sink.put(bytes);
}

// The shortest big-endian form of `value`, written into `buffer`; zero is empty.
BytesView minimal_be(const U256& value, std::uint8_t (&buffer)[32]);

// Walks an encoding. It remembers its first error and from then on reads nothing and answers with empty values, so that
// a caller checks once, at the end. `last` is the caller's: the last tag of the struct that it is in, -1 at its start.
class Reader {
 public:
  explicit Reader(BytesView input, std::size_t memory_max = std::numeric_limits<std::size_t>::max())
      : at_(input.data()), end_(input.data() + input.size()), begin_(at_),
        memory_left_(std::min(input.size() * kMemoryPerByteMax + kMemoryFree, memory_max)) {}

  // Skips unknown tags below `tag`; true when `tag` is there, its value next.
  bool seek(int tag, int& last);
  // To the end of the struct (or of the input, at the top), over unknown tags.
  void skip_rest(int last);
  bool begin_item(int tag);                         // the head of a list's item
  bool enter_struct();
  std::size_t enter_list(std::size_t item_size);    // the count, bounded by the input and the memory left
  void leave() { --depth_; }
  void finish();                                    // nothing may follow

  std::int64_t read_int(std::int64_t min, std::int64_t max);
  std::string_view read_text();
  BytesView read_bytes();
  U256 read_u256();

  void fail(const char* what) { fail_with(Code::bad_encoding, what); }
  bool failed() const { return what_ != nullptr; }
  Error error() const;

 private:
  void fail_with(Code code, const char* what);
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  bool read_head(int& tag);                         // false: the end of the struct or of the input, or an error
  bool enter();
  std::size_t read_size();                          // an integer of tag 0, at most what is left
  BytesView take(std::size_t size);
  void skip_value();
  void skip_items(std::size_t count);

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  const std::uint8_t* begin_;
  std::size_t memory_left_;
  int depth_ = 0;
  int struct_depth_ = 0;
  WireType type_ = WireType::zero;                  // of the head read last
  Code code_ = Code::bad_encoding;
  const char* what_ = nullptr;
  std::size_t where_ = 0;
};

}  // namespace hanse::tars
