// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Words that every room uses.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "crypto/suite.hpp"

namespace hanse {

using BlockNumber = std::int64_t;    // as FISCO BCOS clients have it; genesis is 0
using Epoch = std::uint64_t;         // counts configuration changes
using View = std::uint64_t;          // counts leader changes within an epoch
using NodeIndex = std::uint32_t;     // place in the sealer list of an epoch
using NodeId = PublicKey;            // a node is its consensus public key
using Weight = std::uint64_t;
using TimeMs = std::int64_t;         // milliseconds since 1970-01-01 UTC

}  // namespace hanse
