// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The other direction of abi_text.hpp: bytes that a contract answered. They are not trusted: every offset, length and
// count is held against the data, and a text bounds what small data may claim to hold.
#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "management/cli/abi_text.hpp"

namespace hanse::cli {
namespace {

using Kind = AbiType::Kind;

constexpr std::size_t kWord = 32;
// A word is at most 79 characters, and counts once for each list that it is in. More comes of offsets that meet.
constexpr std::size_t kTextPerByteMax = 16, kTextSizeFree = 4096;

class Decoder {
 public:
  explicit Decoder(BytesView data) : text_size_max_(data.size() * kTextPerByteMax + kTextSizeFree) {}

  // Values of `types`, whose heads begin at `data`'s first byte.
  Result<std::vector<std::string>> sequence(const std::vector<const AbiType*>& types, BytesView data) {
    std::vector<std::string> values;
    std::size_t at = 0;
    for (const AbiType* type : types) {
      auto value = element(*type, data, at);
      if (!value) return pass(value);
      text_size_ += value->size() + 1;
      if (text_size_ > text_size_max_) return fail(Code::too_large, "the values are longer than {} characters", text_size_max_);
      values.push_back(std::move(*value));
      at += type->head_size();
    }
    return values;
  }

 private:
  static std::unexpected<Error> short_data() { return fail(Code::bad_encoding, "the data ends before its values do"); }

  static Result<std::size_t> number(BytesView data, std::size_t at) {
    if (at > data.size() || data.size() - at < kWord) return short_data();
    const U256 value = U256::from_be(data.subspan(at, kWord));
    if (!value.fits_u64() || value.limbs[0] > data.size()) return short_data();
    return value.limbs[0];
  }

  Result<std::string> element(const AbiType& type, BytesView data, std::size_t at) {
    if (!type.is_dynamic()) return value(type, data, at);
    const auto offset = number(data, at);
    if (!offset) return pass(offset);
    return value(type, data, *offset);
  }

  Result<std::string> value(const AbiType& type, BytesView data, std::size_t at) {
    if (type.kind == Kind::array) return array(type, data, at);
    if (at > data.size() || data.size() - at < kWord) return short_data();
    const BytesView word = data.subspan(at, kWord);
    switch (type.kind) {
      case Kind::uint: return U256::from_be(word).to_decimal();
      case Kind::int_: return signed_text(U256::from_be(word));
      case Kind::boolean: return std::string(U256::from_be(word).is_zero() ? "false" : "true");
      case Kind::address: return to_hex0x(word.last(Address::kSize));
      case Kind::fixed_bytes: return to_hex0x(word.first(type.size));
      default: break;
    }
    const auto length = number(data, at);
    if (!length) return pass(length);
    const BytesView rest = data.subspan(at + kWord);
    if (*length > rest.size()) return short_data();
    const BytesView bytes = rest.first(*length);
    return type.kind == Kind::string ? std::string(as_text(bytes)) : to_hex0x(bytes);
  }

  Result<std::string> array(const AbiType& type, BytesView data, std::size_t at) {
    if (at > data.size()) return short_data();
    std::size_t count = type.size;
    if (type.open) {
      const auto given = number(data, at);
      if (!given) return pass(given);
      count = *given;
      at += kWord;
    }
    const BytesView rest = data.subspan(at);
    if (count > rest.size() / kWord) return short_data();      // each element has a head of a word or more
    const auto values = sequence(std::vector(count, &type.element.front()), rest);
    if (!values) return pass(values);
    return fmt::format("[{}]", fmt::join(*values, ","));
  }

  static std::string signed_text(const U256& value) {
    if (value.limbs[3] >> 63 == 0) return value.to_decimal();
    U256 magnitude;
    (void)subtract_from(magnitude, value);
    return "-" + magnitude.to_decimal();
  }

  const std::size_t text_size_max_;
  std::size_t text_size_ = 0;
};

}  // namespace

Result<std::vector<std::string>> decode_values(const std::vector<AbiType>& types, BytesView data) {
  std::vector<const AbiType*> pointers;
  for (const AbiType& type : types) pointers.push_back(&type);
  return Decoder(data).sequence(pointers, data);
}

}  // namespace hanse::cli
