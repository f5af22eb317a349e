// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The checkers of one run put here what they find; the first ends the run.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>

#include "sim/run_result.hpp"

namespace hanse::whole {

class Violations {
 public:
  template <class... Args>
  void add(std::string invariant, fmt::format_string<Args...> text, Args&&... args) {
    if (!first_) first_ = sim::Violation{std::move(invariant), fmt::format(text, std::forward<Args>(args)...)};
  }
  const std::optional<sim::Violation>& first() const { return first_; }

 private:
  std::optional<sim::Violation> first_;
};

}  // namespace hanse::whole
