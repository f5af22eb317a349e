// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Signers of many secp256k1 signatures at once. Eight lanes of AVX-512 do what they can; every signature that they do not
// answer with a key is asked of the library, so that verdict, key and text are the library's.
#pragma once

#include <span>
#include <vector>

#include "crypto/suite.hpp"

namespace hanse::lanes {

struct RecoveredSigners {
  std::vector<Result<PublicKey>> keys;
  std::size_t by_lanes = 0;                           // how many of them the lanes found
};

bool are_able();                                      // whether this CPU has what the lanes need

// The key of each signature. From any thread; are_able() is true.
RecoveredSigners recover_signers(std::span<const SignedDigest> signatures);

}  // namespace hanse::lanes
