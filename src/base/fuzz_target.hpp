// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// A fuzz target: a function that takes any bytes and holds a decoder of them against what it promises. The body states
// more than "does not crash": what decodes encodes again to the same value, where a format has one form to the same
// bytes, and what one part of the house accepts no other chokes on. Written as
//
//   FUZZ_TARGET(rlp, .per_byte = 8) { ... input ... }
//
// in a *_fuzz.cpp beside the decoder. The name is that of its corpus, fuzz/corpus/rlp. The same function runs under
// libFuzzer (`./dev fuzz rlp`) and, over its corpus, in the tests of its room.
#pragma once

#include "base/bytes.hpp"
#include "base/check.hpp"

namespace hanse::fuzz {

// What a target may hold at once on the heap, its own copies included: proof that a decoder takes memory in proportion
// to its input. Measured where the sanitizers' allocator is.
struct MemoryMax {
  std::size_t per_byte = 64;
  std::size_t fixed = 64u << 10;
};

struct Target {
  const char* name;
  void (*run)(BytesView input);
  MemoryMax memory;
};

// Defined by what the targets are linked with: fuzz/libfuzzer_entry.cpp or fuzz/replay_corpus.cpp.
bool add(Target target);

}  // namespace hanse::fuzz

#define FUZZ_TARGET(name, ...)                                                                       \
  static void fuzz_##name(::hanse::BytesView input);                                                 \
  [[maybe_unused]] static const bool fuzz_##name##_is_added =                                        \
      ::hanse::fuzz::add({#name, fuzz_##name, ::hanse::fuzz::MemoryMax{__VA_ARGS__}});               \
  static void fuzz_##name([[maybe_unused]] ::hanse::BytesView input)
