// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "sim/mutate.hpp"

namespace hanse::sim {

namespace {

// One member in every list, every optional part there: a message with all of its fields.
struct FillAll {
  void operator()(int, auto& member) { visit(member); }
  template <class T>
  void visit(T& value) {
    if constexpr (requires(FillAll& fill) { T::fields(value, fill); }) T::fields(value, *this);
  }
  void visit(Bytes&) {}
  template <class T>
  void visit(std::vector<T>& list) { visit(list.emplace_back()); }
  template <class T>
  void visit(std::optional<T>& part) { visit(part.emplace()); }
};

template <class... Messages>
void list_paths(std::variant<Messages...>*, std::vector<std::string>& out) {
  const auto one = [&](auto message) {
    FillAll{}.visit(message);
    FieldWalk walk;
    walk.list();
    walk.visit(message);
    for (const auto& path : walk.paths())
      out.push_back(std::string(name_of(std::variant<Messages...>(message))) + "." + path);
  };
  (one(Messages{}), ...);
}

}  // namespace

std::vector<std::string> mutable_paths() {
  std::vector<std::string> out;
  list_paths(static_cast<pbft::Message*>(nullptr), out);
  list_paths(static_cast<group::PeerMessage*>(nullptr), out);
  for (const auto& vote : kVoteNames)
    for (const char* outside : {".from", ".signature"}) out.push_back(std::string(vote) + outside);
  return out;
}

}  // namespace hanse::sim
