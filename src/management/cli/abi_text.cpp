// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "management/cli/abi_text.hpp"

#include <charconv>

#include "base/hex.hpp"
#include "base/uint256.hpp"

namespace hanse::cli {
namespace {

using Kind = AbiType::Kind;

constexpr std::size_t kWord = 32;
constexpr std::size_t kDepthMax = 4;                 // T[][][][]
constexpr std::size_t kElementCountMax = 100'000;

// Splits at commas outside brackets; no items in an empty text.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> items;
  int depth = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] == '[' || text[i] == '(')) ++depth;
    if (i < text.size() && (text[i] == ']' || text[i] == ')')) --depth;
    if (i < text.size() && (text[i] != ',' || depth != 0)) continue;
    std::string_view item = text.substr(first, i - first);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (!(item.empty() && items.empty() && i == text.size())) items.push_back(item);
    first = i + 1;
  }
  return items;
}

std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<AbiType> parse_type(std::string_view text, std::size_t depth) {
  const auto unknown = [&] { return fail(Code::bad_request, "\"{}\" is not a type that the command line knows", text); };
  if (depth > kDepthMax) return fail(Code::bad_request, "arrays are nested deeper than {}", kDepthMax);
  if (text.starts_with('(') || text.starts_with("tuple"))
    return fail(Code::bad_request, "tuples are not known to the command line; give the encoded call with --data");
  if (text.ends_with(']')) {
    const std::size_t open = text.rfind('[');
    if (open == text.npos) return unknown();
    auto element = parse_type(text.substr(0, open), depth + 1);
    if (!element) return element;
    const std::string_view count = text.substr(open + 1, text.size() - open - 2);
    const auto fixed = number_of(count);
    if (!count.empty() && (!fixed || *fixed == 0 || *fixed > kElementCountMax)) return unknown();
    return AbiType{Kind::array, fixed.value_or(0), count.empty(), {std::move(*element)}};
  }
  if (text == "address") return AbiType{Kind::address};
  if (text == "bool") return AbiType{Kind::boolean};
  if (text == "bytes") return AbiType{Kind::bytes};
  if (text == "string") return AbiType{Kind::string};
  const bool is_signed = text.starts_with("int");
  if (is_signed || text.starts_with("uint")) {
    const std::string_view bits = text.substr(is_signed ? 3 : 4);
    const auto size = bits.empty() ? std::optional<std::size_t>(256) : number_of(bits);
    if (!size || *size == 0 || *size > 256 || *size % 8 != 0) return unknown();
    return AbiType{is_signed ? Kind::int_ : Kind::uint, *size};
  }
  if (text.starts_with("bytes")) {
    const auto size = number_of(text.substr(5));
    if (!size || *size == 0 || *size > kWord) return unknown();
    return AbiType{Kind::fixed_bytes, *size};
  }
  return unknown();
}

Result<std::vector<AbiType>> parse_types(std::string_view list) {
  std::vector<AbiType> types;
  for (std::string_view item : split(list)) {
    auto type = parse_type(item, 0);
    if (!type) return pass(type);
    types.push_back(std::move(*type));
  }
  return types;
}

// The one name of a type, which selectors hash: uint is uint256, int08 is int8.
std::string name_of(const AbiType& type) {
  switch (type.kind) {
    case Kind::uint: return fmt::format("uint{}", type.size);
    case Kind::int_: return fmt::format("int{}", type.size);
    case Kind::address: return "address";
    case Kind::boolean: return "bool";
    case Kind::fixed_bytes: return fmt::format("bytes{}", type.size);
    case Kind::bytes: return "bytes";
    case Kind::string: return "string";
    case Kind::array: break;
  }
  return name_of(type.element.front()) + (type.open ? "[]" : fmt::format("[{}]", type.size));
}

// `bits` of a U256 are enough for `value`?
bool fits(const U256& value, std::size_t bits) {
  for (std::size_t bit = bits; bit < 256; bit += 8)
    if (value.limbs[bit / 64] >> (bit % 64) & 0xff) return false;
  return true;
}

U256 negated(U256 value) {
  U256 zero;
  (void)subtract_from(zero, value);          // two's complement: the wrapped value is what is wanted
  return zero;
}

Result<U256> parse_integer(const AbiType& type, std::string_view text) {
  const bool negative = type.kind == Kind::int_ && text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  auto value = digits.starts_with("0x") ? U256::from_quantity(digits) : U256::from_decimal(digits);
  const auto too_large = [&] { return fail(Code::bad_request, "{} does not fit {}{}", text, type.kind == Kind::int_ ? "int" : "uint", type.size); };
  if (!value) return fail(Code::bad_request, "\"{}\" is not a number: {}", text, value.error().text);
  if (type.kind == Kind::uint) return fits(*value, type.size) ? value : Result<U256>(too_large());
  // A negative number may be one larger than a positive one: compare |value| - 1.
  U256 bound = *value;
  if (negative && !bound.is_zero()) (void)subtract_from(bound, U256(1));
  const std::size_t top = type.size - 1;
  if (!fits(bound, type.size) || (bound.limbs[top / 64] >> (top % 64) & 1)) return too_large();
  return negative ? negated(*value) : value;
}

void append_word(Bytes& out, const U256& value) { append(out, value.to_be()); }

