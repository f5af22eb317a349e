// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// RLP (Ethereum Yellow Paper, appendix B). Writing appends items to a byte sequence; a list is the wrap of its items.
// Reading is strict: only the one canonical encoding of a value is accepted (shortest lengths, integers without leading
// zeros), lists are bounded in depth, and nothing may follow.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

namespace hanse::rlp {

constexpr int kDepthMax = 8;      // an access list in a transaction needs 4

void put_bytes(Bytes& out, BytesView bytes);
void put_uint(Bytes& out, std::uint64_t value);
void put_uint(Bytes& out, const U256& value);
void put_list(Bytes& out, BytesView items);        // `items`: the encodings of the list's items, one after the other
void put_list_head(Bytes& out, std::size_t items_size);

// Walks an encoding item by item. It remembers its first error and from then on reads nothing and answers with empty
// values, so that a caller checks once, at the end. Byte views borrow from the input.
class Reader {
 public:
  explicit Reader(BytesView input) : at_(input.data()), begin_(at_), ends_{at_ + input.size()} {}

  bool more() const { return !failed() && at_ != ends_[depth_]; }   // another item in this list
  bool next_is_list() const { return more() && *at_ >= 0xc0; }
  void enter_list();
  void leave_list();                                // the list must be read to its end
  BytesView read_bytes();
  std::uint64_t read_u64();
  U256 read_u256();
  template <std::size_t N>
  FixedBytes<N> read_fixed() {
    const BytesView bytes = read_bytes();
    if (bytes.size() == N) return FixedBytes<N>::of(bytes);
    fail(Code::bad_encoding, "a byte string of another length than expected");
    return {};
  }
  void finish();                                    // nothing may follow
  const std::uint8_t* position() const { return at_; }

  void fail(Code code, const char* what);           // bad_encoding, not_canonical or too_large
  bool failed() const { return what_ != nullptr; }
  Error error() const;

 private:
  BytesView payload(std::uint8_t base);             // of the next item, whose head is at or above `base`
  BytesView integer(std::size_t size_max);
  std::size_t left() const { return static_cast<std::size_t>(ends_[depth_] - at_); }

  const std::uint8_t* at_;
  const std::uint8_t* begin_;
  const std::uint8_t* ends_[kDepthMax + 1];         // of the input and of the lists that are open
  int depth_ = 0;
  Code code_ = Code::bad_encoding;
  const char* what_ = nullptr;
  std::size_t where_ = 0;
};

}  // namespace hanse::rlp
