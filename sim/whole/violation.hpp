// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a checker found; the first one ends the run.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>

namespace hanse::whole {

struct Violation {
  std::string invariant;
  std::string text;
};

class Violations {
 public:
  template <class... Args>
  void add(std::string invariant, fmt::format_string<Args...> text, Args&&... args) {
    if (!first_) first_ = Violation{std::move(invariant), fmt::format(text, std::forward<Args>(args)...)};
  }
  const std::optional<Violation>& first() const { return first_; }

 private:
  std::optional<Violation> first_;
};

}  // namespace hanse::whole