void append_padded(Bytes& out, BytesView bytes) {
  append(out, bytes);
  out.resize(out.size() + (kWord - bytes.size() % kWord) % kWord);
}

Result<Bytes> encode_value(const AbiType& type, std::string_view text);

// Heads first, then the tails of those whose size is not fixed; an offset counts from the first head.
Result<Bytes> encode_sequence(const std::vector<const AbiType*>& types, const std::vector<std::string_view>& values) {
  std::size_t offset = 0;
  for (const AbiType* type : types) offset += type->head_size();
  Bytes heads, tails;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto value = encode_value(*types[i], values[i]);
    if (!value) return value;
    if (types[i]->is_dynamic()) {
      append_word(heads, U256(offset + tails.size()));
      append(tails, *value);
    } else {
      append(heads, *value);
    }
  }
  append(heads, tails);
  return heads;
}

Result<Bytes> encode_array(const AbiType& type, std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return fail(Code::bad_request, "\"{}\": an array is written [a,b,c]", text);
  const auto values = split(text.substr(1, text.size() - 2));
  if (!type.open && values.size() != type.size)
    return fail(Code::bad_request, "\"{}\": {} elements expected, got {}", text, type.size, values.size());
  Bytes out;
  if (type.open) append_word(out, U256(values.size()));
  const auto elements = encode_sequence(std::vector(values.size(), &type.element.front()), values);
  if (!elements) return elements;
  append(out, *elements);
  return out;
}

Result<Bytes> encode_value(const AbiType& type, std::string_view text) {
  Bytes out;
  switch (type.kind) {
    case Kind::uint:
    case Kind::int_: {
      const auto value = parse_integer(type, text);
      if (!value) return pass(value);
      append_word(out, *value);
      return out;
    }
    case Kind::boolean:
      if (text != "true" && text != "false") return fail(Code::bad_request, "\"{}\" is neither true nor false", text);
      append_word(out, U256(text == "true"));
      return out;
    case Kind::address: {
      const auto address = fixed_from_hex<Address::kSize>(text);
      if (!address) return fail(Code::bad_request, "\"{}\" is not an address: {}", text, address.error().text);
      out.resize(kWord - Address::kSize);
      append(out, *address);
      return out;
    }
    case Kind::fixed_bytes:
    case Kind::bytes: {
      const auto bytes = from_hex(text);
      if (!bytes) return fail(Code::bad_request, "\"{}\" is not hex: {}", text, bytes.error().text);
      if (type.kind == Kind::fixed_bytes && bytes->size() != type.size)
        return fail(Code::bad_request, "\"{}\": {} bytes expected, got {}", text, type.size, bytes->size());
      if (type.kind == Kind::bytes) append_word(out, U256(bytes->size()));
      append_padded(out, *bytes);
      return out;
    }
    case Kind::string:
      append_word(out, U256(text.size()));
      append_padded(out, as_bytes(text));
      return out;
    case Kind::array:
      return encode_array(type, text);
  }
  return out;
}

}  // namespace

bool AbiType::is_dynamic() const {
  if (kind == Kind::bytes || kind == Kind::string) return true;
  return kind == Kind::array && (open || element.front().is_dynamic());
}

std::size_t AbiType::head_size() const {
  if (is_dynamic() || kind != Kind::array) return kWord;
  return size * element.front().head_size();
}

Result<AbiFunction> parse_signature(std::string_view text) {
  const auto malformed = [&] {
    return fail(Code::bad_request, "\"{}\": a function is written name(types) or name(types)(types)", text);
  };
  const std::size_t open = text.find('('), close = text.find(')');
  if (open == text.npos || close == text.npos || close < open) return malformed();
  AbiFunction function{.name = std::string(text.substr(0, open))};
  auto inputs = parse_types(text.substr(open + 1, close - open - 1));
  if (!inputs) return pass(inputs);
  function.inputs = std::move(*inputs);
  std::vector<std::string> names;
  for (const AbiType& type : function.inputs) names.push_back(name_of(type));
  function.canonical = fmt::format("{}({})", function.name, fmt::join(names, ","));
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return function;
  if (!rest.starts_with('(') || !rest.ends_with(')')) return malformed();
  auto outputs = parse_types(rest.substr(1, rest.size() - 2));
  if (!outputs) return pass(outputs);
  function.outputs = std::move(*outputs);
  return function;
}

Result<Bytes> encode_values(const std::vector<AbiType>& types, const std::vector<std::string>& values) {
  if (types.size() != values.size()) return fail(Code::bad_request, "{} values expected, got {}", types.size(), values.size());
  std::vector<const AbiType*> pointers;
  for (const AbiType& type : types) pointers.push_back(&type);
  return encode_sequence(pointers, {values.begin(), values.end()});
}

Result<Bytes> encode_call(Suite suite, const AbiFunction& function, const std::vector<std::string>& values) {
  const auto encoded = encode_values(function.inputs, values);
  if (!encoded) return fail(encoded.error().code, "{}: {}", function.canonical, encoded.error().text);
  Bytes call = to_bytes(BytesView(hash_of(suite, as_bytes(function.canonical))).first(4));
  append(call, *encoded);
  return call;
}

}  // namespace hanse::cli
