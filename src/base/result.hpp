// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a peer, a user or a disk can cause is a Result, returned; what only our own bug can cause is a CHECK (check.hpp).
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

#include "base/errors.hpp"

namespace hanse {

// `text` names the cause and, where there is one, the fix; it is meant for a person. `code` is stable, for programs.
struct Error {
  Code code = Code::internal;
  std::string text;
};

template <class T>
using Result = std::expected<T, Error>;

template <class... Args>
std::unexpected<Error> fail(Code code, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

// Passes an error on: auto x = ...; if (!x) return pass(x);
template <class T>
std::unexpected<Error> pass(const Result<T>& result) {
  return std::unexpected(result.error());
}

}  // namespace hanse
