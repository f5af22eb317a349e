// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Changes one field of any message, found through its `fields` list: a number a little, to nothing or to the utmost, a
// hash or byte string in one bit, a list by losing, doubling or swapping members, an optional part by losing it.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/prng.hpp"

namespace hanse::sim {

class FieldWalk {
 public:
  FieldWalk(Prng* prng, std::size_t target) : prng_(prng), target_(target) {}   // without prng: only counts
  std::size_t seen() const { return seen_; }

  void operator()(int, auto& member) { visit(member); }

  void visit(bool& flag) {
    if (here()) flag = !flag;
  }
  template <std::integral Number> requires(!std::same_as<Number, bool>)
  void visit(Number& number) {
    if (!here()) return;
    switch (prng_->below(5)) {
      case 0: ++number; break;
      case 1: --number; break;
      case 2: number = 0; break;
      case 3: number = std::numeric_limits<Number>::max(); break;
      case 4: number = static_cast<Number>(prng_->next()); break;
    }
  }
  template <class Enum> requires std::is_enum_v<Enum>
  void visit(Enum& value) {
    if (here()) value = static_cast<Enum>(prng_->below(3));
  }
  template <std::size_t N>
  void visit(FixedBytes<N>& bytes) {
    if (here()) bytes.bytes[prng_->below(N)] ^= static_cast<std::uint8_t>(1u << prng_->below(8));
  }
  void visit(Bytes& bytes) {
    if (!here()) return;
    if (bytes.empty()) bytes.push_back(1);
    else if (prng_->chance(1, 3)) bytes.resize(prng_->below(bytes.size()));
    else bytes[prng_->below(bytes.size())] ^= static_cast<std::uint8_t>(1u << prng_->below(8));
  }
  template <class T>
  void visit(std::vector<T>& list) {
    if (here() && !list.empty()) {
      const std::size_t at = prng_->below(list.size());
      switch (prng_->below(3)) {
        case 0: list.erase(list.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 1: list.push_back(T(list[at])); break;
        case 2: std::swap(list[at], list[prng_->below(list.size())]); break;
      }
    }
    for (T& member : list) visit(member);
  }
  template <class T>
  void visit(std::optional<T>& part) {
    if (here()) part.reset();
    if (part) visit(*part);
  }
  template <class... Ts>
  void visit(std::variant<Ts...>& choice) {
    std::visit([this](auto& one) { visit(one); }, choice);
  }
  template <class Struct> requires requires(Struct& value, FieldWalk& walk) { Struct::fields(value, walk); }
  void visit(Struct& value) { Struct::fields(value, *this); }

 private:
  bool here() { return seen_++ == target_ && prng_; }

  Prng* prng_;
  std::size_t target_;
  std::size_t seen_ = 0;
};

template <class Message>
void mutate(Message& message, Prng& prng) {
  FieldWalk count(nullptr, 0);
  count.visit(message);
  if (count.seen() == 0) return;
  FieldWalk change(&prng, prng.below(count.seen()));
  change.visit(message);
}

}  // namespace hanse::sim
