// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "base/fuzz_target.hpp"
#include "codec/tars_round_trip.hpp"

namespace hanse {
namespace {

enum class Colour : std::uint8_t { red, green };

struct Leaf {
  std::int8_t tiny = 0;
  Colour colour = Colour::red;
  bool flag = false;
  bool operator==(const Leaf&) const = default;
  static void fields(auto& self, auto&& field) {
    field(0, tars::required(self.tiny)), field(1, self.colour), field(200, self.flag);
  }
};

struct Tree {                              // one of each shape that the codec knows
  std::uint32_t number = 0;
  std::string text;
  std::optional<Hash> hash;
  std::vector<std::pair<U256, Bytes>> pairs;
  Leaf leaf;
  std::vector<Leaf> leaves;
  std::vector<std::vector<std::int16_t>> rows;
  std::optional<Leaf> maybe;
  std::uint64_t large = 0;
  std::variant<std::monostate, std::int64_t, std::vector<std::uint16_t>, Leaf> choice;
  bool operator==(const Tree&) const = default;
  static void fields(auto& self, auto&& field) {
    field(1, self.number), field(2, self.text), field(3, self.hash), field(4, self.pairs), field(5, self.leaf);
    field(6, self.leaves), field(7, self.rows), field(8, self.maybe), field(9, self.large), field(17, self.choice);
  }
};

struct Borrowed {                          // as native transactions are read: no copies
  std::string_view text;
  BytesView bytes;
  static void fields(auto& self, auto&& field) { field(1, self.text), field(2, self.bytes); }
};

struct Nothing {                           // every member is unknown, and so skipped
  static void fields(auto&, auto&&) {}
};

FUZZ_TARGET(tars, .per_byte = 256) {
  tars::round_trip<Tree>(input);
  tars::round_trip<std::vector<Leaf>>(input);
}

FUZZ_TARGET(tars_borrowed, .per_byte = 4) {
  const auto value = tars::decode<Borrowed>(input);
  if (value) CHECK(value->text.size() + value->bytes.size() <= input.size());
}

FUZZ_TARGET(tars_unknown, .per_byte = 0) { (void)tars::decode<Nothing>(input); }

}  // namespace
}  // namespace hanse
