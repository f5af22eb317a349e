// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The tars codec: FISCO BCOS formats, messages between nodes and stored rows. A struct lists its members once,
// `static void fields(auto& self, auto&& field)` with a call field(tag, member) for each, tags rising; the wire rules are
// docs/WIRE.md §1. Zero (0, "", an empty list or byte vector, no value) is left out, and what is left out reads as zero,
// whatever initial value the struct gives its member; `required(member)` is written always, as are fixed byte strings,
// nested structs and items of lists.
//
// Decoding bounds depth, counts and memory by the input, skips unknown tags, and refuses tags that do not rise and
// integers that do not fit. It accepts more than one encoding of a value: where bytes are hashed or signed by others,
// decode_canonical refuses all but the one that encode writes. Members of type std::string_view and BytesView borrow
// from the input.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "codec/tars_wire.hpp"

namespace hanse::tars {

// A member that is written even when it is zero (the `require` of a tars definition).
template <class T>
struct Required { T& value; };
template <class T>
Required<T> required(T& member) { return {member}; }

namespace detail {

struct AnyField { void operator()(int, auto&&) const {} };
template <class T>
concept Struct = requires(T& value) { T::fields(value, AnyField{}); };
template <class T>
concept Integer = std::integral<T> || std::is_enum_v<T>;
template <class T>
concept Text = std::same_as<T, std::string> || std::same_as<T, std::string_view>;
template <class T>
concept ByteVector = std::same_as<T, Bytes> || std::same_as<T, BytesView>;

template <class T> constexpr bool is_fixed = false;
template <std::size_t N> constexpr bool is_fixed<FixedBytes<N>> = true;
template <class T> constexpr bool is_list = false;
template <class T> constexpr bool is_list<std::vector<T>> = !std::same_as<T, std::uint8_t>;
template <class T> constexpr bool is_optional = false;
template <class T> constexpr bool is_optional<std::optional<T>> = true;
template <class T> constexpr bool is_pair = false;
template <class A, class B> constexpr bool is_pair<std::pair<A, B>> = true;
template <class T> constexpr bool is_variant = false;
template <class... Ts> constexpr bool is_variant<std::variant<Ts...>> = true;
// Written between struct marks (and without them at the top).
template <class T> constexpr bool is_struct = Struct<T> || is_pair<T> || is_variant<T> || std::same_as<T, std::monostate>;

template <class T> struct Underlying { using type = T; };
template <class T> requires std::is_enum_v<T> struct Underlying<T> { using type = std::underlying_type_t<T>; };

template <class T>
constexpr bool can_be_left_out =
    Integer<T> || std::same_as<T, U256> || Text<T> || ByteVector<T> || is_list<T> || is_optional<T>;

template <class T>
bool is_left_out(const T& value) {
  if constexpr (Integer<T>) return value == T{};
  else if constexpr (std::same_as<T, U256>) return value.is_zero();
  else if constexpr (can_be_left_out<T> && !is_optional<T>) return value.empty();
  else return false;
}

}  // namespace detail

// Writes values into a sink: ByteCount measures, ByteWriter writes into memory of that size.
template <class Sink>
class Encoder {
 public:
  explicit Encoder(Sink& sink) : sink_(sink) {}

  template <class T>
  void top(const T& value) {
    if constexpr (detail::is_struct<T>) members(value);
    else item(0, value);
  }

 private:
  template <class T>
  void members(const T& value) {
    if constexpr (detail::Struct<T>) {
      int last = -1;
      T::fields(value, [&](int tag, const auto& member) {
        CHECK(tag > last);
        last = tag;
        this->member(tag, member);
      });
    } else if constexpr (detail::is_pair<T>) {
      item(0, value.first), item(1, value.second);
    } else if constexpr (detail::is_variant<T>) {
      write_int(sink_, 0, static_cast<std::int64_t>(value.index()));
      std::visit([this](const auto& held) { this->item(1, held); }, value);
    }
  }

  template <class T>
  void member(int tag, const Required<T>& member) { item(tag, member.value); }
  template <class T>
  void member(int tag, const T& member) {
    if constexpr (detail::is_optional<T>) {
      if (member) item(tag, *member);
    } else if (!detail::is_left_out(member)) {
      item(tag, member);
    }
  }

  template <class T>
  void item(int tag, const T& value) {
    static_assert(!detail::is_optional<T>, "an optional is a member, never an item");
    if constexpr (detail::Integer<T>) {
      write_int(sink_, tag, static_cast<std::int64_t>(value));
    } else if constexpr (detail::Text<T>) {
      write_text(sink_, tag, value);
    } else if constexpr (detail::ByteVector<T>) {
      write_bytes(sink_, tag, value);
    } else if constexpr (detail::is_fixed<T>) {
      write_bytes(sink_, tag, BytesView(value));
    } else if constexpr (std::same_as<T, U256>) {
      std::uint8_t bytes[32];
      write_bytes(sink_, tag, minimal_be(value, bytes));
    } else if constexpr (detail::is_list<T>) {
      write_head(sink_, tag, WireType::list);
      write_int(sink_, 0, static_cast<std::int64_t>(value.size()));
      for (const auto& each : value) item(0, each);
    } else {
      static_assert(detail::is_struct<T>, "no tars form for this type");
      write_head(sink_, tag, WireType::struct_begin);
      members(value);
      write_head(sink_, 0, WireType::struct_end);
    }
  }

