// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// The one source that is compiled for AVX-512. Include nothing here that has an inline function which others use as well:
// the linker keeps one copy of such a function, and it could be this one.
#include "crypto/lanes/recover_ifma.hpp"

#include "crypto/lanes/recover_eights.hpp"
#include "crypto/lanes/words_ifma.hpp"

namespace hanse::lanes::ifma {

void make_generator_table(GeneratorTable& generator) {
  EightsRecovery<IfmaWords> recovery;
  recovery.make_generator_table(generator);
}

void recover(Eight* eights, std::size_t count, const GeneratorTable& generator) {
  EightsRecovery<IfmaWords> recovery;
  recovery.recover(eights, count, generator);
}

}  // namespace hanse::lanes::ifma
