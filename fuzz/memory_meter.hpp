// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// How much memory a fuzz target holds at once, from the hooks of the sanitizers' allocator.
#pragma once

#include "base/fuzz_target.hpp"

namespace hanse::fuzz {

// Runs `target` once and stops the process, as CHECK does, when it held more than it may. Without a sanitizer nothing is
// measured.
void run_measured(const Target& target, BytesView input);

}  // namespace hanse::fuzz
