// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Owning pointers to OpenSSL's objects, and the reason for its last failure.
#pragma once

#include <openssl/err.h>

#include <memory>
#include <string>

namespace hanse {

template <auto kFree>
struct OpensslFree {
  void operator()(auto* object) const { kFree(object); }
};
template <class T, auto kFree>
using OpensslHandle = std::unique_ptr<T, OpensslFree<kFree>>;

// Takes the reasons of this thread's last failure, so that none is left for the next one.
inline std::string take_openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason ? reason : "no reason given";
  ERR_clear_error();
  return text;
}

}  // namespace hanse
