// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "codec/tars_wire.hpp"

namespace hanse::tars {

BytesView minimal_be(const U256& value, std::uint8_t (&buffer)[32]) {
  std::uint8_t* at = buffer;
  for (int limb = 3; limb >= 0; --limb)
    for (int shift = 56; shift >= 0; shift -= 8) *at++ = static_cast<std::uint8_t>(value.limbs[limb] >> shift);
  const std::uint8_t* first = buffer;
  while (first != at && *first == 0) ++first;
  return {first, at};
}

void Reader::fail_with(Code code, const char* what) {
  if (failed()) return;
  code_ = code;
  what_ = what;
  where_ = static_cast<std::size_t>(at_ - begin_);
}

Error Reader::error() const { return {code_, fmt::format("tars: {} (at byte {})", what_, where_)}; }

bool Reader::read_head(int& tag) {
  if (failed()) return false;
  if (at_ == end_) {
    if (struct_depth_ > 0) fail("the input ends inside a struct");
    return false;
  }
  const std::uint8_t head = *at_;
  type_ = static_cast<WireType>(head & 15);
  if (type_ == WireType::struct_end) {
    if (struct_depth_ == 0) fail("a struct ends that did not begin");
    return false;
  }
  if (type_ > WireType::bytes) return fail("an unknown wire type"), false;
  tag = head >> 4;
  ++at_;
  if (tag < 15) return true;
  if (at_ == end_) return fail("the input ends inside a head"), false;
  tag = *at_++;
  return true;
}

bool Reader::seek(int tag, int& last) {
  const std::uint8_t* before = at_;
  for (int found; read_head(found); before = at_) {
    if (found <= last) return fail("tags that do not rise"), false;
    if (found > tag) return at_ = before, false;
    last = found;
    if (found == tag) return true;
    skip_value();
  }
  return false;
}

void Reader::skip_rest(int last) {
  constexpr int kAboveEveryTag = 256;
  seek(kAboveEveryTag, last);
  if (failed() || struct_depth_ == 0) return;
  --struct_depth_;
  if (*at_++ != static_cast<std::uint8_t>(WireType::struct_end)) fail("a struct's end has a tag");
}

bool Reader::begin_item(int tag) {
  int found = 0;
  if (!read_head(found)) return fail("an item is missing"), false;
  if (found != tag) return fail("an item has a foreign tag"), false;
  return true;
}

bool Reader::enter() {
  if (++depth_ > kDepthMax) return fail_with(Code::too_large, "nested too deep"), false;
  return !failed();
}

bool Reader::enter_struct() {
  if (type_ != WireType::struct_begin) return fail("a struct was expected"), false;
  ++struct_depth_;
  return enter();
}

std::size_t Reader::enter_list(std::size_t item_size) {
  if (type_ != WireType::list) return fail("a list was expected"), 0;
  const std::size_t count = enter() ? read_size() : 0;
  if (failed()) return 0;
  if (count * item_size > memory_left_) return fail_with(Code::too_large, "lists longer than an input of this size may hold"), 0;
  memory_left_ -= count * item_size;
  return count;
}

void Reader::finish() {
  if (!failed() && at_ != end_) fail("bytes follow the value");
}

BytesView Reader::take(std::size_t size) {
  if (failed()) return {};
  if (size > left()) return fail("the input ends inside a value"), BytesView{};
  const BytesView bytes(at_, size);
  at_ += size;
  return bytes;
}

std::int64_t Reader::read_int(std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  if (type_ <= WireType::int64) {
    const BytesView bytes = take(std::size_t{1} << static_cast<int>(type_));
    if (failed()) return 0;
    switch (bytes.size()) {
      case 1: value = static_cast<std::int8_t>(bytes[0]); break;
      case 2: value = read_be<std::int16_t>(bytes.data()); break;
      case 4: value = read_be<std::int32_t>(bytes.data()); break;
      default: value = read_be<std::int64_t>(bytes.data());
    }
  } else if (type_ != WireType::zero) {
    return fail("an integer was expected"), 0;
  }
  if (value < min || value > max) return fail("an integer is out of range"), 0;
  return value;
}

std::size_t Reader::read_size() {
  if (!begin_item(0)) return 0;
  const std::int64_t size = read_int(0, std::numeric_limits<std::int32_t>::max());
  if (static_cast<std::size_t>(size) > left()) return fail("a count or length beyond the input"), 0;
  return static_cast<std::size_t>(size);
}

std::string_view Reader::read_text() {
  std::size_t size = 0;
  if (type_ == WireType::text8) {
    const BytesView head = take(1);
    if (!failed()) size = head[0];
  } else if (type_ == WireType::text32) {
    const BytesView head = take(4);
    if (!failed()) size = read_be<std::uint32_t>(head.data());
  } else {
    fail("a text was expected");
  }
  return as_text(take(size));
}

BytesView Reader::read_bytes() {
  if (type_ != WireType::bytes) return fail("a byte vector was expected"), BytesView{};
  const BytesView item = take(1);
  if (failed()) return {};
  if (item[0] != static_cast<std::uint8_t>(WireType::int8)) return fail("a byte vector of something else"), BytesView{};
  return take(read_size());
}

U256 Reader::read_u256() {
  const BytesView bytes = read_bytes();
  if (bytes.size() > 32) return fail("an integer is out of range"), U256{};
  U256 value;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t place = bytes.size() - 1 - i;
    value.limbs[place / 8] |= std::uint64_t{bytes[i]} << place % 8 * 8;
  }
  return value;
}

void Reader::skip_items(std::size_t count) {
  for (int tag; count > 0 && !failed(); --count) {
    if (!read_head(tag)) return fail("an item is missing");
    skip_value();
  }
}

void Reader::skip_value() {
  switch (type_) {
    case WireType::zero: return;
    case WireType::int8: case WireType::int16: case WireType::int32: case WireType::int64:
      take(std::size_t{1} << static_cast<int>(type_));
      return;
    case WireType::float32: take(4); return;
    case WireType::float64: take(8); return;
    case WireType::text8: case WireType::text32: read_text(); return;
    case WireType::bytes: read_bytes(); return;
    case WireType::map: case WireType::list: {
      const std::size_t items_each = type_ == WireType::map ? 2 : 1;
      if (enter()) skip_items(read_size() * items_each);
      return leave();
    }
    case WireType::struct_begin:
      if (enter_struct()) skip_rest(-1);
      return leave();
    case WireType::struct_end: return;
  }
}

}  // namespace hanse::tars
