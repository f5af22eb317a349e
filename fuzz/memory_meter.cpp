// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
#include "fuzz/memory_meter.hpp"

// Of the sanitizers' run time (sanitizer/allocator_interface.h); absent in other builds.
extern "C" {
__attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                                    void (*)(const volatile void*));
__attribute__((weak)) std::size_t __sanitizer_get_allocated_size(const volatile void*);
}

namespace hanse::fuzz {
namespace {

// Of this thread, since the run began. What was allocated before and is freed now counts as less than nothing.
thread_local bool is_running = false;
thread_local std::int64_t held = 0, held_max = 0;

void on_malloc(const volatile void*, std::size_t size) {
  if (!is_running) return;
  held += static_cast<std::int64_t>(size);
  if (held > held_max) held_max = held;
}

void on_free(const volatile void* memory) {
  if (is_running && memory != nullptr) held -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(memory));
}

bool install() {
  return __sanitizer_install_malloc_and_free_hooks != nullptr && __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0;
}

}  // namespace

void run_measured(const Target& target, BytesView input) {
  [[maybe_unused]] static const bool is_measured = install();
  held = held_max = 0;
  is_running = true;
  target.run(input);
  is_running = false;
  const auto allowed = static_cast<std::int64_t>(target.memory.fixed + target.memory.per_byte * input.size());
  if (held_max <= allowed) return;
  std::fprintf(stderr, "%s held %lld bytes at once for an input of %zu; at most %lld are allowed\n", target.name,
               static_cast<long long>(held_max), input.size(), static_cast<long long>(allowed));
  std::abort();
}

}  // namespace hanse::fuzz
