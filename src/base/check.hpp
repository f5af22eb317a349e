// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// CHECK states what only our own bug can break. It is always on and has no side effect; on failure the process stops
// with the place and the condition, because going on would endanger the ledger.
#pragma once

#include <cstdio>
#include <cstdlib>

#define CHECK(condition)                                                                              \
  do {                                                                                                \
    if (!(condition)) [[unlikely]] {                                                                  \
      std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", __FILE__, __LINE__, #condition);              \
      std::abort();                                                                                   \
    }                                                                                                 \
  } while (false)
