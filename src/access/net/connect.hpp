// SPDX-License-Identifier: Apache-2.0
// Copyright the Hanse authors
// Opens a TCP connection without blocking the loop. For sources of this room.
#pragma once

#include <functional>
#include <string>

#include "access/net/io_context.hpp"

namespace hanse::net {

// Calls back on `loop`, exactly once while the loop runs, with a socket that has TCP_NODELAY, or unreachable (names the
// address and the cause). The kernel's own time limit applies; a caller that waits less ignores the answer.
void connect_to(IoLoop& loop, const std::string& host, std::uint16_t port,
                std::move_only_function<void(Result<Tcp::socket>)> callback);

}  // namespace hanse::net
