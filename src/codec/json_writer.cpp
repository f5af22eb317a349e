// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "codec/json_writer.hpp"

namespace hanse {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

// The length of the UTF-8 sequence at `at` (RFC 3629), 0 when it is none.
std::size_t utf8_length(const unsigned char* at, std::size_t left) {
  const unsigned char lead = *at;
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xc2 && lead < 0xe0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at[i] & 0xc0) != 0x80) return 0;
  const unsigned char second = at[1];
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second >= 0xa0;
  const bool beyond = lead == 0xf4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

void append_control(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out += "\\u00", out += kDigits[c >> 4], out += kDigits[c & 15];
  }
}

}  // namespace

JsonWriter& JsonWriter::text(std::string_view value) {
  comma();
  text_ += '"';
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  for (std::size_t i = 0; i < value.size();) {
    const unsigned char c = bytes[i];
    if (c == '"' || c == '\\') {
      text_ += '\\', text_ += static_cast<char>(c), ++i;
    } else if (c < 0x20) {
      append_control(text_, c), ++i;
    } else if (const std::size_t length = utf8_length(bytes + i, value.size() - i)) {
      text_.append(value, i, length), i += length;
    } else {
      text_ += "\xef\xbf\xbd", ++i;
    }
  }
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::quoted_hex(std::string_view opening, BytesView bytes) {
  comma();
  text_ += opening;
  std::size_t at = text_.size();
  text_.resize(at + bytes.size() * 2 + 1);
  for (const std::uint8_t byte : bytes) {
    text_[at++] = kDigits[byte >> 4];
    text_[at++] = kDigits[byte & 15];
  }
  text_[at] = '"';
  return *this;
}

}  // namespace hanse
