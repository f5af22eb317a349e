// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The positional parameters of one call, read by place and type. The first one that is wrong or absent is remembered and
// the reader answers with an empty value, so that a handler reads all it needs and asks once:
//   const Hash hash = params.hash(0, "transaction hash");
//   if (!params.ok()) return reply(params.refusal());
// Values are copied out: nothing is borrowed from the request once the handler has returned.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "access/rpc/answer.hpp"
#include "base/hex.hpp"
#include "protocol/ports/node_port.hpp"

namespace simdjson::dom {
class array;
class element;
class object;
}

namespace hanse::rpc {

enum class BlockWord : std::uint8_t { latest, pending, safe, finalized, earliest };
using BlockParam = std::variant<BlockWord, BlockNumber, Hash>;   // Ethereum's block parameter, EIP-1898 included

struct LogFilterParam {
  std::optional<Hash> block;                      // or a range
  BlockParam first = BlockWord::latest, last = BlockWord::latest;
  std::vector<Address> addresses;
  std::vector<std::vector<Hash>> topics;
};

class Params {
 public:
  explicit Params(const simdjson::dom::array* array);   // outlived by `array`; null: none were sent

  std::size_t size() const;
  bool has(std::size_t place) const;              // sent, and not null

  std::string text(std::size_t place, std::string_view name);
  bool boolean_or(std::size_t place, std::string_view name, bool absent);
  std::int64_t integer(std::size_t place, std::string_view name);
  std::uint64_t quantity(std::size_t place, std::string_view name);       // "0x1f", or a JSON number
  Bytes bytes(std::size_t place, std::string_view name);                  // hex, 0x or not
  Hash hash(std::size_t place, std::string_view name) { return fixed<32>(place, name); }
  Address address(std::size_t place, std::string_view name) { return fixed<20>(place, name); }
  Hash slot(std::size_t place, std::string_view name);                    // a quantity or up to 32 bytes, left-padded
  BlockParam block_or_latest(std::size_t place, std::string_view name);
  BlockParam block(std::size_t place, std::string_view name);
  port::CallContract contract_call(std::size_t place);                    // Ethereum's call object
  LogFilterParam log_filter(std::size_t place);
  std::vector<double> numbers(std::size_t place, std::string_view name);

  void refuse_if_present(std::size_t place, std::string_view what);       // a parameter that we do not support
  bool ok() const { return !error_; }
  std::unexpected<RpcError> refusal() const { return std::unexpected(*error_); }

 private:
  template <std::size_t N>
  FixedBytes<N> fixed(std::size_t place, std::string_view name) {
    const Bytes value = bytes(place, name);
    if (!ok()) return {};
    if (value.size() == N) return FixedBytes<N>::of(value);
    wrong(name, fmt::format("{} bytes expected, got {}", N, value.size()));
    return {};
  }
  std::optional<simdjson::dom::element> at(std::size_t place, std::string_view name);   // absent: remembered
  void wrong(std::string_view name, std::string_view why);

  // Values inside a parameter; `name` says where.
  std::string_view text_of(const simdjson::dom::element& value, std::string_view name);
  Bytes bytes_of(const simdjson::dom::element& value, std::string_view name);
  U256 quantity_of(const simdjson::dom::element& value, std::string_view name);
  std::uint64_t quantity64_of(const simdjson::dom::element& value, std::string_view name);
  Hash hash_of(const simdjson::dom::element& value, std::string_view name);
  Address address_of(const simdjson::dom::element& value, std::string_view name);
  BlockParam block_of(const simdjson::dom::element& value, std::string_view name);
  std::vector<Address> addresses_of(const simdjson::dom::element& value);
  std::vector<std::vector<Hash>> topics_of(const simdjson::dom::element& value);

  const simdjson::dom::array* array_;
  std::optional<RpcError> error_;
};

}  // namespace hanse::rpc
