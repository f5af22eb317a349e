// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "codec/rlp.hpp"

namespace hanse::rlp {
namespace {

constexpr std::uint8_t kText = 0x80, kList = 0xc0;
constexpr std::size_t kShortMax = 55;       // longer payloads carry the length of their length

void put_head(Bytes& out, std::uint8_t base, std::size_t size) {
  if (size <= kShortMax) return out.push_back(static_cast<std::uint8_t>(base + size));
  int length_size = 1;
  while (size >> (8 * length_size) != 0) ++length_size;
  out.push_back(static_cast<std::uint8_t>(base + kShortMax + length_size));
  for (int i = length_size - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(size >> (8 * i)));
}

BytesView without_leading_zeros(BytesView bytes) {
  while (!bytes.empty() && bytes.front() == 0) bytes = bytes.subspan(1);
  return bytes;
}

}  // namespace

void put_bytes(Bytes& out, BytesView bytes) {
  if (bytes.size() == 1 && bytes[0] < kText) return out.push_back(bytes[0]);
  put_head(out, kText, bytes.size());
  append(out, bytes);
}

void put_uint(Bytes& out, const U256& value) { put_bytes(out, without_leading_zeros(value.to_be())); }
void put_uint(Bytes& out, std::uint64_t value) { put_uint(out, U256(value)); }

void put_list_head(Bytes& out, std::size_t items_size) { put_head(out, kList, items_size); }
void put_list(Bytes& out, BytesView items) {
  put_list_head(out, items.size());
  append(out, items);
}

void Reader::fail(Code code, const char* what) {
  if (failed()) return;
  code_ = code;
  what_ = what;
  where_ = static_cast<std::size_t>(at_ - begin_);
}

Error Reader::error() const { return {code_, fmt::format("rlp: {} (at byte {})", what_, where_)}; }

BytesView Reader::payload(std::uint8_t base) {
  const std::size_t head = *at_ - base;
  std::size_t head_size = 1, size = head;
  if (head > kShortMax) {
    const std::size_t length_size = head - kShortMax;
    if (left() <= length_size) return fail(Code::bad_encoding, "the input ends inside a head"), BytesView{};
    if (at_[1] == 0) return fail(Code::not_canonical, "a length with a leading zero"), BytesView{};
    if (length_size > 4) return fail(Code::too_large, "a length beyond the input"), BytesView{};
    size = 0;
    for (std::size_t i = 1; i <= length_size; ++i) size = size << 8 | at_[i];
    if (size <= kShortMax) return fail(Code::not_canonical, "a short item with a long head"), BytesView{};
    head_size += length_size;
  }
  if (size > left() - head_size) return fail(Code::bad_encoding, "the input ends inside an item"), BytesView{};
  const BytesView bytes(at_ + head_size, size);
  at_ += head_size;
  return bytes;
}

BytesView Reader::read_bytes() {
  if (!more()) return fail(Code::bad_encoding, "an item is missing"), BytesView{};
  if (*at_ >= kList) return fail(Code::bad_encoding, "a byte string was expected, not a list"), BytesView{};
  if (*at_ < kText) return BytesView(at_++, 1);
  const BytesView bytes = payload(kText);
  if (bytes.size() == 1 && bytes[0] < kText) return fail(Code::not_canonical, "a small byte with a head"), BytesView{};
  at_ += bytes.size();
  return bytes;
}

void Reader::enter_list() {
  if (!next_is_list()) return fail(Code::bad_encoding, "a list was expected");
  if (depth_ == kDepthMax) return fail(Code::too_large, "nested too deep");
  const BytesView items = payload(kList);
  if (failed()) return;
  ends_[++depth_] = items.data() + items.size();
}

void Reader::leave_list() {
  if (failed()) return;
  if (at_ != ends_[depth_]) return fail(Code::bad_encoding, "a list has more items than expected");
  --depth_;
}

void Reader::finish() {
  if (!failed() && at_ != ends_[0]) fail(Code::bad_encoding, "bytes follow the value");
}

BytesView Reader::integer(std::size_t size_max) {
  const BytesView bytes = read_bytes();
  if (bytes.size() > size_max) return fail(Code::bad_encoding, "an integer is out of range"), BytesView{};
  if (!bytes.empty() && bytes[0] == 0) return fail(Code::not_canonical, "an integer with a leading zero"), BytesView{};
  return bytes;
}

std::uint64_t Reader::read_u64() {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : integer(8)) value = value << 8 | byte;
  return value;
}

U256 Reader::read_u256() { return U256::from_be(integer(32)); }

}  // namespace hanse::rlp
