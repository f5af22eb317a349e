// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Changes one field of any message, found through its `fields` list: a number a little, to nothing or to the utmost, a
// hash or byte string in one bit, a list by losing, doubling or swapping members, an optional part by losing it. Says
// which field it was, "ViewChange.list.claims", so that a run can show that none was left out.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/prng.hpp"
#include "sim/field_names.hpp"

namespace hanse::sim {

class FieldWalk {
 public:
  FieldWalk() = default;                                                    // only counts and lists
  FieldWalk(Prng* prng, std::size_t target) : prng_(prng), target_(target) {}
  std::size_t seen() const { return seen_; }
  const std::string& changed() const { return changed_; }
  const std::vector<std::string>& paths() const { return paths_; }          // of a walk that only lists
  void list() { lists_ = true; }

  void operator()(int tag, auto& member) {
    path_.push_back((*names_)[static_cast<std::size_t>(tag) - 1]);
    visit(member);
    path_.pop_back();
  }

  void visit(bool& flag) {
    if (here()) flag = !flag;
  }
  template <std::integral Number> requires(!std::same_as<Number, bool>)
  void visit(Number& number) {
    if (!here()) return;
    switch (prng_->below(5)) {
      case 0: number = static_cast<Number>(static_cast<std::uint64_t>(number) + 1); break;   // it may be the last one
      case 1: number = static_cast<Number>(static_cast<std::uint64_t>(number) - 1); break;
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
    path_.push_back("*");
    for (T& member : list) visit(member);
    path_.pop_back();
  }
  template <class T>
  void visit(std::optional<T>& part) {
    if (here()) part.reset();
    if (part) visit(*part);
  }
  template <class Struct> requires requires(Struct& value, FieldWalk& walk) { Struct::fields(value, walk); }
  void visit(Struct& value) {
    const Names* outer = std::exchange(names_, &kFieldNames<Struct>);
    Struct::fields(value, *this);
    names_ = outer;
  }

  std::string path() const {
    std::string out;
    for (const auto& part : path_) out += (out.empty() ? "" : ".") + std::string(part);
    return out;
  }

 private:
  bool here() {
    if (lists_) paths_.push_back(path());
    if (seen_++ != target_ || !prng_) return false;
    changed_ = path();
    return true;
  }

  Prng* prng_ = nullptr;
  std::size_t target_ = 0;
  std::size_t seen_ = 0;
  bool lists_ = false;
  const Names* names_ = nullptr;
  std::vector<std::string_view> path_;
  std::string changed_;
  std::vector<std::string> paths_;
};

// Answers the path of the changed field; empty when there is none.
template <class... Messages>
std::string mutate(std::variant<Messages...>& message, Prng& prng) {
  FieldWalk count;
  std::visit([&](auto& one) { count.visit(one); }, message);
  if (count.seen() == 0) return "";
  FieldWalk change(&prng, prng.below(count.seen()));
  std::visit([&](auto& one) { change.visit(one); }, message);
  return std::string(name_of(message)) + "." + change.changed();
}

// Every path that mutate may answer.
std::vector<std::string> mutable_paths();

}  // namespace hanse::sim
