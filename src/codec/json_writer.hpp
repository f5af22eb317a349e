// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Writes JSON text without a tree in between. The caller nests correctly; commas are set here: one is due unless the
// text so far ends with an opening bracket or a colon.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace hanse {

class JsonWriter {
 public:
  JsonWriter() = default;
  explicit JsonWriter(std::size_t size_expected) { text_.reserve(size_expected); }

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {          // one of our own names: nothing to escape
    comma();
    text_ += '"', text_ += name, text_ += "\":";
    return *this;
  }

  JsonWriter& null() { return raw("null"); }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& number(std::int64_t value) { return decimal(value); }
  JsonWriter& number(std::uint64_t value) { return decimal(value); }
  JsonWriter& raw(std::string_view json) {          // a finished JSON value
    comma();
    text_ += json;
    return *this;
  }
  JsonWriter& text(std::string_view value);         // escaped; bytes that are not UTF-8 become U+FFFD
  JsonWriter& hex(BytesView bytes) { return quoted_hex("\"0x", bytes); }
  JsonWriter& bare_hex(BytesView bytes) { return quoted_hex("\"", bytes); }
  JsonWriter& quantity(std::uint64_t value) {       // "0x1f"
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
    comma();
    text_ += "\"0x", text_.append(digits, end), text_ += '"';
    return *this;
  }
  JsonWriter& quantity(const U256& value) {
    if (value.fits_u64()) return quantity(value.limbs[0]);
    comma();
    text_ += '"', text_ += value.to_quantity(), text_ += '"';
    return *this;
  }

  std::size_t size() const { return text_.size(); }
  std::string take() { return std::move(text_); }

 private:
  void comma() {
    if (text_.empty()) return;
    const char last = text_.back();
    if (last != '{' && last != '[' && last != ':') text_ += ',';
  }
  JsonWriter& open(char bracket) {
    comma();
    text_ += bracket;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_ += bracket;
    return *this;
  }
  template <class Int>
  JsonWriter& decimal(Int value) {
    char digits[20];
    return raw({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  JsonWriter& quoted_hex(std::string_view opening, BytesView bytes);

  std::string text_;
};

}  // namespace hanse
