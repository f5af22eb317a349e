// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// JSON-RPC 2.0 as a client writes and reads it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hanse::sdk {

std::string request_text(std::string_view method, std::string_view params);   // with the id 1

// The JSON text of `result`. Errors: bad_encoding (not a JSON-RPC answer); refused with the node's message;
// execution_reverted, when its code is 3.
Result<std::string> result_of(std::string_view answer);

}  // namespace hanse::sdk