  Sink& sink_;
};

// Reads values out of a Reader, which holds the first error; after one, nothing more is read.
class Decoder {
 public:
  explicit Decoder(Reader& reader) : reader_(reader) {}

  template <class T>
  void top(T& value) {
    if constexpr (detail::is_struct<T>) {
      members(value);
    } else if (reader_.begin_item(0)) {
      item(value);
    }
    reader_.finish();
  }

 private:
  template <class T>
  void members(T& value) {
    int last = -1;
    if constexpr (detail::Struct<T>) {
      T::fields(value, [&](int tag, auto&& member) { this->member(tag, last, member); });
    } else if constexpr (detail::is_pair<T>) {
      member(0, last, value.first), member(1, last, value.second);
    } else if constexpr (detail::is_variant<T>) {
      alternative(value, last);
    }
    reader_.skip_rest(last);
  }

  template <class T>
  void member(int tag, int& last, Required<T>& required) { member(tag, last, required.value); }
  template <class T>
  void member(int tag, int& last, T& member) {
    if (!reader_.seek(tag, last)) {
      if constexpr (detail::can_be_left_out<T>) member = T{};   // zero, whatever the struct's initialiser says
    } else if constexpr (detail::is_optional<T>) {
      item(member.emplace());
    } else {
      item(member);
    }
  }

  template <class... Ts>
  void alternative(std::variant<Ts...>& value, int& last) {
    std::uint32_t index = 0;
    if (!reader_.seek(0, last)) return reader_.fail("a variant without its index");
    item(index);
    if (index >= sizeof...(Ts)) return reader_.fail("a variant's index is out of range");
    if (!reader_.seek(1, last)) return reader_.fail("a variant without its value");
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((I == index ? item(value.template emplace<I>()) : void()), ...);
    }(std::index_sequence_for<Ts...>{});
  }

  template <class T>
  void item(T& value) {
    if constexpr (std::same_as<T, bool>) {
      value = reader_.read_int(0, 1) != 0;
    } else if constexpr (detail::Integer<T>) {
      using Int = typename detail::Underlying<T>::type;
      if constexpr (std::same_as<std::make_unsigned_t<Int>, std::uint64_t>) {
        value = static_cast<T>(reader_.read_int(std::numeric_limits<std::int64_t>::min(),
                                                std::numeric_limits<std::int64_t>::max()));
      } else {
        value = static_cast<T>(reader_.read_int(std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max()));
      }
    } else if constexpr (std::same_as<T, std::string_view>) {
      value = reader_.read_text();
    } else if constexpr (std::same_as<T, std::string>) {
      value.assign(reader_.read_text());
    } else if constexpr (std::same_as<T, BytesView>) {
      value = reader_.read_bytes();
    } else if constexpr (std::same_as<T, Bytes>) {
      const BytesView bytes = reader_.read_bytes();
      value.assign(bytes.begin(), bytes.end());
    } else if constexpr (detail::is_fixed<T>) {
      const BytesView bytes = reader_.read_bytes();
      if (bytes.size() != T::kSize) return reader_.fail("a byte vector of another length than its type has");
      value = T::of(bytes);
    } else if constexpr (std::same_as<T, U256>) {
      value = reader_.read_u256();
    } else if constexpr (detail::is_list<T>) {
      list(value);
    } else {
      static_assert(detail::is_struct<T>, "no tars form for this type");
      if (!reader_.enter_struct()) return;
      members(value);
      reader_.leave();
    }
  }

  template <class T>
  void list(std::vector<T>& values) {
    const std::size_t count = reader_.enter_list(sizeof(T));
    values.clear();
    values.reserve(count);
    for (std::size_t i = 0; i < count && reader_.begin_item(0); ++i) item(values.emplace_back());
    reader_.leave();
  }

  Reader& reader_;
};

template <class T>
void encode_to(Bytes& out, const T& value) {
  ByteCount count;
  Encoder<ByteCount>(count).top(value);
  const std::size_t before = out.size();
  out.resize(before + count.size);
  ByteWriter writer{out.data() + before};
  Encoder<ByteWriter>(writer).top(value);
  CHECK(writer.at == out.data() + out.size());
}

template <class T>
Bytes encode(const T& value) {
  Bytes out;
  encode_to(out, value);
  return out;
}

// Errors: bad_encoding, too_large. `memory_max` bounds the items of all lists further than the input's size does: for who
// knows how many there may be.
template <class T>
Result<T> decode(BytesView encoded, std::size_t memory_max = std::numeric_limits<std::size_t>::max()) {
  Reader reader(encoded, memory_max);
  Result<T> value{std::in_place};
  Decoder(reader).top(*value);
  if (reader.failed()) return std::unexpected(reader.error());
  return value;
}

// As decode, and refuses (not_canonical) every form but encode's.
template <class T>
Result<T> decode_canonical(BytesView encoded) {
  auto value = decode<T>(encoded);
  if (value && !equal(encode(*value), encoded)) return fail(Code::not_canonical, "tars: not the one encoding of its value");
  return value;
}

}  // namespace hanse::tars
