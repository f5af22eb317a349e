// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The lanes as machine code: only where are_able() of recover_signers.hpp is true.
#pragma once

#include "crypto/lanes/eights.hpp"

namespace hanse::lanes::ifma {

void make_generator_table(GeneratorTable& generator);
// Fills `key` and `good` of 1 to kEightsMax Eights. Takes about 200 KiB of stack.
void recover(Eight* eights, std::size_t count, const GeneratorTable& generator);

}  // namespace hanse::lanes::ifma
