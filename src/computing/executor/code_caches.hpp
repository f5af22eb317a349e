// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The code that threads which execute keep analysed: a cache for each thread, so that finding takes no lock. Code is known by
// its hash, so that what one block analysed serves any other, of any group; their bound is therefore one of the process.
#pragma once

#include "storage/state/code_cache.hpp"

namespace hanse::executor {

state::CodeCache& code_cache();                        // of the calling thread
void bound_code_caches(std::size_t bytes_each_max);    // of memory; each follows at its next use
std::size_t code_cache_bytes();                        // of memory, all threads together

}  // namespace hanse::executor
