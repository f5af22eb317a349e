// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// What a Solidity contract said when it reverted.
#pragma once

#include <string>

#include "base/bytes.hpp"

namespace hanse::rpc {

// "execution reverted: no funds" for Error(string), "execution reverted: panic 0x11 (arithmetic overflow or underflow)"
// for Panic(uint256), "execution reverted" for anything else.
std::string revert_text(BytesView output);

}  // namespace hanse::rpc
